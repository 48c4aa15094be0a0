"""A drawing as the network expects it: made the way MNIST was made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnlab.drawing.greyscale import EmptyDrawingError, to_grey
from nnlab.drawing.ink import find_ink
from nnlab.drawing.parts import find_parts, stroke_width

SIDE = 28
"""Pixels, height and width of what the network reads."""
LONGER_SIDE = 20
"""Pixels, the longer side of the digit within it."""
CENTRE = 14
"""The row and column, from 0, that the centre of mass comes to, up to half a pixel."""
THINNEST = 2.2
"""Pixels of 28: a finer pen would fade to grey when scaled down, so it is thickened before."""
FINE = 1.1
"""Pixels of 28: lines of a small picture that are finer are thickened, too."""
ENLARGED = 8
"""A small picture of fine lines becomes so many times as large before they are thickened."""

SOFT_RIM = 0.25
"""Ink fainter than this does not widen the box around a large drawing."""


@dataclass(frozen=True)
class Preprocessing:
    """Each step from pixels to the network's input, for a page to show. All float32 in [0, 1]."""

    grey: NDArray[np.float32]
    """[h, w]: the picture in greys, 0 black; large ones averaged down to 800 pixels."""
    ink: NDArray[np.float32]
    """[h, w]: 1 where there is ink, 0 where there is paper."""
    box: tuple[int, int, int, int]
    """Top, left, bottom, right of the ink within [h, w]; the last two exclusive."""
    scaled: NDArray[np.float32]
    """[≤ 20, ≤ 20], the longer side 20: the ink alone, in its proportions."""
    result: NDArray[np.float32]
    """[28, 28]: the centre of mass in the middle."""
    dark_on_light: bool
    """Whether the ink was darker than the paper."""


def to_network_input(pixels: NDArray[np.generic]) -> NDArray[np.float32]:
    """The picture that a network of digits receives: float32 [28, 28] in [0, 1], ink 1, paper 0.

    Takes and raises what `steps` does.
    """
    return steps(pixels).result


def steps(pixels: NDArray[np.generic]) -> Preprocessing:
    """All steps from pixels to the network's input.

    As MNIST was made (LeCun, Cortes, Burges: "size normalized to fit in a 20x20 pixel box while
    preserving their aspect ratio", antialiased, then placed "by computing the center of mass of the
    pixels, and translating the image so as to position this point at the center of the 28x28
    field"). A digit of MNIST put in comes out as it was.

    Args:
        pixels: [h, w], [h, w, 3] (RGB) or [h, w, 4] (RGBA); uint8, or floats in [0, 1].
            Ink may be dark on light or light on dark.

    Raises:
        EmptyDrawingError: nothing is drawn.
        InvalidImageError: not such an array.
    """
    grey = to_grey(pixels)
    found = find_ink(grey)
    return from_ink(grey, without_specks(found.ink), found.dark_on_light)


def from_ink(
    grey: NDArray[np.float32], ink: NDArray[np.float32], dark_on_light: bool
) -> Preprocessing:
    """The steps from the ink on, float32 [h, w] in [0, 1], 1 full ink.

    Raises:
        EmptyDrawingError: there is none.
    """
    box = ink_box(ink)
    top, left, bottom, right = box
    alone = ink[top:bottom, left:right]
    if _is_fine(alone) and not _made_as_mnist(ink, box):
        alone = _enlarged(alone)
    scaled = _scaled(alone)
    return Preprocessing(grey, ink, box, scaled, _centred(scaled), dark_on_light)


def without_specks(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ink without dust. A small picture (near 28 pixels, as MNIST's own) stays as it is."""
    if max(ink.shape) <= 2 * SIDE:
        return ink
    labels, _ = find_parts(ink)
    return np.where(labels > 0, ink, np.float32(0))


def ink_box(ink: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """The ink's extent. In a large picture the soft rim of a stroke lies outside of it.

    In a small one (already near 20 pixels, as MNIST's own) the rim is a good part of the stroke.
    """
    edge = SOFT_RIM if max(ink.shape) > 2 * SIDE and ink.max() > SOFT_RIM else 0
    rows = np.flatnonzero(ink.max(axis=1) > edge)
    columns = np.flatnonzero(ink.max(axis=0) > edge)
    if not rows.size:
        raise EmptyDrawingError
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _is_fine(ink: NDArray[np.float32]) -> bool:
    """Whether a small digit has lines of about a pixel."""
    scale = LONGER_SIDE / max(ink.shape)
    return scale >= 0.5 and 0 < stroke_width(ink) * scale < FINE


def _made_as_mnist(ink: NDArray[np.float32], box: tuple[int, int, int, int]) -> bool:
    """Whether it has MNIST's own size and place: one digit in a thousand of MNIST is as fine."""
    top, left, bottom, right = box
    if ink.shape != (SIDE, SIDE) or max(bottom - top, right - left) != LONGER_SIDE:
        return False
    middle = np.array([ink.sum(axis=1), ink.sum(axis=0)]) @ np.arange(SIDE) / ink.sum()
    return bool((np.abs(middle - CENTRE) <= 1).all())


def _enlarged(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = ink.shape
    size = (width * ENLARGED, height * ENLARGED)
    resized = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC))
    return np.clip(resized, 0, 1)


def _scaled(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = ink.shape
    scale = LONGER_SIDE / max(height, width)
    if scale < 0.5:
        ink = _thickened(ink, scale)
        height, width = ink.shape
        scale = LONGER_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Bicubic widens its support when it shrinks (antialiasing) and is exact when it does neither.
    resized = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC))
    return np.clip(resized, 0, 1)


def _thickened(ink: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Strokes at least `THINNEST` wide once scaled."""
    stroke = stroke_width(ink)
    reach = round((THINNEST / scale - stroke) / 2)
    if stroke == 0 or reach < 1:
        return ink
    # Rows and columns apart: as quick for a wide pen as for a thin one, unlike Pillow's filter.
    from scipy import ndimage

    return ndimage.maximum_filter(np.pad(ink, reach), 2 * reach + 1)


def _centred(scaled: NDArray[np.float32]) -> NDArray[np.float32]:
    """[28, 28]. A digit so lopsided that it would stick out is kept whole instead."""
    height, width = scaled.shape
    mass = float(scaled.sum(dtype=np.float64))
    row = float(scaled.sum(axis=1, dtype=np.float64) @ np.arange(height)) / mass
    column = float(scaled.sum(axis=0, dtype=np.float64) @ np.arange(width)) / mass
    top = min(max(int(np.floor(CENTRE + 0.5 - row)), 0), SIDE - height)
    left = min(max(int(np.floor(CENTRE + 0.5 - column)), 0), SIDE - width)
    result = np.zeros((SIDE, SIDE), np.float32)
    result[top : top + height, left : left + width] = scaled
    return result
