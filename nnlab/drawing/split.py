"""Several digits in one picture: which strokes belong together, read from left to right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.drawing.greyscale import to_grey
from nnlab.drawing.ink import find_ink
from nnlab.drawing.parts import Box, Part, find_parts
from nnlab.drawing.preprocess import Preprocessing, from_ink, without_specks

SHARED = 0.45
"""Parts one above the other belong together where they share this much of the narrower's width."""
FRAGMENT = 0.5
"""A part lower than this share of the line is no digit of its own beside a taller one."""
NEAR = 0.3
"""How far from its digit, in heights of the line, a fragment may lie: the bar of a 5."""
LARGE_FRAGMENT, VERY_NEAR = 0.75, 0.05
"""A larger one only when it nearly touches: the corner of a 4 beside its upright."""
MOST_PIECES = 24
"""Digits of a picture that are made ready; those that are read after them are left out."""
ROW = 0.12
"""Two whole digits one above the other, this far apart (in heights of the line), are two rows."""


@dataclass(frozen=True)
class Piece:
    """One digit of a picture."""

    box: Box
    """Top, left, bottom, right of its ink in pixels of the picture as given, the last two
    exclusive."""
    made: Preprocessing
    """Its way to the network's input, as if it stood alone on its paper."""


def split(pixels: NDArray[np.generic]) -> list[Piece]:
    """The digits of a picture in the order they are read: rows from the top, each from the left.

    Strokes of one digit stay together though they do not touch: a 5 with its bar apart, a 7 with
    its dash, a 4 in two strokes. Two digits that touch are one piece. Specks are left out. A
    single piece is made exactly as `steps` makes it. The first `MOST_PIECES` come.

    Args:
        pixels: as `steps` takes them.

    Raises:
        EmptyDrawingError: nothing is drawn.
        InvalidImageError: not such an array.
    """
    grey = to_grey(pixels)
    found = find_ink(grey)
    labels, parts = find_parts(found.ink)
    scale = (pixels.shape[0] / grey.shape[0], pixels.shape[1] / grey.shape[1])
    groups = in_reading_order(together(parts))[:MOST_PIECES]
    if len(groups) == 1:
        inks = [without_specks(found.ink)]
    else:
        masks = (np.isin(labels, [part.label for part in group]) for group in groups)
        inks = [np.where(mask, found.ink, np.float32(0)) for mask in masks]
    every = [from_ink(grey, ink, found.dark_on_light) for ink in inks]
    return [Piece(_scaled(made.box, scale), made) for made in every]


def together(parts: list[Part]) -> list[list[Part]]:
    """The parts, grouped to digits."""
    line = max(part.longer for part in parts)
    groups = [[part] for part in parts]
    while (pair := _next_pair(groups, line)) is not None:
        one, other = pair
        groups[one] += groups.pop(other)
    return groups


def in_reading_order(groups: list[list[Part]]) -> list[list[Part]]:
    """Rows from the top, each from the left. A row is what overlaps in height by half."""
    rows: list[list[list[Part]]] = []
    for group in sorted(groups, key=lambda group: extent(group)[0]):
        for row in rows:
            if any(_shared(extent(group), extent(each), axis=0) > 0.5 for each in row):
                row.append(group)
                break
        else:
            rows.append([group])
    return [group for row in rows for group in sorted(row, key=_middle)]


def extent(group: list[Part]) -> Box:
    """The box around all of them."""
    boxes = np.array([part.box for part in group])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _next_pair(groups: list[list[Part]], line: int) -> tuple[int, int] | None:
    """The two groups that belong together most clearly: the nearest ones first."""
    boxes = [extent(group) for group in groups]
    pairs = [
        (_gap(boxes[one], boxes[other]), one, other)
        for one in range(len(boxes))
        for other in range(one + 1, len(boxes))
        if _belong(boxes[one], boxes[other], line)
    ]
    if not pairs:
        return None
    _, one, other = min(pairs)
    return one, other


def _belong(one: Box, other: Box, line: int) -> bool:
    heights = sorted((one[2] - one[0], other[2] - other[0]))
    gap_down = max(one[0], other[0]) - min(one[2], other[2])
    if heights[0] >= FRAGMENT * line and gap_down > ROW * line:
        return False  # two rows of digits
    if _shared(one, other, axis=1) >= SHARED:
        return gap_down <= NEAR * line
    near = VERY_NEAR if heights[0] >= FRAGMENT * line else NEAR
    return heights[0] < LARGE_FRAGMENT * line and _gap(one, other) <= near * line


def _shared(one: Box, other: Box, axis: int) -> float:
    """How much of the smaller one's extent along that axis (0 down, 1 across) both cover."""
    both = min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
    return max(0, both) / min(one[axis + 2] - one[axis], other[axis + 2] - other[axis])


def _gap(one: Box, other: Box) -> float:
    """Pixels of paper between the boxes; 0 where they overlap."""
    down = max(one[0], other[0]) - min(one[2], other[2])
    across = max(one[1], other[1]) - min(one[3], other[3])
    return float(np.hypot(max(0, down), max(0, across)))


def _middle(group: list[Part]) -> float:
    _, left, _, right = extent(group)
    return (left + right) / 2


def _scaled(box: Box, scale: tuple[float, float]) -> Box:
    top, left, bottom, right = box
    return (
        int(top * scale[0]),
        int(left * scale[1]),
        int(np.ceil(bottom * scale[0])),
        int(np.ceil(right * scale[1])),
    )
