"""Zips of pictures as people, and their enemies, make them."""

import io
import zipfile
from collections.abc import Mapping

import numpy as np
from PIL import Image


def picture(
    width: int = 40,
    height: int = 30,
    form: str = "PNG",
    colour: tuple[int, int, int] = (200, 9, 60),
) -> bytes:
    """A file of one colour, with a black square in its middle."""
    pixels = np.full((height, width, 3), colour, np.uint8)
    pixels[height // 3 : height // 2, width // 3 : width // 2] = 0
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form)
    return buffer.getvalue()


def zipped(files: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def two_classes(of_each: int = 4, top: str = "") -> dict[str, bytes]:
    """Red cats and green dogs."""
    return {
        f"{top}{name}/{i}.png": picture(
            colour=(250 - i, 0, 0) if name == "cat" else (0, 250 - i, 0)
        )
        for name in ("cat", "dog")
        for i in range(of_each)
    }
