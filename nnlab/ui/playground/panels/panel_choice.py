"""Which panel is open below the live area of the Playground."""

from collections.abc import Sequence

import streamlit as st

from nnlab.ui.session.lab_state import LabState

BRANCH, COMPARE, DOCTOR, BENT = "Branch", "Compare with parent", "Doctor", "Bent plane"
ASKED, TIMES = "panel_asked", "panel_times"


def open_panel(panel: str) -> None:
    """Open a panel the next time that the choice is drawn, as a button elsewhere asks for."""
    st.session_state[ASKED] = panel


def choose_panel(state: LabState, panels: Sequence[str]) -> str | None:
    """The choice, and what is chosen; nothing at first.

    It outlives a visit to another page, which a widget's own value does not.
    """
    remembered = st.session_state
    asked = remembered.pop(ASKED, None)
    if asked is not None:
        # Another widget: the browser sends the old one's value with each frame, and would win.
        state.panel, remembered[TIMES] = asked, remembered.get(TIMES, 0) + 1
    with st.container(key="panel"):
        state.panel = st.segmented_control(
            "Panel",
            panels,
            default=state.panel if state.panel in panels else None,
            key=f"panel_choice_{remembered.get(TIMES, 0)}",
            label_visibility="collapsed",
        )
    return state.panel
