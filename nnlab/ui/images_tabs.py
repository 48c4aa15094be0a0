"""The tabs under the curves of the Images page: one at a time, and only that one computes.

A new tab is an entry of `TABS`. It is drawn within the live fragment, so widgets in it need keys
of their own and no `help` on buttons.
"""

from collections.abc import Callable

import streamlit as st

from nnlab.ui.answers import draw_answers
from nnlab.ui.images_frame import ImagesFrame

Draw = Callable[[ImagesFrame], None]

TABS: list[tuple[str, Draw]] = [("Pictures", draw_answers)]
"""What the choice says, and what draws it; the first is open at first."""


def show_tabs(frame: ImagesFrame) -> None:
    """The choice of a tab, and the one that is chosen. It outlives a visit to another page."""
    state, tabs = frame.state, dict(TABS)
    first = next(iter(tabs))
    st.session_state.setdefault("tab", state.panel if state.panel in tabs else first)
    state.panel = st.segmented_control(
        "Look into it", list(tabs), key="tab", required=True, label_visibility="collapsed"
    )
    with st.container(key="tab_shown"):
        tabs[state.panel or first](frame)
