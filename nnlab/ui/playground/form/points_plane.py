"""How a table's columns come onto the plane, and into the network: scaled by its first layer."""

from functools import lru_cache

import numpy as np
import streamlit as st

from nnlab.config import Csv, Data, Normalize
from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.figures.boundary import EXTENT, Axis, short
from nnlab.figures.theme import Spec
from nnlab.insight.plane.input_slice import InputSlice, input_slice
from nnlab.ui.playground.frame import splits_of

TICKS = 5
FEW = 500
DRAWN = 1500
"""Points that a chart shows at most: a browser draws no more of them eight times a second."""
HOVERED = 4
"""Columns that a point says."""


# Scaling -----------------------------------------------------------------------------------------


def scaling_for(drafted: Normalize | None, before: Data, data: Data) -> Normalize | None:
    """The layer that brings the data to one size: the columns of a table come into [-5, 5].

    Args:
        drafted: the draft's own, which stays while the data are of the same kind and columns.
        before: the draft's data.
        data: those that the form says.
    """
    if isinstance(data, Csv) and not (
        isinstance(before, Csv) and _columns(before) == _columns(data)
    ):
        whole = _slice(data, 0, 1)
        return Normalize(mean=whole.middle, std=whole.unit) if whole is not None else None
    return drafted if data.kind == before.kind else None


def _columns(data: Csv) -> tuple[object, ...]:
    return data.text, data.sha256, data.inputs, data.target, data.classes


# The plane ---------------------------------------------------------------------------------------


def slice_of(data: Data) -> InputSlice | None:
    """The two columns of a table that are drawn on the plane.

    None for other data, for a curve (one input and a number, which has a chart of its own), and
    where the table is not here.
    """
    if not isinstance(data, Csv) or (len(data.inputs) == 1 and not data.classes):
        return None
    across, up = (
        data.inputs.index(name) if name in data.inputs else place
        for place, name in enumerate(_shown(data))
    )
    return _slice(data, across, up)


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


def show_how_many(data: Data) -> None:
    """Says it where not all points are drawn."""
    splits = splits_of(data)
    total = len(splits.train) + len(splits.val)
    if total > DRAWN:
        st.caption(f"{DRAWN:,} of the {total:,} points are drawn; all count.")


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
    target = short(data.classes[int(said)], 40) if data.classes else f"y = {said:.4g}"
    shown = zip(data.inputs[:HOVERED], row, strict=False)
    return "<br>".join([*(f"{short(name, 20)} {value:.5g}" for name, value in shown), target])


def show_axes_choice(data: Csv) -> None:
    """Which two of more than two inputs are drawn; what the others are meanwhile."""
    inputs = list(data.inputs)
    if len(inputs) == 1:
        st.caption("One input: the points are spread out upwards, where nothing is measured.")
    if len(inputs) < 3:
        return
    first, second = _shown(data)
    left, right = st.columns(2)
    for column, label, key, chosen, other in (
        (left, "Across", "plane_across", first, second),
        (right, "Upwards", "plane_up", second, first),
    ):
        options = [name for name in inputs if name != other]
        if st.session_state.get(key) not in options:
            st.session_state[key] = chosen
        column.selectbox(label, options, key=key)
    others = [name for name in inputs if name not in _shown(data)]
    st.caption(
        f"All {len(inputs)} inputs train. The plane is a cut through them: what is not drawn"
        f" ({', '.join(others)[:80]}) stays at its mean there."
    )


def _shown(data: Csv) -> tuple[str, str]:
    """The columns across and upwards: those chosen, else the first two."""
    inputs = list(data.inputs)
    across, up = (st.session_state.get(key) for key in ("plane_across", "plane_up"))
    across = across if across in inputs else next((n for n in inputs if n != up), inputs[0])
    up = up if up in inputs and up != across else next((n for n in inputs if n != across), across)
    return across, up


@lru_cache(maxsize=64)
def _slice(data: Csv, across: int, up: int) -> InputSlice | None:
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
    return Axis(data.inputs[column], tuple(places), tuple(f"{value + 0.0:.6g}" for value in values))
