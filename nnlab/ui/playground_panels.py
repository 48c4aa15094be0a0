"""The panels below the live area of the Playground: one at a time, and only that one computes.

A new panel is an entry of `PANELS`. It is drawn within the live fragment, so widgets in it need
keys of their own and no `help` on buttons.
"""

from collections.abc import Callable

import streamlit as st

from nnlab.ui.playground_frame import Frame
from nnlab.ui.playground_past import show_past

Draw = Callable[[Frame], None]

PANELS: list[tuple[str, Draw]] = []
"""What the choice says, and what draws it."""


def show_panels(frame: Frame) -> None:
    """The way into the past, the choice of a panel, and the one that is chosen; at first none is.

    The choice outlives a visit to another page, which a widget's own value does not.
    """
    show_past(frame)
    if not PANELS:
        return
    state, panels = frame.state, dict(PANELS)
    st.session_state.setdefault("panel", state.panel if state.panel in panels else None)
    state.panel = st.segmented_control(
        "Panel", list(panels), key="panel", label_visibility="collapsed"
    )
    with st.container(key="panel_shown"):
        if state.panel is not None:
            panels[state.panel](frame)
