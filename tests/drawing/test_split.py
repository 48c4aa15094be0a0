"""Several digits in one picture are parted, and the strokes of one digit stay together."""

from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks import _pen_strokes as pen_strokes
from nnlab.drawing import EmptyDrawingError, split, steps
from nnlab.drawing.parts import InkPart
from nnlab.drawing.split import extent, together

ONE = [[(50, 0), (50, 100)]]
SEVEN = [[(0, 0), (60, 0), (20, 100)]]
FIVE_WITH_ITS_BAR_APART = [
    [(8, 14), (4, 45), (45, 45), (55, 75), (30, 100), (0, 95)],
    [(14, 0), (60, -4)],
]
OPEN_FOUR = [[(15, 0), (0, 60), (48, 60)], [(62, 10), (55, 100)]]
SEVEN_WITH_ITS_DASH_APART = [[(0, 0), (60, 0), (20, 100)], [(62, 50), (80, 48)]]
ONE_WITH_ITS_BASE_APART = [[(30, 0), (30, 84)], [(0, 100), (60, 100)]]
EIGHT_OF_TWO_RINGS = [
    [(30 + 20 * np.cos(a), 22 + 18 * np.sin(a)) for a in np.linspace(0, 6.3, 20)],
    [(30 + 24 * np.cos(a), 74 + 22 * np.sin(a)) for a in np.linspace(0, 6.3, 20)],
]


def drawn(*digits, size=(400, 200), pen=8) -> np.ndarray:
    """Digits (strokes, left, top) in white on black, uint8 [h, w]."""
    picture = Image.new("L", (4 * size[0], 4 * size[1]), 0)
    pencil = ImageDraw.Draw(picture)
    for strokes, left, top in digits:
        for stroke in strokes:
            line = [(4 * (left + x), 4 * (top + y)) for x, y in stroke]
            pencil.line(line, fill=255, width=4 * pen, joint="curve")
    return np.asarray(picture.reduce(4))


@pytest.mark.parametrize(
    "strokes",
    [
        FIVE_WITH_ITS_BAR_APART,
        OPEN_FOUR,
        SEVEN_WITH_ITS_DASH_APART,
        ONE_WITH_ITS_BASE_APART,
        EIGHT_OF_TWO_RINGS,
    ],
    ids=["5 and its bar", "open 4", "7 and its dash", "1 and its base", "8 of two rings"],
)
def test_strokes_of_one_digit_stay_together_though_they_do_not_touch(strokes):
    picture = drawn((strokes, 60, 50))
    (alone,) = split(picture)
    assert alone.box == steps(picture).box
    assert np.array_equal(alone.made.result, steps(picture).result)
    assert len(split(drawn((strokes, 30, 50), (strokes, 150, 50), (ONE, 240, 50)))) == 3


def test_digits_come_from_left_to_right_whatever_was_drawn_first():
    pieces = split(drawn((ONE, 250, 60), (SEVEN, 150, 40), (FIVE_WITH_ITS_BAR_APART, 30, 50)))
    assert [piece.box[1] for piece in pieces] == pytest.approx([26, 150, 296], abs=5)
    for piece, (strokes, left, top) in zip(
        pieces,
        [(FIVE_WITH_ITS_BAR_APART, 30, 50), (SEVEN, 150, 40), (ONE, 250, 60)],
        strict=True,
    ):
        alone = steps(drawn((strokes, left, top)))
        assert piece.box == alone.box
        assert np.array_equal(piece.made.result, alone.result)


def test_two_rows_are_read_one_after_the_other():
    picture = drawn(
        (SEVEN, 120, 20), (ONE, 10, 30), (SEVEN, 20, 170), (ONE, 110, 160), size=(250, 300)
    )
    assert [piece.box[0] > 140 for piece in split(picture)] == [False, False, True, True]
    assert [piece.box[1] > 90 for piece in split(picture)] == [False, True, False, True]


def test_specks_are_no_digits_and_do_not_move_one():
    clean = drawn((SEVEN, 60, 50))
    dusty = clean.copy()
    for row, column in ((5, 5), (190, 390), (20, 300), (150, 200)):
        dusty[row : row + 4, column : column + 4] = 255
    (piece,) = split(dusty)
    assert np.array_equal(piece.made.result, steps(clean).result)
    assert np.array_equal(steps(dusty).result, steps(clean).result)


def test_boxes_are_in_pixels_of_the_picture_as_given():
    small = drawn((SEVEN, 60, 50), (ONE, 200, 50))
    large = np.asarray(Image.fromarray(255 - small).resize((3200, 1600), Image.Resampling.BICUBIC))
    for one, other in zip(split(small), split(large), strict=True):
        assert np.abs(np.array(one.box) * 8 - other.box).max() <= 16


def test_an_empty_picture_says_so():
    with pytest.raises(EmptyDrawingError):
        split(np.zeros((100, 100), np.uint8))


def test_real_numbers_of_real_hands_have_as_many_pieces_as_digits(pen_digits):
    rng = np.random.default_rng(0)
    counts = []
    for _ in range(40):
        digits = [pen_digits[i] for i in rng.choice(len(pen_digits), 3, replace=False)]
        strokes, left = [], 20.0
        for digit in digits:
            points = np.concatenate(digit.strokes)
            low, size = points.min(axis=0), np.ptp(points, axis=0)
            scale = min(100 / size[1], 120 / size[0])
            strokes += [(stroke - low) * scale + [left, 40] for stroke in digit.strokes]
            left += size[0] * scale + 30
        counts.append(len(split(pen_strokes.render(strokes, pen=8, side=int(left) + 20))))
    assert np.mean(np.array(counts) == 3) >= 0.95


def test_a_page_full_of_marks_is_split_into_a_few_dozen_pieces_at_most():
    squares = np.kron(np.indices((90, 90)).sum(axis=0) % 3 == 0, np.zeros((7, 7)) == 0)
    page = np.zeros((700, 700), bool)
    page[35:-35, 35:-35] = squares & (np.indices(squares.shape) % 7 < 5).all(axis=0)
    assert 1 <= len(split(page)) <= 60


def test_parts_are_grouped_as_by_the_rule_read_out_for_each_pair():
    """The rule in plain words, pair by pair, beside the arrays that compute it for all at once."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        corners, sizes = rng.integers(0, 200, (12, 2)), rng.integers(8, 90, (12, 2))
        boxes = np.hstack([corners, corners + sizes])
        parts = [
            InkPart(i, (int(t), int(le), int(b), int(r)), 1)
            for i, (t, le, b, r) in enumerate(boxes)
        ]
        groups = together(parts)
        line = max(part.longer for part in parts)
        assert sorted(part.label for group in groups for part in group) == list(range(12))
        for one, other in combinations([extent(group) for group in groups], 2):
            assert not belong(one, other, line)


def belong(one, other, line) -> bool:
    low, _high = sorted((one[2] - one[0], other[2] - other[0]))
    down = max(one[0], other[0]) - min(one[2], other[2])
    across = max(one[1], other[1]) - min(one[3], other[3])
    if low >= 0.5 * line and down > 0.12 * line:
        return False
    if -across >= 0.45 * min(one[3] - one[1], other[3] - other[1]):
        return down <= 0.3 * line
    near = (0.05 if low >= 0.5 * line else 0.3) * line
    return low < 0.75 * line and (max(0, down) ** 2 + max(0, across) ** 2) ** 0.5 <= near
