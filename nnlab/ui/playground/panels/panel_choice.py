"""Which panel is open below the live area of the Playground."""

from collections.abc import Sequence

import streamlit as st

from nnlab.texts import N_, _
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.playground_state import COMPARE as COMPARE
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import playground as widgets

BRANCH = N_("Branch")
DOCTOR, BENT = N_("Doctor"), N_("Bent plane")


def open_panel(panel: str) -> None:
    """Open a panel the next time that the choice is drawn, as a button elsewhere asks for."""
    playground_state().asked_panel = panel


def choose_panel(state: PlaygroundState, panels: Sequence[str]) -> str | None:
    """The choice, and what is chosen; nothing at first.

    It outlives a visit to another page, which a widget's own value does not.
    """
    if state.asked_panel is not None:
        # Another widget: the browser sends the old one's value with each frame, and would win.
        state.panel, state.asked_panel = state.asked_panel, None
        state.panel_choices += 1
    with st.container(key="panel"):
        state.panel = st.segmented_control(
            _("Panel"),
            panels,
            format_func=_,
            default=state.panel if state.panel in panels else None,
            key=widgets.key(f"panel_choice_{state.panel_choices}"),
            label_visibility="collapsed",
        )
    return state.panel
