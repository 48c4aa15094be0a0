"""Digits that touch: where two of them are one part, and where to cut it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnlab.drawing.parts import stroke_width

HEIGHT = 40
"""Rows that a part is looked at in."""
ALLOWED = ((1.3, 0.8), (1.5, 1.2), (1.9, 2.2))
"""From so many times as wide as high on, a cut may cross so many strokes: the wider, the surer."""
TALL = 0.62
"""Least height of both sides of a cut, as a share of the part: no bar or foot of a digit."""
LIGHTEST = 0.14
"""Least share of the part's ink on each side."""
WIDEST = 12
"""Times as wide as high: what is wider is a line, and no row of digits that all touch."""
MOST_WAYS = 60
"""Ways that are tried, the cheapest first."""
SLANT = 0.03
"""The cost of a sideways step, in pixels of ink: an upright cut is preferred."""


def cut(ink: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The digits of ink that hangs together, from the left: each as large as the whole.

    Where they are one digit, the whole alone comes. A cut runs from the top to the bottom along
    the way that crosses the least ink.

    Args:
        ink: float32 [h, w] in [0, 1], cut out.
    """
    height, width = ink.shape
    if not ALLOWED[0][0] * height <= width <= WIDEST * height:
        return [ink]
    small = _small(ink)
    rows = small.shape[0]
    way = _way(small)
    if way is None:
        return [ink]
    border = np.interp((np.arange(height) + 0.5) * rows / height - 0.5, np.arange(rows), way)
    left = np.arange(width) + 0.5 < (border * width / small.shape[1])[:, None]
    pieces = []
    for side in (left, ~left):
        alone = np.where(side, ink, np.float32(0))
        columns = np.flatnonzero(alone.max(axis=0) > 0.5)
        lines = np.flatnonzero(alone.max(axis=1) > 0.5)
        if not lines.size:  # ink so faint that only the small picture shows it
            return [ink]
        box = slice(lines[0], lines[-1] + 1), slice(columns[0], columns[-1] + 1)
        for inner in cut(alone[box]):
            whole = np.zeros_like(ink)
            whole[box] = inner
            pieces.append(whole)
    return pieces


def _small(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = ink.shape
    size = (max(2, round(width * HEIGHT / height)), HEIGHT)
    resized = Image.fromarray(ink).resize(size, Image.Resampling.BILINEAR)
    return np.clip(np.asarray(resized), 0, 1)


def _way(ink: NDArray[np.float32]) -> NDArray[np.int64] | None:
    """[rows]: the column where a cut enters each row's right side; None where none is to be."""
    rows, columns = ink.shape
    stroke = max(1.0, stroke_width(ink))
    allowed = max(most for wide, most in ALLOWED if columns >= wide * rows - 1) * stroke
    costs, ways = _ways(ink)
    total = float(ink.sum())
    before = np.pad(ink.cumsum(axis=1), ((0, 0), (1, 0)))
    left = np.take_along_axis(before, ways, axis=1).sum(axis=0)
    heavy = np.minimum(left, total - left) >= LIGHTEST * total
    ends = np.flatnonzero(heavy & (costs <= allowed))
    for end in ends[np.argsort(costs[ends], kind="stable")][:MOST_WAYS]:
        way = ways[:, end]
        on_left = np.arange(columns) < way[:, None]
        if _is_tall(np.where(on_left, ink, 0)) and _is_tall(np.where(on_left, 0, ink)):
            return way
    return None


def _is_tall(side: NDArray[np.float32]) -> bool:
    seen = np.flatnonzero(side.max(axis=1) > 0.5)
    return bool(seen.size and seen[-1] - seen[0] + 1 >= TALL * len(side))


def _ways(ink: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the least ink on a path to each column at the bottom, and the path [rows, columns].

    Dynamic programming; a step down goes straight or one column aside.
    """
    rows, columns = ink.shape
    cost = ink[0].astype(np.float64)
    steps = np.zeros((rows, columns), np.int64)
    aside = np.array([SLANT, 0, SLANT])[:, None]
    for row in range(1, rows):
        padded = np.pad(cost, 1, constant_values=np.inf)
        three = np.stack([padded[:-2], padded[1:-1], padded[2:]]) + aside
        steps[row] = three.argmin(axis=0) - 1
        cost = three.min(axis=0) + ink[row]
    ways = np.empty((rows, columns), np.int64)
    ways[-1] = np.arange(columns)
    for row in range(rows - 1, 0, -1):
        ways[row - 1] = ways[row] + np.take_along_axis(steps[row], ways[row], 0)
    return cost, ways
