"""A drawing comes out as MNIST would have it, wherever and however it was drawn."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw, ImageFilter

from nnlab.drawing import EmptyDrawingError, steps, to_network_input
from nnlab.errors import InvalidImageError, NnlabError

SEVEN = [(0.1, 0.0), (0.9, 0.05), (0.4, 1.0)]
FIVE = [(0.9, 0.0), (0.2, 0.0), (0.15, 0.45), (0.7, 0.4), (0.85, 0.7), (0.6, 1.0), (0.1, 0.9)]


def drawn(points, size=280, corner=(80, 60), height=140, pen=14) -> np.ndarray:
    """White strokes on black, uint8 [size, size], drawn four times as large and averaged down."""
    picture = Image.new("L", (4 * size, 4 * size), 0)
    pencil = ImageDraw.Draw(picture)
    line = [(4 * (corner[0] + height * x), 4 * (corner[1] + height * y)) for x, y in points]
    pencil.line(line, fill=255, width=4 * pen, joint="curve")
    for x, y in line:
        pencil.ellipse([x - 2 * pen, y - 2 * pen, x + 2 * pen, y + 2 * pen], fill=255)
    return np.asarray(picture.reduce(4))


def photographed(ink: np.ndarray, grain: float = 0.03) -> np.ndarray:
    """Pen on paper that lies half in the shade, a little out of focus, with grain."""
    height, width = ink.shape
    row, column = np.mgrid[0:height, 0:width] / max(height, width)
    blurred = np.asarray(Image.fromarray(ink).filter(ImageFilter.GaussianBlur(1))) / 255
    light = (0.8 - 0.35 * row * column - 0.15 * column) * (1 - 0.7 * blurred)
    noise = np.random.default_rng(0).normal(0, grain, ink.shape)
    return np.round(np.clip(light + noise, 0, 1) * 255).astype(np.uint8)


def centre_of_mass(picture: np.ndarray) -> np.ndarray:
    rows, columns = np.indices(picture.shape)
    return np.array([(picture * rows).sum(), (picture * columns).sum()]) / picture.sum()


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """0 the same, 1 no ink in common, at the best of the nine places up to a pixel away.

    Placing is by whole pixels, as in MNIST: two scans of one digit may round to neighbours.
    """
    moved = [np.roll(one, shift, axis=(0, 1)) for shift in np.ndindex(3, 3)]
    nearest = min(np.abs(np.roll(each, (-1, -1), axis=(0, 1)) - other).sum() for each in moved)
    return float(nearest / (one.sum() + other.sum()))


@pytest.fixture(scope="module")
def mnist(datasets_dir: Path) -> np.ndarray:
    """The first thousand test pictures, uint8."""
    content = gzip.decompress((datasets_dir / "MNIST/raw/t10k-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)[:1000]


def test_digits_of_mnist_come_out_as_they_were(mnist):
    results = np.stack([to_network_input(picture) for picture in mnist])
    changed = np.abs(results - mnist / 255).mean(axis=(1, 2))
    assert changed.mean() < 0.002
    assert np.mean(changed < 0.005) > 0.99


def test_digits_of_mnist_come_out_as_they_were_when_scanned_large_and_dark_on_light(mnist):
    differences = []
    for picture in mnist[:100]:
        large = Image.fromarray(255 - picture).resize((280, 280), Image.Resampling.BICUBIC)
        differences.append(difference(to_network_input(np.asarray(large)), picture / 255))
    assert np.mean(differences) < 0.12


@pytest.mark.parametrize("points", [SEVEN, FIVE])
def test_place_size_and_polarity_do_not_matter(points):
    large_light_on_dark = drawn(points, height=200, corner=(40, 40), pen=24)
    small_dark_on_light = 255 - drawn(points, height=75, corner=(14, 12), pen=9)
    one, other = to_network_input(large_light_on_dark), to_network_input(small_dark_on_light)
    assert difference(one, other) < 0.05
    moved = 255 - drawn(points, height=75, corner=(190, 185), pen=9)
    assert difference(other, to_network_input(moved)) < 0.01
    different = SEVEN if points is FIVE else FIVE
    assert difference(one, to_network_input(drawn(different))) > 0.3  # what the bounds are worth


def test_colour_shade_and_transparency_do_not_matter():
    ink = drawn(FIVE)
    expected = to_network_input(ink)
    share = ink[..., None] / 255
    blue_on_yellow = np.round(share * [0, 0, 160] + (1 - share) * [255, 240, 120])
    assert difference(expected, to_network_input(blue_on_yellow.astype(np.uint8))) < 0.02
    faint = (128 + ink * 0.2).astype(np.uint8)
    assert difference(expected, to_network_input(faint)) < 0.03
    for colour in (0, 255):
        on_nothing = np.dstack([np.full((*ink.shape, 3), colour, np.uint8), ink])
        assert difference(expected, to_network_input(on_nothing)) < 0.01


def test_whole_numbers_and_floats_are_the_same_picture():
    ink = drawn(SEVEN)
    expected = to_network_input(ink)
    assert np.allclose(expected, to_network_input(ink / 255), atol=1e-5)
    assert np.allclose(expected, to_network_input(np.dstack([ink] * 3)), atol=1e-4)
    assert np.allclose(expected, to_network_input(ink[..., None]), atol=1e-5)


@pytest.mark.parametrize("points", [SEVEN, FIVE])
def test_a_photograph_in_the_shade_reads_as_the_drawing(points):
    ink = drawn(points, size=400, height=220, corner=(80, 90), pen=22)
    result = to_network_input(photographed(ink))
    assert difference(result, to_network_input(ink)) < 0.12
    assert np.sum((result > 0.1) & (to_network_input(ink) == 0)) < 10  # no speck of the paper


def test_a_large_picture_reads_as_a_small_one():
    small = drawn(FIVE, size=560, height=280, pen=28)
    large = np.asarray(Image.fromarray(small).resize((3360, 3360), Image.Resampling.BICUBIC))
    found = steps(large)
    assert max(found.grey.shape) <= 800
    assert difference(found.result, to_network_input(small)) < 0.05


def test_a_fine_pen_is_thickened_and_not_faded():
    fine, usual = (to_network_input(drawn(FIVE, height=200, pen=pen)) for pen in (2, 20))
    assert fine.max() > 0.9
    assert 0.5 < fine.sum() / usual.sum() < 1.2


@pytest.mark.parametrize("points", [SEVEN, FIVE])
def test_the_longer_side_is_20_and_the_centre_of_mass_in_the_middle(points):
    found = steps(drawn(points))
    assert found.result.shape == (28, 28)
    assert found.result.dtype == np.float32
    assert max(found.scaled.shape) == 20
    assert np.abs(centre_of_mass(found.result) - 14).max() <= 0.501
    assert found.result.sum() == pytest.approx(found.scaled.sum(), rel=1e-5)


def test_proportions_stay():
    one = np.zeros((200, 200), np.uint8)
    one[20:180, 90:110] = 255
    found = steps(one)
    assert found.scaled.shape == (20, 2) or found.scaled.shape == (20, 3)
    assert steps(one.T).scaled.shape == found.scaled.shape[::-1]


def test_a_lopsided_drawing_is_kept_whole_and_wraps_around_nowhere():
    lopsided = np.zeros((100, 100), np.uint8)
    lopsided[10:90, 10:12] = 255
    lopsided[80:90, 10:90] = 255  # a line, and all the weight at its lower end
    found = steps(lopsided)
    rows, columns = np.nonzero(found.result)
    assert rows.max() - rows.min() + 1 == found.scaled.shape[0] == 20
    assert columns.max() - columns.min() + 1 == found.scaled.shape[1] == 20
    assert rows.min() == 0
    assert found.result.sum() == pytest.approx(found.scaled.sum(), rel=1e-5)


def test_the_steps_say_where_the_ink_was_and_which_side_was_dark():
    dark = np.full((100, 120), 255, np.uint8)
    dark[30:70, 50:60] = 0
    found = steps(dark)
    assert found.box == (30, 50, 70, 60)
    assert found.dark_on_light
    assert np.array_equal(found.ink > 0.5, dark == 0)
    assert not steps(255 - dark).dark_on_light


@pytest.mark.parametrize(
    "empty",
    [
        np.zeros((280, 280), np.uint8),
        np.full((280, 280, 3), 255, np.uint8),
        np.zeros((280, 280, 4), np.uint8),
        np.full((28, 28), 0.5),
        np.zeros((1, 1)),
    ],
    ids=["black", "white", "transparent", "grey", "one pixel"],
)
def test_an_empty_canvas_says_that_nothing_is_drawn_yet(empty):
    with pytest.raises(EmptyDrawingError, match=r"Nothing is drawn yet.*Draw one digit"):
        to_network_input(empty)


def test_grain_alone_is_nothing_drawn():
    blank = photographed(np.zeros((300, 300), np.uint8), grain=0.01)
    with pytest.raises(EmptyDrawingError):
        to_network_input(blank)


@pytest.mark.parametrize(
    ("pixels", "sentence"),
    [
        (np.zeros((0, 5)), "at least one pixel; got the shape 0×5"),
        (np.zeros(5), "got the shape 5"),
        (np.zeros((5, 5, 2)), "got the shape 5×5×2"),
        (np.float64(1), "a single number"),
        (np.full((5, 5), np.nan), r"values from NaN"),
        (np.array([[0.0, 255.0]]), r"lie in \[0, 1\], got values from 0 to 255: divide"),
        (np.zeros((5, 5), np.int64), "got int64: convert"),
        (np.array([["a"]]), "got <U1"),
    ],
)
def test_what_is_no_picture_is_named(pixels, sentence):
    with pytest.raises(InvalidImageError, match=sentence):
        to_network_input(pixels)


SHAPES = st.tuples(st.integers(0, 70), st.integers(0, 70)) | st.tuples(
    st.integers(1, 30), st.integers(1, 30), st.integers(1, 4)
)


@settings(max_examples=300, deadline=None)
@given(
    arrays.arrays(np.uint8, SHAPES)
    | arrays.arrays(np.float32, SHAPES, elements=st.floats(0, 1, width=32))
    | arrays.arrays(np.float64, SHAPES)
)
@example(np.eye(2, dtype=np.uint8))
@example(np.arange(256, dtype=np.uint8)[None])
@example(np.arange(256, dtype=np.uint8).reshape(16, 16))
def test_any_array_gives_a_picture_or_a_sentence(pixels):
    try:
        result = to_network_input(pixels)
    except NnlabError:
        return
    assert result.shape == (28, 28)
    assert result.dtype == np.float32
    assert 0 <= result.min() < result.max() <= 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.integers(1, 300))
def test_any_noise_gives_a_picture_or_a_sentence(seed, height, width):
    rng = np.random.default_rng(seed)
    pixels = (rng.random((height, width)) ** rng.uniform(0.1, 10) * 255).astype(np.uint8)
    try:
        result = to_network_input(pixels)
    except EmptyDrawingError:
        return
    assert 0 <= result.min() < result.max() <= 1


def test_lines_of_one_pixel_in_a_small_picture_are_read_as_those_of_the_same_picture_enlarged():
    for side, points in ((28, SEVEN), (40, FIVE), (60, SEVEN)):
        small = Image.new("L", (side, side), 255)
        line = [(0.2 * side + 0.6 * side * x, 0.15 * side + 0.7 * side * y) for x, y in points]
        ImageDraw.Draw(small).line(line, fill=0, width=1)
        large = small.resize((10 * side, 10 * side), Image.Resampling.BICUBIC)
        one, other = to_network_input(np.asarray(small)), to_network_input(np.asarray(large))
        assert difference(one, other) < 0.12
        assert 0.8 < one.sum() / other.sum() < 1.25


def test_no_digit_of_mnist_is_thickened(mnist):
    finest = np.argsort([(picture > 127).sum() / (picture > 0).sum() for picture in mnist])[:50]
    for picture in mnist[finest]:
        assert to_network_input(picture).sum() < 1.1 * picture.sum() / 255
