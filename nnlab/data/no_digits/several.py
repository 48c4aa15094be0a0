"""Two or three digits as one piece of ink: side by side so that they touch, or nearly."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnlab.data.no_digits.ink import Picture, prepared

HEIGHT = 64
"""Pixels of a digit on the sheet."""
THREE = 0.3
"""The share of threes; the others are twos."""


def several(digits: NDArray[np.uint8], rng: np.random.Generator) -> Picture:
    """A number of two or three digits, taken from pictures [n, 28, 28] of one digit each."""
    count = 3 if rng.random() < THREE else 2
    sheet = np.zeros((4 * HEIGHT, 8 * HEIGHT), np.uint8)
    left = HEIGHT
    for _ in range(count):
        piece = _cut(digits[int(rng.integers(len(digits)))], rng)
        height, width = piece.shape
        top = int(1.5 * HEIGHT + rng.normal(0, 0.08) * HEIGHT)
        left = _beside(sheet, piece, top, left) + int(rng.choice([-10, -6, -3, -1, 2, 6]))
        left = max(left, 0)
        part = sheet[top : top + height, left : left + width]
        np.maximum(part, piece, out=part)
        left += width
    return prepared(sheet)


def _cut(digit: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The digit alone, some `HEIGHT` high (a flat one as wide)."""
    rows, columns = np.flatnonzero(digit.max(axis=1)), np.flatnonzero(digit.max(axis=0))
    alone = Image.fromarray(digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    scale = HEIGHT * float(np.exp(rng.normal(0, 0.12))) / max(alone.size)
    size = (max(3, round(alone.width * scale)), max(3, round(alone.height * scale)))
    return np.asarray(alone.resize(size, Image.Resampling.BICUBIC))


def _beside(sheet: NDArray[np.uint8], piece: NDArray[np.uint8], top: int, left: int) -> int:
    """How far left the piece can go until its ink meets that of the sheet."""
    height, width = piece.shape
    if not sheet.any():
        return left
    rows = sheet[top : top + height] > 100
    ends = np.where(rows.any(axis=1), sheet.shape[1] - np.argmax(rows[:, ::-1], axis=1), -1)
    starts = np.where((piece > 100).any(axis=1), np.argmax(piece > 100, axis=1), width)
    both = (ends >= 0) & (starts < width)
    return int((ends - starts)[both].max()) if both.any() else left
