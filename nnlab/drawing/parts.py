"""Which ink hangs together: the connected parts of a drawing, and which of them are specks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SOLID = 0.35
"""Ink from here on joins what it touches; fainter ink is the soft rim of a stroke."""
SPECK = 0.14
"""A part whose longer side is below this share of the largest part's is dust, not a stroke."""

MOST = 60
"""Parts of a drawing; where there are more (a page of print, coarse noise) the largest count."""

Box = tuple[int, int, int, int]
"""Top, left, bottom, right in pixels; the last two exclusive."""


@dataclass(frozen=True)
class InkPart:
    """Ink that hangs together."""

    label: int
    """The value of its pixels in the label picture, from 1."""
    box: Box
    pixels: int

    @property
    def height(self) -> int:
        """Pixels."""
        return self.box[2] - self.box[0]

    @property
    def width(self) -> int:
        """Pixels."""
        return self.box[3] - self.box[1]

    @property
    def longer(self) -> int:
        """Pixels of its longer side."""
        return max(self.height, self.width)


def labelled(mask: NDArray[np.bool_], *, to_all_sides: bool = True) -> NDArray[np.int32]:
    """Which pixels hang together, int32 [h, w]: parts from 1 by their first pixels, 0 elsewhere.

    Args:
        mask: bool [h, w].
        to_all_sides: pixels join to eight sides, else to four.
    """
    # Takes a tenth of a second, and a page that only shows a canvas needs none of it.
    from scipy import ndimage

    labels = np.empty(mask.shape, np.int32)
    ndimage.label(mask, np.ones((3, 3)) if to_all_sides else None, output=labels)
    return labels


def boxes(labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Int64 [n, 4], as `Box`: around each part of `labelled`, in the order of their numbers."""
    # Not `ndimage.find_objects`: noise has thousands of parts, each an object of Python there.
    y, x = np.nonzero(labels)
    part = labels[y, x] - 1
    around = np.zeros((int(labels.max()), 4), np.int64)
    around[:, :2] = labels.shape
    for column, (reach, place) in enumerate(
        ((np.minimum, y), (np.minimum, x), (np.maximum, y + 1), (np.maximum, x + 1))
    ):
        reach.at(around[:, column], part, place)
    return around


def find_parts(ink: NDArray[np.float32]) -> tuple[NDArray[np.int32], list[InkPart]]:
    """Labels int32 [h, w] (0 where there is no ink) and the parts they number, without specks.

    Pixels join to all eight sides. The soft rim belongs to the part beside it; specks are 0.

    Args:
        ink: float32 [h, w] in [0, 1]; one that holds ink somewhere.
    """
    from scipy import ndimage

    labels = labelled(ink > min(SOLID, float(ink.max()) / 2))
    pixels = np.bincount(labels.ravel())
    around = boxes(labels)
    top, left, bottom, right = around.T
    longer = np.maximum(bottom - top, right - left)
    no_specks = np.flatnonzero(longer >= SPECK * longer.max())
    largest = no_specks[np.argsort(-longer[no_specks], kind="stable")][:MOST]
    kept = [
        InkPart(at + 1, tuple(around[at].tolist()), int(pixels[at + 1]))
        for at in np.sort(largest).tolist()
    ]
    keeps = np.zeros(len(pixels), bool)
    keeps[[part.label for part in kept]] = True
    rim = ndimage.maximum_filter(labels, 5)
    whole = np.where(labels > 0, labels, rim)
    return np.where((ink > 0) & keeps[whole], whole, 0), kept


def stroke_width(ink: NDArray[np.float32]) -> float:
    """Return the width of the strokes in pixels; 0 where there is no solid ink.

    A stroke of length l and width w has area l·w and, seen along both axes, about 8/π·l of edge.
    """
    solid = np.pad(ink > 0.5, 1)
    edges = int(np.count_nonzero(np.diff(solid, axis=0)) + np.count_nonzero(np.diff(solid, axis=1)))
    return (8 / np.pi) * int(solid.sum()) / max(edges, 1)
