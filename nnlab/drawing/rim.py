"""Objects that reach into a photograph from outside: a dark corner, the table's edge, a thumb."""

import numpy as np
from numpy.typing import NDArray

from nnlab.drawing.parts import SOLID, boxes, labelled

ALONG = 0.3
"""Share of its longer side along the border, above which it is no stroke that was cut off."""


def without_rim(ink: NDArray[np.float32], least: float = 0) -> NDArray[np.float32]:
    """The ink without parts that lie along the border; as it was where nothing else is there.

    Args:
        ink: float32 [h, w] in [0, 1].
        least: pixels of the border that such a part touches at least.
    """
    from scipy import ndimage

    labels = labelled(ink > SOLID)
    depth = max(1, max(ink.shape) // 100)
    touching = np.zeros(int(labels.max()) + 1, np.int64)
    for side in (labels[:depth], labels[-depth:], labels[:, :depth].T, labels[:, -depth:].T):
        # Each row or column of the side counts once, however deep.
        for label in np.unique(side):
            touching[label] += int((side == label).any(axis=0).sum())
    top, left, bottom, right = boxes(labels).T
    longer = np.maximum(bottom - top, right - left)
    outside = touching > np.maximum(least, [np.inf, *(ALONG * longer)])
    if not outside.any() or outside[1:].all():
        return ink
    reach = ndimage.maximum_filter(outside[labels], 5)  # with its soft rim
    inner = (labels > 0) & ~outside[labels]
    return np.where(reach & ~inner, np.float32(0), ink)
