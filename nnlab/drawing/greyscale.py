"""Any pixels as one grey picture of a workable size."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnlab.errors import InvalidImageError
from nnlab.texts import _

LONGEST_SIDE = 800
"""Pixels. Larger pictures are averaged down first: a digit needs 20, and time grows with area."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Red, green and blue as the eye weighs them (ITU-R BT.601, as in Pillow's mode L)."""


class EmptyDrawingError(InvalidImageError):
    """A picture on which nothing is drawn."""

    def __init__(self, detail: str = "") -> None:
        if detail:
            text = _(
                "Nothing is drawn yet ({detail})."
                " Draw one digit, or choose a picture with one dark on light or light on dark.",
                detail=detail,
            )
        else:
            text = _(
                "Nothing is drawn yet."
                " Draw one digit, or choose a picture with one dark on light or light on dark."
            )
        super().__init__(text)


def to_grey(pixels: NDArray[np.generic]) -> NDArray[np.float32]:
    """The picture as float32 [h, w] in [0, 1], 0 black, its longer side at most `LONGEST_SIDE`.

    Args:
        pixels: [h, w], [h, w, 1], [h, w, 3] (RGB) or [h, w, 4] (RGBA); uint8 (0 to 255), bool, or
            floats in [0, 1]. What is transparent becomes paper: the shade of the opaque part where
            that is most of the picture, otherwise (a canvas with strokes on nothing) the far end
            from the strokes.

    Raises:
        InvalidImageError: another shape, type or range.
        EmptyDrawingError: wholly transparent.
    """
    values = _unit_floats(pixels)
    if values.ndim == 2:
        return _workable(values)
    if values.shape[2] == 1:
        return _workable(values[..., 0])
    grey = values[..., :3] @ LUMA
    if values.shape[2] == 4:
        grey = _on_paper(grey, values[..., 3])
    return _workable(np.clip(grey, 0, 1))


def _unit_floats(pixels: NDArray[np.generic]) -> NDArray[np.float32]:
    channels = pixels.shape[2:] if pixels.ndim in (2, 3) else (0,)
    if channels not in ((), (1,), (3,), (4,)) or 0 in pixels.shape:
        raise InvalidImageError(
            _(
                "A picture is height × width, with 1, 3 or 4 channels if any, and at least one"
                " pixel; got the shape {shape}.",
                shape="×".join(map(str, pixels.shape)) or _("of a single number"),
            )
        )
    if pixels.dtype == np.uint8:
        return _reduced(pixels.astype(np.uint8, copy=False)).astype(np.float32) / np.float32(255)
    if pixels.dtype == np.bool_:
        return pixels.astype(np.float32)
    if not np.issubdtype(pixels.dtype, np.floating):
        raise InvalidImageError(
            _(
                "Pixels are uint8 (0 to 255) or floats in [0, 1], got {dtype}: convert them.",
                dtype=pixels.dtype,
            )
        )
    floats = np.asarray(pixels, np.float64)
    if not np.isfinite(floats).all() or floats.min() < 0 or floats.max() > 1:
        raise InvalidImageError(
            _(
                "Pixels given as floats lie in [0, 1], got values from"
                " {low:g} to {high:g}: divide by the largest possible value.",
                low=floats.min(),
                high=floats.max(),
            )
        )
    return floats.astype(np.float32)


def _reduced(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Large pictures averaged over whole blocks while they are still small in memory."""
    factor = max(pixels.shape[:2]) // LONGEST_SIDE
    if factor < 2:
        return pixels
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2:] == (1,) else pixels)
    return np.asarray(image.reduce(factor))


def _on_paper(grey: NDArray[np.float32], alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    opaque = float(alpha.sum())
    if opaque == 0:
        raise EmptyDrawingError(_("the picture is wholly transparent"))
    if alpha.min() == 1:
        return grey
    if alpha.mean() > 0.5:
        paper = float(np.median(grey[alpha > 0.5]))
    else:
        paper = 1.0 if float((grey * alpha).sum()) < 0.5 * opaque else 0.0
    return (grey * alpha + paper * (1 - alpha)).astype(np.float32)


def _workable(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = grey.shape
    scale = LONGEST_SIDE / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(grey)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))
