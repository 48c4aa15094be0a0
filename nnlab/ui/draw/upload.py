"""A picture file that a person gave: read once, however often the page runs."""

from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnlab.drawing import read_image
from nnlab.ui.runtime.cache import answers

SHOWN = 560
"""Pixels of the longer side of the picture on the page: two for each of its own."""


@dataclass(frozen=True)
class Upload:
    """A picture file."""

    pixels: NDArray[np.uint8]
    """Pixels in the form of `read_image`."""
    shown: bytes
    """The picture for the page, PNG, less than twice `SHOWN` pixels a side."""


def read_upload(content: bytes) -> Upload:
    """The picture of a file; of the same bytes it is held.

    Raises:
        InvalidImageError: it cannot be read.
    """
    return answers.get_or_make(("upload", digest(content)), lambda: _read(content))


def digest(content: bytes) -> bytes:
    """Return a digest that identifies the bytes."""
    return blake2b(content, digest_size=20).digest()


def _read(content: bytes) -> Upload:
    pixels = read_image(content)
    image = Image.fromarray(pixels)
    small = BytesIO()
    image.reduce(max(1, max(image.size) // SHOWN)).save(small, "PNG")
    return Upload(pixels, small.getvalue())
