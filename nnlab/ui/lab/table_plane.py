"""How a table's columns come onto the plane, in their own units."""

import numpy as np

from nnlab.config import Csv, Data
from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.figures.boundary import EXTENT, Axis, short
from nnlab.figures.theme import Spec
from nnlab.insight.plane.input_slice import InputSlice, input_slice
from nnlab.texts import number
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.widgets import playground

TICKS = 5
FEW = 500
DRAWN = 1500
"""Points that a chart shows at most: more would hide what is drawn beneath them."""
HOVERED = 4
"""Columns that a point says."""


def slice_of(data: Data) -> InputSlice | None:
    """The two columns of a table that are drawn on the plane.

    None for other data, for a curve (one input and a number, which has a chart of its own), and
    where the table is not here.
    """
    if not isinstance(data, Csv) or (len(data.inputs) == 1 and not data.classes):
        return None
    across, up = (
        data.inputs.index(name) if name in data.inputs else place
        for place, name in enumerate(shown_columns(data))
    )
    return column_slice(data, across, up)


def axes_of(data: Data) -> tuple[Axis, Axis] | None:
    """Both axes in the units of the table; None for other data."""
    cut = slice_of(data)
    if cut is None or not isinstance(data, Csv):
        return None
    return _axis(data, cut, cut.across), _axis(data, cut, cut.up)


def drawn_parts(data: Data) -> tuple[Part, Part]:
    """What trains and what validates, as far as it is drawn: of many points the same share of each.

    Their order is a random one already, so the first of them are a fair choice.
    """
    splits = splits_of(data)
    share = min(1.0, DRAWN / (len(splits.train) + len(splits.val)))
    train, val = (
        Part(part.x[: round(share * len(part))], part.y[: round(share * len(part))])
        for part in (splits.train, splits.val)
    )
    return train, val


def with_units(traces: list[Spec], data: Csv) -> list[Spec]:
    """Traces of `points_traces` whose points say their columns' values when pointed at.

    Of many points only the target is said: each frame carries the words.
    """
    few = data.points <= FEW
    for trace, part in zip(traces, drawn_parts(data), strict=True):
        if not trace["x"]:  # validation that is not shown
            continue
        trace["text"] = [
            _told(data, row if few else [], said)
            for row, said in zip(part.x.tolist(), part.y.reshape(-1).tolist(), strict=True)
        ]
        trace["hovertemplate"] = f"%{{text}}<extra>{trace['name']}</extra>"
    return traces


def _told(data: Csv, row: list[float], said: float) -> str:
    target = short(data.classes[int(said)], 40) if data.classes else f"y = {number(said, 4)}"
    shown = zip(data.inputs[:HOVERED], row, strict=False)
    return "<br>".join(
        [*(f"{short(name, 20)} {number(value, 5)}" for name, value in shown), target]
    )


def shown_columns(data: Csv) -> tuple[str, str]:
    """The columns across and upwards: those chosen, else the first two."""
    inputs = list(data.inputs)
    across, up = (playground.get(name) for name in ("plane_across", "plane_up"))
    across = across if across in inputs else next((n for n in inputs if n != up), inputs[0])
    up = up if up in inputs and up != across else next((n for n in inputs if n != across), across)
    return across, up


@kept
def column_slice(data: Csv, across: int, up: int) -> InputSlice | None:
    """Two columns by their places among the inputs; None where the table is not here."""
    try:
        splits = splits_of(data)
    except NnlabError:
        return None  # said where the data are loaded
    x = np.concatenate([part.x.numpy() for part in (splits.train, splits.val)])
    return input_slice(x, across, up)


def _axis(data: Csv, cut: InputSlice, column: int | None) -> Axis:
    if column is None:
        return Axis("")
    low, high = (cut.middle[column] + cut.unit[column] * end for end in EXTENT)
    step = 10.0 ** np.floor(np.log10((high - low) / TICKS))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (m * step) <= TICKS + 1)
    values = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    places = (values - cut.middle[column]) / cut.unit[column]
    return Axis(data.inputs[column], tuple(places), tuple(number(value, 6) for value in values))
