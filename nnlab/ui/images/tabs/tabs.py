"""The tabs under the curves of the Images page: one at a time, and only that one computes.

A new tab is an entry of `TABS`. It is drawn in the live fragment, so its widgets need their own
keys, and its buttons have no `help`.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from nnlab.texts import N_, _
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.tabs.answers import draw_answers
from nnlab.ui.images.tabs.confusion import draw_confusion
from nnlab.ui.images.tabs.features import draw_features
from nnlab.ui.images.tabs.mistakes import draw_mistakes
from nnlab.ui.images.tabs.test_set import draw_test_set
from nnlab.ui.images.tabs.weights import draw_weights, shown_tensor
from nnlab.ui.images.tabs.why import draw_why
from nnlab.ui.images.tabs.xray import draw_xray
from nnlab.ui.session.widgets import images as widgets

STYLE = Path(__file__).with_name("tabs.css")
Draw = Callable[[ImagesFrame], None]

WEIGHTS = N_("Weights")
"""The tab that the browser keeps up to date by itself."""

TABS: list[tuple[str, Draw]] = [
    (N_("Pictures"), draw_answers),
    (N_("Confusion"), draw_confusion),
    (N_("Mistakes"), draw_mistakes),
    (WEIGHTS, draw_weights),
    (N_("Features"), draw_features),
    (N_("X-ray"), draw_xray),
    (N_("Why"), draw_why),
    (N_("Test set"), draw_test_set),
]
"""Each tab's label, and the function that draws it; the first is open initially."""


def live_tensors(frame: ImagesFrame) -> list[str]:
    """Return the names of the tensors that the browser needs for the open tab."""
    tensor = shown_tensor(frame) if frame.state.panel == WEIGHTS else None
    return [tensor] if tensor is not None else []


def show_tabs(frame: ImagesFrame) -> None:
    """Draw the choice of a tab, and the chosen tab, which is remembered across pages."""
    st.html(STYLE)
    state, tabs = frame.state, dict(TABS)
    first = next(iter(tabs))
    widgets.setdefault("tab", state.panel if state.panel in tabs else first)
    state.panel = st.segmented_control(
        _("Look into it"),
        list(tabs),
        format_func=_,
        key=widgets.key("tab"),
        required=True,
        label_visibility="collapsed",
    )
    with st.container(key="tab_shown"):
        tabs[state.panel or first](frame)
