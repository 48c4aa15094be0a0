"""Rectangles around digits: a black plot in a white page, a frame, a box of a form."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.drawing.parts import SOLID, Box, boxes, labelled

SMALLEST = 24
"""Pixels, both sides."""
MOST = 40
"""Parts of the ink that are looked at: the largest."""
STRAIGHT = (0.9, 1.12)
"""The area within, over that of the quadrilateral through its four corners: 1.57 for a circle."""
UPRIGHT = 0.93, 0.75
"""Least share of its box that the area within a plot, which stands upright, and within a frame,
which may be drawn by hand, fills."""
FILLED = 0.5
"""Share of the area within that is filled: a plot is above it, a frame below."""
CONTENT = 0.004
"""Share of the area within that something else fills, else it is a digit itself (a square 0)."""


@dataclass(frozen=True)
class Figures:
    """The rectangles found."""

    plots: list[Box]
    """Filled rectangles that hold something of the paper's shade."""
    frames: NDArray[np.bool_]
    """bool [h, w]: the ink of frames that hold other ink."""


def find_figures(ink: NDArray[np.float32]) -> Figures:
    """The rectangles of a picture's ink, float32 [h, w] in [0, 1]."""
    from scipy import ndimage

    labels = labelled(ink > SOLID)
    around = boxes(labels)
    top, left, bottom, right = around.T
    shorter = np.minimum(bottom - top, right - left)
    largest = np.argsort(-shorter, kind="stable")[:MOST]
    plots: list[Box] = []
    frames = np.zeros(ink.shape, bool)
    for number in largest.tolist():
        if shorter[number] < SMALLEST:
            break
        box: Box = tuple(around[number].tolist())
        place = slice(box[0], box[2]), slice(box[1], box[3])
        within = labels[place]
        part = within == number + 1
        filled = ndimage.binary_fill_holes(part)
        area = int(filled.sum())
        if not STRAIGHT[0] <= area / max(1.0, _quadrilateral(filled)) <= STRAIGHT[1]:
            continue
        holes, upright = filled & ~part, area / filled.size
        if part.sum() < FILLED * area:
            if upright >= UPRIGHT[1] and (holes & (within > 0)).sum() >= CONTENT * area:
                frames[place] |= part
        elif upright >= UPRIGHT[0] and holes.sum() >= CONTENT * area and not _all_straight(holes):
            plots.append(box)
    return Figures(plots, frames)


def _all_straight(holes: NDArray[np.bool_]) -> bool:
    """Whether all holes are rectangles, as those of a square 0 or 8."""
    top, left, bottom, right = boxes(labelled(holes, to_all_sides=False)).T
    return int(holes.sum()) >= 0.9 * int(((bottom - top) * (right - left)).sum())


def _quadrilateral(filled: NDArray[np.bool_]) -> float:
    """The area between the four pixels that lie farthest along the diagonals (shoelace formula)."""
    rows, columns = np.nonzero(filled)
    along, across = rows + columns, rows - columns
    corners = [along.argmin(), across.argmin(), along.argmax(), across.argmax()]
    y, x = rows[corners], columns[corners]
    # Corners are centres of pixels, half a pixel within.
    grow = 1 + 2 / max(1, np.sqrt(len(rows)))
    return grow * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
