"""A table's columns in the form: scaled by the network's first layer, two of them drawn."""

import streamlit as st

from nnlab.config import Csv, Data, Normalize
from nnlab.scene.columns import DRAWN
from nnlab.texts import _
from nnlab.ui.lab.table_plane import column_slice, shown_columns
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.widgets import playground as widgets
from nnlab.ui.words import plain
from nnlab.visible import visible


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
        whole = column_slice(data, 0, 1)
        return Normalize(mean=whole.middle, std=whole.unit) if whole is not None else None
    return drafted if data.kind == before.kind else None


def _columns(data: Csv) -> tuple[object, ...]:
    return data.text, data.sha256, data.inputs, data.target, data.classes


def show_how_many(data: Data) -> None:
    """Says it where not all points are drawn."""
    splits = splits_of(data)
    total = len(splits.train) + len(splits.val)
    if total > DRAWN:
        st.caption(
            _("{drawn:,} of the {total:,} points are drawn; all count.", drawn=DRAWN, total=total)
        )


def show_axes_choice(data: Csv) -> None:
    """Which two of more than two inputs are drawn; what the others are meanwhile."""
    inputs = list(data.inputs)
    if len(inputs) == 1:
        st.caption(_("One input: the points are spread out upwards, where nothing is measured."))
    if len(inputs) < 3:
        return
    first, second = shown_columns(data)
    left, right = st.columns(2)
    for column, label, key, chosen, other in (
        (left, _("Across"), "plane_across", first, second),
        (right, _("Upwards"), "plane_up", second, first),
    ):
        options = [name for name in inputs if name != other]
        if widgets.get(key) not in options:
            widgets[key] = chosen
        column.selectbox(label, options, format_func=visible, key=widgets.key(key))
    others = [name for name in inputs if name not in shown_columns(data)]
    st.caption(
        _(
            "All {count} inputs train. The plane is a cut through them: what is not drawn"
            " ({others}) stays at its mean there.",
            count=len(inputs),
            others=plain(", ".join(others)[:80]),
        )
    )
