"""Several digits in one picture: which strokes belong together, read from left to right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.drawing.greyscale import to_grey
from nnlab.drawing.ink import find_ink
from nnlab.drawing.parts import Box, InkPart, find_parts
from nnlab.drawing.preprocess import Preprocessing, from_ink, ink_box, without_specks
from nnlab.drawing.touching import cut

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
    """The digit's preprocessing to the network's input, as if it stood alone on its paper."""


def split(pixels: NDArray[np.generic]) -> list[Piece]:
    """The digits of a picture in the order they are read: rows from the top, each from the left.

    Strokes of one digit stay together though they do not touch: a 5 with its bar apart, a 7 with
    its dash, a 4 in two strokes. Digits that touch are cut apart (`touching`). Specks go. A
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
        group_of = np.zeros(int(labels.max()) + 1, np.int32)
        for number, group in enumerate(groups, start=1):
            group_of[[part.label for part in group]] = number
        owners = group_of[labels]
        inks = [
            np.where(owners == number, found.ink, np.float32(0))
            for number in range(1, len(groups) + 1)
        ]
    digits = [digit for ink in inks for digit in _parted(ink)][:MOST_PIECES]
    every = [from_ink(grey, ink, found.dark_on_light) for ink in digits]
    return [Piece(_scaled(made.box, scale), made) for made in every]


def _parted(ink: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The ink of one digit as it came, of digits that touch each on its own."""
    top, left, bottom, right = ink_box(ink)
    digits = cut(ink[top:bottom, left:right])
    if len(digits) == 1:
        return [ink]
    space = (top, ink.shape[0] - bottom), (left, ink.shape[1] - right)
    return [np.pad(digit, space) for digit in digits]


def together(parts: list[InkPart]) -> list[list[InkPart]]:
    """The parts, grouped to digits: of all that belong together, the nearest two first."""
    line = max(part.longer for part in parts)
    groups = [[part] for part in parts]
    boxes = np.array([part.box for part in parts])
    while len(groups) > 1:
        gaps = np.where(np.triu(_belong(boxes, line), 1), _gaps(boxes), np.inf)
        one, other = divmod(int(np.argmin(gaps)), len(groups))
        if not np.isfinite(gaps[one, other]):
            break
        groups[one] += groups.pop(other)
        boxes[one] = extent(groups[one])
        boxes = np.delete(boxes, other, axis=0)
    return groups


def in_reading_order(groups: list[list[InkPart]]) -> list[list[InkPart]]:
    """Rows from the top, each from the left. A row is what overlaps in height by half."""
    rows: list[list[list[InkPart]]] = []
    for group in sorted(groups, key=lambda group: extent(group)[0]):
        for row in rows:
            boxes = np.array([extent(group), *(extent(each) for each in row)])
            if (_shares(boxes, axis=0)[0, 1:] > 0.5).any():
                row.append(group)
                break
        else:
            rows.append([group])
    return [group for row in rows for group in sorted(row, key=_middle)]


def extent(group: list[InkPart]) -> Box:
    """The box around all of them."""
    boxes = np.array([part.box for part in group])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _belong(boxes: NDArray[np.int64], line: int) -> NDArray[np.bool_]:
    """[n, n]: whether two of the boxes [n, 4] are parts of one digit."""
    heights = boxes[:, 2] - boxes[:, 0]
    lower = np.minimum.outer(heights, heights)
    down = _between(boxes, axis=0)
    two_rows = (lower >= FRAGMENT * line) & (down > ROW * line)
    above_each_other = _shares(boxes, axis=1) >= SHARED
    near = np.where(lower >= FRAGMENT * line, VERY_NEAR, NEAR) * line
    beside = (lower < LARGE_FRAGMENT * line) & (_gaps(boxes) <= near)
    return ~two_rows & np.where(above_each_other, down <= NEAR * line, beside)


def _shares(boxes: NDArray[np.int64], axis: int) -> NDArray[np.float64]:
    """[n, n]: the share of the smaller one's extent along that axis (0 down) that both cover."""
    extents = boxes[:, axis + 2] - boxes[:, axis]
    return np.maximum(0, -_between(boxes, axis)) / np.minimum.outer(extents, extents)


def _between(boxes: NDArray[np.int64], axis: int) -> NDArray[np.int64]:
    """[n, n]: pixels of paper between them along that axis; below 0 where they overlap."""
    low, high = boxes[:, axis], boxes[:, axis + 2]
    return np.maximum.outer(low, low) - np.minimum.outer(high, high)


def _gaps(boxes: NDArray[np.int64]) -> NDArray[np.float64]:
    """[n, n]: pixels of paper between the boxes; 0 where they overlap."""
    down, across = _between(boxes, 0), _between(boxes, 1)
    return np.hypot(np.maximum(0, down), np.maximum(0, across))


def _middle(group: list[InkPart]) -> float:
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
