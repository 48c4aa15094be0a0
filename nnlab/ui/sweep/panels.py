"""The panels below the tiles: one at a time, and only that one computes."""

from collections.abc import Callable

import streamlit as st

from nnlab.texts import N_, _
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.sweep.frame import SweepFrame
from nnlab.ui.sweep.importance_panel import show_importance
from nnlab.ui.sweep.table_panel import show_table

PANELS: dict[str, Callable[[SweepFrame], None]] = {
    N_("What matters"): show_importance,
    N_("Table"): show_table,
}


def show_panels(frame: SweepFrame) -> None:
    """The choice, and what is chosen; nothing before there are figures."""
    if not frame.has_figures:
        return
    state = frame.state
    with st.container(key="sweep_panels"):
        state.panel = st.segmented_control(
            _("Panel"),
            list(PANELS),
            format_func=_,
            default=state.panel if state.panel in PANELS else next(iter(PANELS)),
            key=widgets.key("panel_choice"),
            label_visibility="collapsed",
        )
        if state.panel is not None:
            PANELS[state.panel](frame)
