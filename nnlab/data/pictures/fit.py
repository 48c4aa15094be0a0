"""A picture of any size as the small square that a network sees."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

SIZES = (28, 32)
"""Pixels of a side that a set may have."""
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def fitted(pixels: NDArray[np.uint8], size: int, *, whole: bool) -> NDArray[np.uint8]:
    """The picture in colour: uint8 [3, size, size].

    Shrunk with antialiasing (Pillow's bicubic), as torchvision's `Resize` does.

    Args:
        pixels: [h, w] (grey), [h, w, 3] (RGB) or [h, w, 4] (RGBA, shown on white).
        size: of a side.
        whole: the whole picture with black borders beside it; else the middle of it, cut square.
    """
    image = _in_colour(Image.fromarray(pixels))
    if whole:
        longest = max(image.size)
        inner = [max(1, round(side * size / longest)) for side in image.size]
        small = image.resize((inner[0], inner[1]), Image.Resampling.BICUBIC)
        square = Image.new("RGB", (size, size), BLACK)
        square.paste(small, ((size - inner[0]) // 2, (size - inner[1]) // 2))
    else:
        square = ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)
    return np.asarray(square).transpose(2, 0, 1)


def in_grey(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures uint8 [n, 3, s, s] in grey, [n, 1, s, s]: ITU-R BT.601, as in Pillow's mode L."""
    count, _, height, width = pictures.shape
    rows = pictures.transpose(0, 2, 3, 1).reshape(count * height, width, 3)
    grey = np.asarray(Image.fromarray(np.ascontiguousarray(rows)).convert("L"))
    return grey.reshape(count, 1, height, width)


def _in_colour(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, WHITE)
    paper.paste(image, mask=image.getchannel("A"))
    return paper
