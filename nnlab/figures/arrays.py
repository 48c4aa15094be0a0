"""Numbers as charts get them: plotly's typed arrays, shortened or rounded; or cut at an edge.

Typed arrays are base64: a third of the bytes and time of a list in JSON.
"""

import base64
import math
from collections.abc import Sequence

import numpy as np

from nnlab.figures.theme import Spec

ROOM = 2.0
"""A curve is cut at so many times the largest value of those that did not diverge."""
ROOM_LOG = 1000.0
"""The same on a logarithmic axis, which shows more at once."""

FAR = 100.0
"""A diverged run began as others do unless its first loss is so many times theirs."""


def typed(values: np.ndarray) -> Spec:
    """`values` [n] as `{"dtype", "bdata"}`: the narrowest kind for whole numbers, else float32.

    Float32 carries the four digits that a chart shows on hover, and NaN, which is drawn as a gap.
    """
    whole = bool(np.isfinite(values).all() and (values == np.rint(values)).all())
    kind = _integer_kind(values) if whole else "f4"
    packed = np.ascontiguousarray(values, dtype="<" + kind)
    return {"dtype": kind, "bdata": base64.b64encode(packed.tobytes()).decode("ascii")}


def shortened(values: np.ndarray) -> np.ndarray:
    """Float32 with 12 bits of its fraction kept: within 1 part in 8,000, which no pixel shows.

    Plotly writes each `/` of base64 as six characters; zeros become `A`. On the points of a
    playground this saves 600 bytes a frame.
    """
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    dropped = np.uint32(11)
    half = np.uint32(1 << 10)
    return ((bits + half) >> dropped << dropped).view(np.float32)


def rounded(values: np.ndarray) -> list[float]:
    """Finite `values` [n] as plain numbers, three digits of the largest: a third of a pixel.

    Deflated, as every frame is, they take two bytes each; as `shortened` floats three.
    """
    largest = float(np.abs(values).max()) if len(values) else 0.0
    digits = 2 - math.floor(math.log10(largest)) if largest > 0 else 0
    return [round(value, digits) for value in values.astype(np.float64).tolist()]


def _integer_kind(values: np.ndarray) -> str:
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    for kind in ("u1", "u2", "i4"):
        limits = np.iinfo(kind)
        if limits.min <= low and high <= limits.max:
            return kind
    return "f8"


# Curves of runs that diverged, cut where they would flatten those beside them -------------------


def ceiling(
    calm: Sequence[np.ndarray], diverged: Sequence[np.ndarray], *, log: bool = False
) -> float | None:
    """Return where the curves of diverged runs are cut; None if none of them goes so high.

    The first values of those that diverged count with the calm ones: each began somewhere.

    Args:
        calm: losses [n] of runs that did not diverge; NaN counts for nothing.
        diverged: losses [n] of those that did.
        log: the axis is logarithmic.
    """
    known = [values[np.isfinite(values)] for values in calm]
    highest = [float(values.max()) for values in known if len(values)]
    wild = [values[np.isfinite(values)] for values in diverged]
    wild = [values for values in wild if len(values)]
    begun = [float(values[0]) for values in wild]
    highest += [first for first in begun if not highest or first <= FAR * max(highest)]
    if not wild or max(highest) <= 0:
        return None
    top = (ROOM_LOG if log else ROOM) * max(highest)
    return top if max(float(values.max()) for values in wild) > top else None


def cut(values: np.ndarray, top: float | None) -> np.ndarray:
    """The values [n] up to `top`: the first of each stretch above it lies on it, the rest is NaN.

    So a line goes up to the edge, and ends there.
    """
    if top is None:
        return values
    above = values > top
    first = above & ~np.concatenate([[False], above[:-1]])
    return np.where(first, top, np.where(above, np.nan, values))
