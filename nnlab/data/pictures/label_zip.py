"""Drawings of classes of one's own as a zip: a folder of PNGs for each class, out and in."""

import io
import time
import zipfile
from collections.abc import Callable

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
SECONDS = 20.0
"""Limit of processor time: a picture that is not 28×28 is preprocessed, a large one takes 0.2."""


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


def read_drawings(
    content: bytes, *, processor: Callable[[], float] = time.thread_time
) -> tuple[tuple[str, ...], list[tuple[NDArray[np.uint8], int]]]:
    """The classes of a zip, and its drawings uint8 [28, 28] with their labels.

    PNGs of 28×28 pixels in grey are taken as they are; others go the way of a drawing.

    Args:
        content: of the zip.
        processor: seconds that this thread has computed.

    Raises:
        InvalidPicturesError: no such zip, too many drawings, more work than may be, or a drawing
            that cannot be read; says which. An archive is taken whole or not at all.
    """
    if len(content) > MOST_BYTES:
        raise InvalidPicturesError(
            _(
                "The archive has {size:,} bytes, and {most_bytes:,} is the most.",
                size=len(content),
                most_bytes=MOST_BYTES,
            )
        )
    begun, taken = processor(), []
    with open_archive(content) as archive:
        contents = list_archive(archive)
        for one in contents.listed:
            if processor() - begun > SECONDS:
                raise InvalidPicturesError(
                    _(
                        "After {seconds:.0f} s of work {done:,} of {count:,} drawings were read,"
                        " and no more time is given: make them smaller (28×28 pixels need none),"
                        " or bring fewer.",
                        seconds=SECONDS,
                        done=len(taken),
                        count=len(contents.listed),
                    )
                )
            taken.append((_drawing(archive, one), one.label))
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
