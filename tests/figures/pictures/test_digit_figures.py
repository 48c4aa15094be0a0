import io

import numpy as np
import pytest
from PIL import Image

from nnlab.figures import theme
from nnlab.figures.pictures.digits import digit_picture, percent, probabilities_figure, sample_grid
from tests.figures.shipped import checked, values

SHARES = np.array([0.01, 0.02, 0.0, 0.9, 0.01, 0.02, 0.01, 0.01, 0.01, 0.01])


def opened(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.mark.parametrize("dark", [False, True])
def test_ten_bars_in_fixed_order_with_the_likeliest_highlighted(dark):
    figure = checked(probabilities_figure(SHARES, dark=dark))
    (bars,) = figure.data
    assert list(figure.layout.yaxis.ticktext) == list("0123456789")
    low, high = figure.layout.yaxis.range
    assert low > high, "class 0 is on top"
    assert tuple(figure.layout.xaxis.range) == (0, 1)
    lit = [i for i, colour in enumerate(bars.marker.color) if colour == theme.winner(dark)]
    assert lit == [3]
    assert bars.text[3] == "<b>90.0%</b>"
    assert bars.text[1] == "2.0%"
    assert bars.text[2] == "0%"
    np.testing.assert_allclose(values(bars.to_plotly_json()["x"]), SHARES, rtol=1e-6)


def test_with_nothing_drawn_the_bars_keep_their_place():
    empty = checked(probabilities_figure(None, dark=False))
    full = checked(probabilities_figure(SHARES, dark=False))
    assert len(empty.data) == len(full.data) == 1
    assert empty.layout.height == full.layout.height
    assert empty.layout.annotations[0].text == "draw a digit"
    assert theme.winner(False) not in empty.data[0].marker.color


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (0.00001, "<0.1%"), (0.5, "50.0%"), (0.9996, ">99.9%"), (1, "100%")],
)
def test_percentages_claim_nothing_that_is_not_so(share, text):
    assert percent(share) == text


def test_a_digit_is_enlarged_with_every_pixel_a_square():
    pixels = np.linspace(0, 1, 28 * 28).reshape(28, 28)
    picture = opened(digit_picture(pixels, scale=8))
    assert picture.shape == (224, 224)
    blocks = picture.reshape(28, 8, 28, 8).swapaxes(1, 2)
    np.testing.assert_array_equal(blocks.min(axis=(2, 3)), blocks.max(axis=(2, 3)))
    np.testing.assert_array_equal(blocks[:, :, 0, 0], np.rint(pixels * 255))


def test_a_sheet_shows_each_picture_in_reading_order():
    images = np.stack([np.full((28, 28), i / 12) for i in range(12)])
    sheet = opened(sample_grid(images, columns=5, scale=2))
    for i in range(12):
        assert sheet[(i // 5) * 60 + 20, (i % 5) * 60 + 20] == round(i / 12 * 255)
    assert sheet.shape == (3 * 60 - 4, 5 * 60 - 4)


def test_labels_stand_under_the_pictures_and_leave_them_alone():
    images = np.zeros((3, 28, 28))
    sheet = opened(sample_grid(images, ["7", "1", "0"], scale=2))
    assert sheet.shape == (56 + 16, 3 * 60 - 4)
    assert sheet[:56].max() == 0
    assert all(sheet[56:, i * 60 : i * 60 + 56].max() > 100 for i in range(3))
