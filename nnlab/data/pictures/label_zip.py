"""Drawings of classes of one's own as a zip: a folder of PNGs for each class, out and in."""

import io
import zipfile

import numpy as np
from numpy.typing import NDArray

from nnlab.data.handwriting import Drawing, as_png, read
from nnlab.data.pictures.archive import (
    InvalidPicturesError,
    Listed,
    list_archive,
    open_archive,
    unpack,
)
from nnlab.drawing import EmptyDrawingError, read_image, to_network_input
from nnlab.errors import InvalidImageError, shortened
from nnlab.texts import _

MOST_BYTES = 20 * 2**20
MOST_DRAWINGS = 500
"""Each of another size than 28×28 goes the way of a drawing."""


def export(names: tuple[str, ...], chosen: list[Drawing]) -> bytes:
    """The drawings as a zip that `read_drawings` reads, and the Images page, too.

    Raises:
        DataUnavailableError: a drawing cannot be read.
    """
    pictures, labels = read(chosen)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
            # A name may hold what parts folders; the place keeps two such names apart.
            folder = names[label].replace("/", "-").replace("\\", "-").replace(":", "-").strip(".")
            archive.writestr(f"{folder or label}/{number:05d}.png", as_png(picture))
    return buffer.getvalue()


def read_drawings(content: bytes) -> tuple[tuple[str, ...], list[tuple[NDArray[np.uint8], int]]]:
    """The classes of a zip, and its drawings uint8 [28, 28] with their labels.

    PNGs of 28×28 pixels in grey are taken as they are; others go the way of a drawing.

    Raises:
        InvalidPicturesError: no such zip, too many drawings, or one that cannot be read; says
            which. An archive is taken whole or not at all.
    """
    if len(content) > MOST_BYTES:
        raise InvalidPicturesError(
            _(
                "The archive has {size:,} bytes, and {most_bytes:,} is the most.",
                size=len(content),
                most_bytes=MOST_BYTES,
            )
        )
    with open_archive(content) as archive:
        contents = list_archive(archive)
        if len(contents.listed) > MOST_DRAWINGS:
            raise InvalidPicturesError(
                _(
                    "An archive holds at most {most:,} drawings, this one {count:,}.",
                    most=MOST_DRAWINGS,
                    count=len(contents.listed),
                )
            )
        taken = [(_drawing(archive, one), one.label) for one in contents.listed]
    return contents.classes, taken


def _drawing(archive: zipfile.ZipFile, one: Listed) -> NDArray[np.uint8]:
    try:
        pixels = read_image(unpack(archive, one.entry))
        if pixels.shape == (28, 28):
            return pixels
        return np.round(to_network_input(pixels) * 255).astype(np.uint8)
    except EmptyDrawingError as error:
        raise InvalidPicturesError(
            _("{name} is empty: nothing is drawn on it.", name=shortened(one.name))
        ) from error
    except (InvalidImageError, InvalidPicturesError) as error:
        raise InvalidPicturesError(
            _("{name} cannot be read: {error}", name=shortened(one.name), error=error)
        ) from error
