"""The panels below the live area of the Playground: one at a time, and only that one computes.

A new panel is an entry of `PANELS`. It is drawn within the live fragment, so widgets in it need
keys of their own and no `help` on buttons.
"""

from collections.abc import Callable

import streamlit as st

from nnlab.texts import N_, _
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.panels.answers import draw_answers
from nnlab.ui.playground.panels.bent import draw_bent
from nnlab.ui.playground.panels.branch import draw_branch
from nnlab.ui.playground.panels.compare import draw_compare
from nnlab.ui.playground.panels.doctor import draw_doctor
from nnlab.ui.playground.panels.histograms import draw_histograms
from nnlab.ui.playground.panels.one_step import draw_one_step
from nnlab.ui.playground.panels.panel_choice import BENT, BRANCH, COMPARE, DOCTOR, choose_panel
from nnlab.ui.session.share import show_sweep_link

Draw = Callable[[Frame], None]

PANELS: list[tuple[str, Draw]] = [
    (N_("Answers"), draw_answers),
    (BRANCH, draw_branch),
    (COMPARE, draw_compare),
    (N_("One step"), draw_one_step),
    (DOCTOR, draw_doctor),
    (BENT, draw_bent),
    (N_("Histograms"), draw_histograms),
]
"""Each panel's label, and the function that draws it."""


def show_panels(frame: Frame) -> None:
    """The choice of a panel, and the panel that is chosen."""
    panels = dict(PANELS)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="panel_row"):
        chosen = choose_panel(frame.state, list(panels))
        show_sweep_link(frame.state.draft, _("Sweep this experiment"))
    with st.container(key="panel_shown"):
        if chosen is not None:
            panels[chosen](frame)
