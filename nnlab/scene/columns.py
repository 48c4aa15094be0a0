"""The mapping of a table's columns onto the plane, in their own units."""

import numpy as np

from nnlab.config import Csv
from nnlab.data.splits import Part, Splits
from nnlab.figures.boundary import EXTENT, Axis
from nnlab.insight.plane.input_slice import InputSlice, input_slice
from nnlab.texts import number

TICKS = 5
DRAWN = 1500
"""Points that a chart shows at most: more would hide what is drawn beneath them."""


def has_plane(data: Csv) -> bool:
    """Whether the table is drawn on a plane; one input and a number have a chart of their own."""
    return len(data.inputs) > 1 or bool(data.classes)


def columns_slice(splits: Splits, across: int, up: int) -> InputSlice:
    """Two columns by their places among the inputs, the others at their means."""
    x = np.concatenate([part.x.numpy() for part in (splits.train, splits.val)])
    return input_slice(x, across, up)


def drawn_parts(splits: Splits) -> tuple[Part, Part]:
    """Return the drawn parts of training and validation set: of many points the same share of each.

    Their order is a random one already, so the first of them are a fair choice.
    """
    share = min(1.0, DRAWN / max(1, len(splits.train) + len(splits.val)))
    train, val = (
        Part(part.x[: round(share * len(part))], part.y[: round(share * len(part))])
        for part in (splits.train, splits.val)
    )
    return train, val


def column_axis(data: Csv, cut: InputSlice, column: int | None) -> Axis:
    """An axis of the plane in the units of its column; without one it says nothing."""
    return Axis("") if column is None else axis_in_units(data.inputs[column], cut, column)


def axis_in_units(name: str, cut: InputSlice, column: int) -> Axis:
    """An axis of the plane in the units of the input that lies along it."""
    low, high = (cut.middle[column] + cut.unit[column] * end for end in EXTENT)
    step = 10.0 ** np.floor(np.log10((high - low) / TICKS))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (m * step) <= TICKS + 1)
    values = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    places = (values - cut.middle[column]) / cut.unit[column]
    return Axis(name, tuple(places), tuple(number(value, 6) for value in values))
