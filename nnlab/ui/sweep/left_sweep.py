"""The notice on the sweep that a change has put out of view, with the way back to it."""

from collections.abc import Callable

import streamlit as st

from nnlab.config import Sweep
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.session.labs import refill
from nnlab.ui.session.sweep_state import SweepState
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.words import plain


def show_left(state: SweepState, take_instead: Callable[[SweepState, Sweep], None]) -> None:
    """One line: what became of the last sweep, and the way back to it."""
    left = state.left
    if left is None:
        return
    try:
        run = doors.store().get(left.run_id)
        name, sweep = run.meta.name, run.sweep
    except NnlabError:  # deleted in another tab: nothing to go back to
        state.left = None
        return

    def go_back() -> None:
        if sweep is not None:
            take_instead(state, sweep)
            state.take(sweep, left.run_id)
            refill()
            state.is_refilled = True

    with st.container(horizontal=True, gap="small", key="left_run", vertical_alignment="center"):
        st.markdown(
            _("Another sweep. The run **{name}** is kept.", name=plain(name)), width="stretch"
        )
        st.button(_("Go back"), key=widgets.key("left_back"), type="tertiary", on_click=go_back)
        st.button(
            _("Dismiss"),
            key=widgets.key("left_away"),
            type="tertiary",
            on_click=state.forget_left,
        )
