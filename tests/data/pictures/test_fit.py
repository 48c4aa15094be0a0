"""Pictures made small: as Pillow and torchvision make them."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import ndimage

from nnlab.data.pictures.fit import fitted, in_grey
from nnlab.data.pictures.reading import Wish, read_archive
from nnlab.data.torchvision_fix import torchvision_datasets
from tests.data.zips import picture, two_classes, zipped


def photograph(height: int, width: int) -> np.ndarray:
    """Smooth noise, as photographs are."""
    noise = np.random.default_rng(4).normal(size=(height, width, 3))
    smooth = ndimage.gaussian_filter(noise, (4, 4, 0))
    low, high = smooth.min(), smooth.max()
    return ((smooth - low) / (high - low) * 255).astype(np.uint8)


@pytest.mark.parametrize("size", [28, 32])
@pytest.mark.parametrize(("height", "width"), [(300, 400), (400, 300), (64, 64), (20, 31)])
def test_the_middle_is_what_torchvision_makes_of_it(height: int, width: int, size: int) -> None:
    torchvision_datasets()  # declares what the next import misses
    from torchvision.transforms.v2 import functional as tv

    pixels = photograph(height, width)
    side = min(height, width)
    tensor = tv.center_crop(torch.from_numpy(pixels.transpose(2, 0, 1).copy()), [side, side])
    theirs = tv.resize(tensor, [size, size], tv.InterpolationMode.BICUBIC, antialias=True).numpy()
    ours = fitted(pixels, size, whole=False)
    assert ours.shape == (3, size, size)
    # An odd margin is cut by half a pixel more on the one side or the other.
    assert np.abs(ours.astype(int) - theirs.astype(int)).mean() < (1 if height != 20 else 8)


def test_the_whole_picture_stands_between_black_borders() -> None:
    pixels = photograph(200, 400)
    ours = fitted(pixels, 32, whole=True)
    theirs = Image.fromarray(pixels).resize((32, 16), Image.Resampling.BICUBIC)
    assert not ours[:, :8].any()
    assert not ours[:, 24:].any()
    assert np.array_equal(ours[:, 8:24].transpose(1, 2, 0), np.asarray(theirs))


def test_a_line_of_one_pixel_is_no_mistake() -> None:
    for pixels in (photograph(1, 700), photograph(700, 1)):
        for whole in (False, True):
            assert fitted(pixels, 28, whole=whole).shape == (3, 28, 28)


def test_what_is_transparent_is_shown_on_white() -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    assert (fitted(pixels, 32, whole=False) == 255).all()


def test_grey_is_that_of_the_standard() -> None:
    """BT.601: 0.299 red, 0.587 green, 0.114 blue."""
    pixels = np.random.default_rng(1).integers(0, 256, (5, 3, 28, 28), np.uint8)
    expected = np.tensordot([0.299, 0.587, 0.114], pixels, (0, 1))
    assert np.abs(in_grey(pixels)[:, 0] - expected).max() <= 1


def test_a_camera_held_sideways_is_turned_upright() -> None:
    image = Image.fromarray(photograph(30, 60))
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    image.save(buffer, "PNG", exif=exif)
    found = read_archive(zipped(two_classes() | {"cat/0.png": buffer.getvalue()}))
    shown = found.shown(Wish(whole=True))[0]
    assert not shown[:, :, 0].any()  # upright it is twice as high as wide
    assert shown[:, 0].any()


def test_every_form_that_is_read_is_read() -> None:
    files = {f"{form}/{i}.x": picture(form=form) for form in ("GIF", "BMP", "WEBP") for i in (1, 2)}
    assert not read_archive(zipped(files)).refused
