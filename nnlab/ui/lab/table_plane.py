"""How a table's columns come onto the plane, in their own units."""

from nnlab.config import Csv, Data
from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.figures.boundary import Axis, short
from nnlab.figures.theme import Spec
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.scene import columns
from nnlab.texts import number
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.widgets import playground

FEW = 500
HOVERED = 4
"""Columns that a point says."""


def slice_of(data: Data) -> InputSlice | None:
    """The two columns of a table that are drawn on the plane.

    None for other data, for a curve (one input and a number, which has a chart of its own), and
    where the table is not here.
    """
    if not isinstance(data, Csv) or not columns.has_plane(data):
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
    return columns.column_axis(data, cut, cut.across), columns.column_axis(data, cut, cut.up)


def drawn_parts(data: Data) -> tuple[Part, Part]:
    """Return the drawn parts, as `nnlab.scene.columns.drawn_parts`."""
    return columns.drawn_parts(splits_of(data))


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
    return columns.columns_slice(splits, across, up)
