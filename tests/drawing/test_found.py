"""What lies around digits is no ink: ruled lines, frames, plots, dark corners, a table."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from nnlab.drawing import EmptyDrawingError, split, steps, to_network_input
from nnlab.drawing.lines import without_lines
from nnlab.drawing.paper import is_dark_on_light
from tests.drawing.photographs import photograph

TWO = [(30, 50), (50, 15), (100, 5), (135, 40), (120, 90), (30, 190), (145, 188)]
ZERO = [(60 + 50 * np.cos(a), 95 + 90 * np.sin(a)) for a in np.linspace(0, 6.3, 30)]
SIX = [(100, 0), (40, 60), (15, 130), (50, 185), (100, 160), (90, 110), (30, 120)]
YEAR = [TWO, ZERO, TWO, SIX]


def written(digits, size, pen=9, scale=1.0, left=60.0, top=60.0) -> np.ndarray:
    """Digits side by side, uint8 [h, w], 255 ink."""
    picture = Image.new("L", size, 0)
    for place, digit in enumerate(digits):
        line = [(left + scale * (x + 190 * place), top + scale * y) for x, y in digit]
        ImageDraw.Draw(picture).line(line, fill=255, width=pen, joint="curve")
    return np.asarray(picture)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """0 the same, 1 no ink in common, at the best of the nine places up to a pixel away."""
    moved = [np.roll(one, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return float(min(np.abs(each - other).sum() for each in moved) / (one.sum() + other.sum()))


@pytest.mark.parametrize("paper", ["lined", "squared"])
def test_a_year_on_ruled_paper_is_four_digits_and_each_is_as_without_the_lines(paper):
    ink = written(YEAR, (1200, 900), pen=11, scale=1.2, left=120, top=330)
    pieces = split(photograph(ink, paper, "falling off"))
    assert len(pieces) == 4
    for found, expected in zip(pieces, split(ink), strict=True):
        assert difference(found.made.result, expected.made.result) < 0.15


def test_strokes_that_cross_a_line_stay_whole_and_the_line_goes():
    strength = np.zeros((300, 600), np.float32)
    strength[149:152] = 0.5
    strength[100:200, 300:306] = 0.6  # upright
    row, column = np.indices(strength.shape)
    strength[(np.abs(row - column + 50) < 5) & (row > 100) & (row < 200)] = 0.6  # aslant
    expected = strength.copy()
    expected[149:152, :190] = expected[149:152, 215:298] = expected[149:152, 308:] = 0
    left = without_lines(strength, 0.1)
    assert np.abs(left - expected).sum() < 0.02 * expected.sum()


def test_an_upright_one_alone_is_no_line():
    strength = np.zeros((300, 400), np.float32)
    strength[30:270, 200:203] = 0.8
    assert np.array_equal(without_lines(strength, 0.1), strength)


def test_ruled_paper_without_a_digit_is_empty():
    page = np.where((np.indices((800, 800)) % 40 < 2).any(axis=0), 150, 255).astype(np.uint8)
    for pixels in (page, 255 - page):
        with pytest.raises(EmptyDrawingError, match="lines of paper alone"):
            split(pixels)


@pytest.mark.parametrize("light_on_dark", [False, True])
def test_a_plot_in_a_page_is_read_and_not_its_labels(light_on_dark):
    digit = written([SIX], (200, 240), pen=16, left=45, top=25)
    page = Image.new("L", (500, 420), 255)
    page.paste(Image.fromarray(digit), (150, 80))
    for row in range(80, 320, 40):
        ImageDraw.Draw(page).text((120, row), str(row), fill=0)
    pixels = np.asarray(page)
    (piece,) = split(255 - pixels if light_on_dark else pixels)
    assert difference(piece.made.result, to_network_input(digit)) < 0.03
    assert piece.made.dark_on_light == light_on_dark
    top, left, bottom, right = piece.box
    assert 80 <= top < bottom <= 320
    assert 150 <= left < right <= 350


@pytest.mark.parametrize("width", [1, 3, 8])
def test_a_frame_around_digits_is_no_digit(width):
    ink = written([TWO, SIX], (480, 330))
    framed = Image.fromarray(ink)
    ImageDraw.Draw(framed).rectangle([20, 20, 459, 309], outline=255, width=width)
    pieces = split(255 - np.asarray(framed))
    assert len(pieces) == 2
    for found, expected in zip(pieces, split(ink), strict=True):
        assert np.allclose(found.made.result, expected.made.result, atol=0.02)


def test_a_square_zero_is_a_digit_and_no_frame():
    sheet = Image.new("L", (200, 200), 0)
    ImageDraw.Draw(sheet).rectangle([60, 40, 140, 160], outline=255, width=18)
    assert steps(np.asarray(sheet)).box == (40, 60, 161, 141)


def test_dark_corners_of_a_photograph_are_no_ink():
    ink = written([TWO, SIX], (900, 675), left=280, top=250)
    row, column = np.indices(ink.shape)
    for corner in (row + column, row + 900 - column):
        away = (corner - 260) / 20
        dark = 1 - 0.85 / (1 + np.exp(np.clip(away, -50, 50)))
        picture = np.round(photograph(ink, "plain", "even") * dark[..., None]).astype(np.uint8)
        pieces = split(picture)
        assert len(pieces) == 2
        for found, expected in zip(pieces, split(ink), strict=True):
            assert difference(found.made.result, expected.made.result) < 0.1


def test_a_sheet_on_a_dark_table_is_read_as_the_sheet():
    sheet = photograph(written([TWO, SIX], (500, 400), pen=11), "plain", "falling off")
    grain = np.random.default_rng(0).normal(0, 4, (700, 900, 3))
    table = np.clip(np.array([70, 50, 35]) + grain, 0, 255).astype(np.uint8)
    table[150:550, 200:700] = sheet
    expected = split(written([TWO, SIX], (500, 400), pen=11))
    pieces = split(table)
    assert len(pieces) == 2
    for found, other in zip(pieces, expected, strict=True):
        assert difference(found.made.result, other.made.result) < 0.1


@pytest.mark.parametrize("shade", [0.25, 0.6])
def test_the_side_of_the_ink_is_seen_also_in_half_a_shadow(shade):
    ink = ndimage.gaussian_filter(written([TWO, SIX], (600, 450)) / 255, 1)
    paper = np.where(np.indices(ink.shape)[1] < 250, 0.9, 0.9 * shade)
    assert is_dark_on_light((paper * (1 - 0.6 * ink)).astype(np.float32))
    board = np.where(np.indices(ink.shape)[1] < 250, 0.25, 0.25 * shade)
    assert not is_dark_on_light((board + 0.5 * ink).astype(np.float32))
