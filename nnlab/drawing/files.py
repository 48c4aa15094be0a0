"""Picture files, whatever they hold, as pixels."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from nnlab.drawing.bare import Bare, OddFileError, bare, orientation, webp_size
from nnlab.drawing.greyscale import LONGEST_SIDE
from nnlab.errors import InvalidImageError
from nnlab.texts import _

MOST_BYTES = 16 * 2**20
"""Limit for a file."""
LARGEST = 50_200_000
"""Pixels of a JPEG in one pass, which is decoded at a part of its size: a telephone's photograph.
What a file says of its size is read before any of it is decoded."""
LARGEST_WHOLE = 8_300_000
"""Pixels of anything else (3,840 × 2,160 are 8.29 million), a JPEG in passes among them: it is in
memory whole before it is made smaller."""
LARGEST_WEBP = 4_000_000
"""Pixels of a WebP, of which its library keeps four copies."""
LONGEST = 16_384
"""Pixels of a side."""

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
"""Formats that Pillow reads by itself: no other program is started for an uploaded file."""

_JPEGS = ("JPEG", "MPO")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that makes a picture upright, by its orientation in EXIF."""

_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError,
    NotImplementedError, RuntimeError, AttributeError, struct.error, zlib.error,
)  # fmt: skip
"""Exceptions of Pillow's decoders for files that were cut off or made to break them."""


def read_image(source: str | Path | bytes) -> NDArray[np.uint8]:
    """The first picture of a file, upright: uint8 [h, w] (grey), [h, w, 3] or [h, w, 4] (RGBA).

    One with a side of twice `LONGEST_SIDE` or more is averaged down to less than that.

    Args:
        source: the path of a file, or its bytes. PNG, JPEG, GIF, BMP, WebP.

    Raises:
        InvalidImageError: not there, empty, no picture, cut off, or larger than is read.
    """
    name = _("The upload") if isinstance(source, bytes) else f"'{source}'"
    content = source if isinstance(source, bytes) else _content(Path(source))
    if not content:
        raise InvalidImageError(_("{name} is empty (0 bytes). Choose a picture file.", name=name))
    if len(content) > MOST_BYTES:
        raise InvalidImageError(
            _(
                "{name} has more than {most} MB, which is the most: make the picture smaller.",
                name=name,
                most=MOST_BYTES // 2**20,
            )
        )
    _must_fit(name, webp_size(content), LARGEST_WEBP)
    file, image = _opened(name, content)
    with image:
        width, height = image.size
        in_parts = image.format in _JPEGS and not file.in_passes
        _must_fit(name, image.size, LARGEST if in_parts else LARGEST_WHOLE)
        try:
            return _pixels(image, file)
        except _BROKEN as error:
            raise InvalidImageError(
                _(
                    "{name} is a {format} of {width:,}×{height:,} pixels that breaks off or is"
                    " damaged ({error}). Save it again, as PNG.",
                    name=name,
                    format=image.format,
                    width=width,
                    height=height,
                    error=error,
                )
            ) from error


def _opened(name: str, content: bytes) -> tuple[Bare, Image.Image]:
    """Open a picture; nothing is decoded yet. Raises InvalidImageError: it cannot be opened."""
    try:
        file = bare(content)
        return file, Image.open(io.BytesIO(file.content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidImageError(
            _("{name} is too large. {mend}", name=name, mend=_smaller(LARGEST_WHOLE))
        ) from error
    except OddFileError as error:
        raise InvalidImageError(
            _("{name} is {odd}: open it and save it again, as PNG.", name=name, odd=error)
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


def _must_fit(name: str, size: tuple[int, int] | None, most: int) -> None:
    if size is not None and (size[0] * size[1] > most or max(size) > LONGEST):
        raise InvalidImageError(
            _(
                "{name} is {width:,}×{height:,} pixels. {mend}",
                name=name,
                width=size[0],
                height=size[1],
                mend=_smaller(most),
            )
        )


def _smaller(most: int) -> str:
    return _(
        "At most {megapixels} megapixels of this kind, and {longest:,} pixels a side, are read:"
        " make the picture smaller.",
        megapixels=most // 1_000_000,
        longest=LONGEST,
    )


def _content(path: Path) -> bytes:
    """The file, and of one that is too large a byte more than may be."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidImageError(
            _(
                "'{path}' cannot be read: {reason}. Give the path of a picture file.",
                path=path,
                reason=reason,
            )
        ) from error


def _pixels(image: Image.Image, file: Bare) -> NDArray[np.uint8]:
    assert isinstance(image, ImageFile.ImageFile)
    if image.tile and image.tile[0].codec_name == "bmp_rle":
        raise ValueError(_("its pixels are packed, which few programs read"))
    turn = file.orientation if file.orientation > 1 else orientation(image.info.get("exif", b""))
    # A JPEG may come at an eighth of its size, and is never in memory whole.
    longest = max(image.size)
    wanted = [max(1, side * 2 * LONGEST_SIDE // longest) for side in image.size]
    image.draft(None, (wanted[0], wanted[1]))
    image.seek(0)
    image.load()
    if image.mode.startswith(("I", "F")):
        return _stretched(np.asarray(_upright(image.convert("F"), turn), np.float64))
    transparent = "A" in image.getbands() or "transparency" in image.info
    if "transparency" not in image.info and image.mode not in ("1", "P", "PA"):
        image = _reduced(image)  # before it is copied; these know no shades between
    mode = "RGBA" if transparent else "L" if image.mode in ("1", "L") else "RGB"
    # `convert` copies where it has nothing to do.
    return np.asarray(_upright(image if image.mode == mode else image.convert(mode), turn))


def _upright(image: Image.Image, turn: int) -> Image.Image:
    """Return the picture turned upright, and reduced to the size that is needed."""
    image = _reduced(image)
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image


def _reduced(image: Image.Image) -> Image.Image:
    factor = max(image.size) // LONGEST_SIDE
    return image.reduce(factor) if factor > 1 else image


def _stretched(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Greys of more than 8 bits: their own range becomes 0 to 255; `convert` would cut it off."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if not np.isfinite([low, high]).all():
        raise ValueError(_("it holds values that are no numbers"))
    scaled = (np.nan_to_num(values, nan=low) - low) * (255 / max(high - low, 1e-300))
    return np.round(np.clip(scaled, 0, 255)).astype(np.uint8)
