"""Picture files, whatever they hold, as pixels."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from nnlab.errors import InvalidImageError
from nnlab.texts import _

LARGEST = 50_000_000
"""Pixels. What a file says of its size is read before any of it is decoded."""

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
"""Formats that Pillow reads by itself: no other program is started for an uploaded file."""

_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError,
    NotImplementedError, RuntimeError, AttributeError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's decoders raise on files that were cut off or made to break them."""


def read_image(source: str | Path | bytes) -> NDArray[np.uint8]:
    """The first picture of a file, upright: uint8 [h, w] (grey), [h, w, 3] or [h, w, 4] (RGBA).

    Args:
        source: the path of a file, or its bytes. PNG, JPEG, GIF, BMP, WebP, TIFF, PNM.

    Raises:
        InvalidImageError: not there, empty, no picture, cut off, or more than 50 megapixels.
    """
    name = _("The upload") if isinstance(source, bytes) else f"'{source}'"
    content = source if isinstance(source, bytes) else _content(Path(source))
    if not content:
        raise InvalidImageError(_("{name} is empty (0 bytes). Choose a picture file.", name=name))
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidImageError(
            _("{name} is too large. {mend}", name=name, mend=_smaller())
        ) from error
    except _BROKEN as error:
        raise InvalidImageError(
            _(
                "{name} is no picture that can be read here ({count:,} bytes that start with"
                " {content!r}). Readable: {formats}; save it as PNG.",
                name=name,
                count=len(content),
                content=content[:8],
                formats=", ".join(FORMATS),
            )
        ) from error
    with image:
        width, height = image.size
        if width * height > LARGEST:
            raise InvalidImageError(
                _(
                    "{name} is {width:,}×{height:,} pixels. {mend}",
                    name=name,
                    width=width,
                    height=height,
                    mend=_smaller(),
                )
            )
        try:
            return _pixels(image)
        except _BROKEN as error:
            raise InvalidImageError(
                _(
                    "{name} is a {format} of {width:,}×{height:,} pixels that breaks off or is"
                    " damaged ({error}). Save it anew, as PNG.",
                    name=name,
                    format=image.format,
                    width=width,
                    height=height,
                    error=error,
                )
            ) from error


def _smaller() -> str:
    return _(
        "At most {megapixels} megapixels are read: make the picture smaller.",
        megapixels=LARGEST // 1_000_000,
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidImageError(
            _(
                "'{path}' cannot be read: {reason}. Give the path of a picture file.",
                path=path,
                reason=reason,
            )
        ) from error


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    image.seek(0)
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        return _stretched(np.asarray(upright, np.float64))
    transparent = "A" in upright.getbands() or "transparency" in upright.info
    if transparent:
        upright = upright.convert("RGBA")
    elif upright.mode in ("1", "L"):
        upright = upright.convert("L")
    else:
        upright = upright.convert("RGB")
    return np.asarray(upright)


def _stretched(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Greys of more than 8 bits: their own range becomes 0 to 255; `convert` would cut it off."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if not np.isfinite([low, high]).all():
        raise ValueError(_("it holds values that are no numbers"))
    scaled = (np.nan_to_num(values, nan=low) - low) * (255 / max(high - low, 1e-300))
    return np.round(np.clip(scaled, 0, 255)).astype(np.uint8)
