"""Lines of ruled and squared paper, and margins: found, and taken out of the ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.drawing.parts import boxes, labelled

Grey = NDArray[np.float32]

RUN = 1 / 40
"""Share of the longer side for which a piece of a line is straight, unlike a stroke across it."""
THICKEST = 1 / 60
"""The thickest line, as a share of the longer side."""
GAP = 0.15
"""The longest gap of a faded line, as a share of the picture's extent."""
MOST = 250
"""Pieces that are joined to lines; where there are more, the longest."""
ACROSS = 0.97
"""The least length of a single line, as a share of the picture's extent."""
LONG, SEVERAL = 0.4, 3
"""Least length, as a share of the picture's extent, and number of ruled lines."""
COVERED = 0.5
"""The share of a line's length that must be visible."""
DARKER = 1.8
"""Ink this many times as dark as the ruled line is a stroke that crosses it."""


@dataclass(frozen=True)
class _Pieces:
    """Straight pieces of nearly level lines, by their number in the labels less 1."""

    labels: NDArray[np.int32]
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    row: NDArray[np.float64]
    slope: NDArray[np.float64]


def without_lines(strength: Grey, faintest: float) -> Grey:
    """The strength of the ink without long level and upright lines; strokes that cross them stay.

    Args:
        strength: float32 [h, w], 0 for paper.
        faintest: from where on something stands out from the grain.
    """
    level = _without_level_lines(strength, faintest)
    return np.ascontiguousarray(_without_level_lines(level.T, faintest).T)


def _without_level_lines(strength: Grey, faintest: float) -> Grey:
    from scipy import ndimage

    pieces = _find(strength > faintest)
    if pieces is None:
        return strength
    ruled = _ruled(pieces, strength.shape[1])
    of_line = np.concatenate([[False], ruled])[pieces.labels]
    if not of_line.any():
        return strength
    line = float(np.percentile(strength[of_line], 45))  # strokes may lie on it
    zone = ndimage.maximum_filter1d(of_line, 3, axis=0) & (strength <= DARKER * line)
    return _bridged(strength, zone)


def _bridged(strength: Grey, zone: NDArray[np.bool_]) -> Grey:
    """Return the ink with gaps in the zone of a line filled: the lesser ink above and below."""
    from scipy import ndimage

    thickness = int(np.ceil(zone.sum() / max(1, np.count_nonzero(np.diff(zone, axis=0)) / 2)))
    beside = ndimage.maximum_filter1d(np.where(zone, np.float32(0), strength), 3, axis=1)
    reach = (thickness + 2) | 1
    one_side = {"size": reach, "axis": 0, "mode": "constant"}
    above = ndimage.maximum_filter1d(beside, origin=reach // 2, **one_side)
    below = ndimage.maximum_filter1d(beside, origin=-(reach // 2), **one_side)
    return np.where(zone, np.minimum(strength, np.minimum(above, below)), strength)


def _find(mask: NDArray[np.bool_]) -> _Pieces | None:
    """Level pieces: what is left of the ink by an opening with a level run."""
    from scipy import ndimage

    run, thickest = max(3, round(RUN * max(mask.shape))), THICKEST * max(mask.shape)
    # One pixel up and down lets a line lean; three along bridge its grain.
    wide = ndimage.maximum_filter(mask, (3, 5))
    level = ndimage.maximum_filter1d(ndimage.minimum_filter1d(wide, run, axis=1), run, axis=1)
    # A thick stroke that leans has level runs, too, and would join the lines that it crosses.
    tall = round(thickest) + 3
    stroke = ndimage.maximum_filter1d(ndimage.minimum_filter1d(level, tall, axis=0), tall, axis=0)
    labels = labelled(level & ~stroke)
    count = int(labels.max())
    if count == 0:
        return None
    rows, columns = np.nonzero(labels)
    piece = labels[rows, columns] - 1
    pixels = np.bincount(piece, minlength=count)
    row = np.bincount(piece, rows, count) / pixels
    column = np.bincount(piece, columns, count) / pixels
    together = np.bincount(piece, (rows - row[piece]) * (columns - column[piece]), count)
    spread = np.bincount(piece, np.square(columns - column[piece]), count)
    _top, left, _bottom, right = boxes(labels).astype(float).T
    thin = pixels / (right - left) <= thickest + 2
    longest = np.argsort(-(right - left) * thin, kind="stable")[:MOST]
    kept = longest[thin[longest]]
    number = np.zeros(count + 1, np.int32)
    number[kept + 1] = np.arange(1, len(kept) + 1)
    slope = together / np.maximum(spread, 1)
    middle = row + slope * ((left + right) / 2 - column)
    labels = np.where(mask, number[labels], 0)
    return _Pieces(labels, left[kept], right[kept], middle[kept], slope[kept])


def _ruled(pieces: _Pieces, width: int) -> NDArray[np.bool_]:
    """[n]: which pieces belong to a line that nobody wrote."""
    from scipy import sparse

    count = len(pieces.left)
    if count == 0:
        return np.zeros(0, bool)
    gap = pieces.left[None, :] - pieces.right[:, None]
    middle = (pieces.left + pieces.right) / 2
    way = middle[None, :] - middle[:, None]
    # Each is followed to the middle of the other: a line lies on both continuations.
    off = np.abs(pieces.row[None, :] - pieces.row[:, None] - pieces.slope[:, None] * way)
    back = np.abs(pieces.row[None, :] - pieces.row[:, None] - pieces.slope[None, :] * way)
    follows = (gap > -width / 20) & (gap < GAP * width) & (way > 0)
    follows &= np.minimum(off, back) <= 3 + 0.01 * np.abs(way)
    _count, chain = sparse.csgraph.connected_components(sparse.csr_array(follows), directed=False)
    length = pieces.right - pieces.left
    seen = np.bincount(chain, length)
    start, end = np.full(len(seen), np.inf), np.full(len(seen), -np.inf)
    np.minimum.at(start, chain, pieces.left)
    np.maximum.at(end, chain, pieces.right)
    extent = end - start
    lines = seen >= COVERED * extent
    across, long = lines & (extent >= ACROSS * width), lines & (extent >= LONG * width)
    return (across | (long & (long.sum() >= SEVERAL)))[chain]
