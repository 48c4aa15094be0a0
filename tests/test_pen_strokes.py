"""The replay of pen strokes draws what an independent rasteriser draws."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks import _pen_strokes as pen_strokes
from benchmarks._pen_strokes import PENS, SIDE, PenDigit, on_canvas, read, render
from benchmarks.drawn import SEALED_EVERY, Readings, chosen
from nnlab.errors import DataUnavailableError

FINER = 8
FILE = """.INCLUDE dene.doc
.SEGMENT DIGIT    0 ? "4"
.COMMENT 4 17  3
.PEN_DOWN
 100  300
 100  200
 180  200
.PEN_UP
.PEN_DOWN
 150  280
 150  100
.PEN_UP
.DT 100
.SEGMENT DIGIT    1 ? "1"
.COMMENT 1 3  1
.PEN_DOWN
 10 10
.PEN_UP
"""


@pytest.fixture
def digits(tmp_path: Path) -> list[PenDigit]:
    path = tmp_path / "two.tra"
    path.write_text(FILE)
    return read(path)


def by_pillow(strokes: list[np.ndarray], pen: float) -> np.ndarray:
    """Eight times as large with discs and boxes, averaged down."""
    large = Image.new("L", (FINER * SIDE, FINER * SIDE))
    pencil = ImageDraw.Draw(large)
    radius = FINER * pen / 2
    for stroke in strokes:
        for x, y in FINER * stroke:
            pencil.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
        for start, end in zip(FINER * stroke[:-1], FINER * stroke[1:], strict=True):
            across = np.array([start[1] - end[1], end[0] - start[0]])
            across *= radius / np.hypot(*across)
            corners = [start + across, end + across, end - across, start - across]
            pencil.polygon([tuple(corner) for corner in corners], fill=255)
    return np.asarray(large.reduce(FINER))


def test_a_file_gives_its_digits_writers_and_strokes_upright(digits):
    assert [(digit.label, digit.writer, digit.number) for digit in digits] == [
        (4, 17, 0),
        (1, 3, 1),
    ]
    first, second = digits[0].strokes
    assert first.tolist() == [[100, -300], [100, -200], [180, -200]]  # y down: it begins above
    assert second.tolist() == [[150, -280], [150, -100]]


@pytest.mark.parametrize("pen", PENS)
def test_strokes_are_drawn_as_another_rasteriser_draws_them(digits, pen):
    for digit in digits:
        strokes = on_canvas(digit, pen)
        expected = by_pillow(strokes, pen).astype(float)
        difference = np.abs(render(strokes, pen) - expected)
        assert expected.sum() > 255 * 40
        assert difference.max() < 80  # a pixel on the edge
        assert difference.sum() < 0.03 * expected.sum()


@pytest.mark.parametrize("pen", PENS)
def test_a_digit_keeps_its_form_and_stays_on_the_canvas(digits, pen):
    strokes = on_canvas(digits[0], pen)
    points = np.concatenate(strokes)
    assert points.min() >= pen / 2
    assert points.max() <= SIDE - pen / 2
    assert 120 <= np.ptp(points, axis=0).max() <= 220
    width, height = np.ptp(points, axis=0)
    assert width / height == pytest.approx(80 / 200)
    assert np.ptp(np.concatenate(on_canvas(digits[0], 8)), axis=0)[1] == pytest.approx(height)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(DataUnavailableError, match=r"pendigits-orig\.tra.*NNLAB_DATA_DIR"):
        pen_strokes.find(tmp_path)


def test_no_writer_is_both_tuned_with_and_sealed():
    digits = [PenDigit(0, writer, 0, ()) for writer in range(1, 31) for _ in range(5)]
    tuning, sealed = (chosen(digits, 2, each) for each in (False, True))
    assert {digit.writer for digit in sealed} == set(range(SEALED_EVERY, 31, SEALED_EVERY))
    assert {digit.writer for digit in tuning} == set(range(1, 31)) - {d.writer for d in sealed}
    assert len(tuning) == 40
    assert len(sealed) == 20


def test_the_standard_error_takes_the_writer_for_the_unit():
    right = np.array([[True], [True], [False], [True], [False], [False]])
    readings = Readings(right, np.zeros(6, np.int64), np.array([1, 1, 2, 2, 3, 3]))
    accuracy, error = readings.accuracy(np.ones(6, bool))
    assert accuracy == 0.5
    assert error == pytest.approx(0.5 / np.sqrt(3))  # of 1, 0.5 and 0
