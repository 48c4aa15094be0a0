"""Axis limits of the plane's charts, from the data alone, so that they stay fixed in training."""

import numpy as np

from nnlab.config import Csv, Data, PlaneClasses, PlaneValues, Points
from nnlab.config.extent import EXTENT, round_up
from nnlab.data.splits import Splits
from nnlab.figures.curve_fit import Ranges, ranges

Extent = tuple[float, float]
CURVE_X, CURVE_Y = 6.0, 4.0
"""A curve's own points are placed within ±6 and ±4, unless they came from beyond."""


def extent_of(data: Data, splits: Splits) -> Extent:
    """Lowest and highest value of both axes of the plane.

    Of the made sets ±6, where noise may carry points beyond; of a person's own data ±6, or as far
    as they reach.
    """
    if isinstance(data, PlaneClasses | PlaneValues | Csv):  # a table is scaled onto the plane
        return EXTENT
    largest = max((float(part.x.abs().max()) for part in _parts(splits)), default=0.0)
    if largest <= EXTENT[1] and (largest > 1 or data.kind == "points"):
        return EXTENT
    bound = round_up(largest)
    return (-bound, bound)


def limit_of(data: Data, splits: Splits) -> float:
    """The size of a target that is drawn in full colour, where the target is a number."""
    if isinstance(data, PlaneValues):
        return 1.0
    targets = np.concatenate([part.y.numpy().reshape(-1) for part in _parts(splits)] or [[1.0]])
    largest = round_up(float(np.abs(targets).max()))
    return max(1.0, largest) if isinstance(data, Points) else largest


def reach(data: Data, splits: Splits) -> Extent:
    """Lowest and highest value of each input in the pictures of neurons.

    They reach as far as the plane, or the line, beside them.
    """
    if splits.info.input_shape != (1,):
        return extent_of(data, splits)
    if isinstance(data, Points):
        return points_ranges(data).x
    x, y = (
        np.concatenate([getattr(part, name).numpy().ravel() for part in (splits.train, splits.val)])
        for name in "xy"
    )
    return ranges(x, y).x


def points_ranges(data: Points) -> Ranges:
    """Return the ranges of a chart of a curve's own points: they stay while points come and go."""
    rows = np.array(data.rows, np.float64).reshape(-1, 2)
    x, y = (np.abs(rows[:, column]).max(initial=0) for column in (0, 1))
    wide, tall = CURVE_X * _times(x / CURVE_X), CURVE_Y * _times(y / CURVE_Y)
    low, high = (rows[:, 0].min(), rows[:, 0].max()) if len(rows) else (-wide, wide)
    return Ranges(float(low), float(high), (-wide, wide), (-tall, tall))


def _times(share: float) -> float:
    """The least power of 2 that is no smaller, 1 at least."""
    return 2.0 ** max(0, int(np.ceil(np.log2(share)))) if share > 0 else 1.0


def _parts(splits: Splits) -> list:
    return [part for part in (splits.train, splits.val) if len(part)]
