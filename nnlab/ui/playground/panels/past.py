"""Rewind: the row below the live area that takes the page to any step of the run."""

import streamlit as st

from nnlab.texts import _
from nnlab.ui.components.step_slider import show_past_slider
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.panels.panel_choice import BRANCH, open_panel
from nnlab.ui.runtime.past_snapshots import steps
from nnlab.ui.session.widgets import playground as widgets


def show_past(frame: Frame) -> None:
    """Always there and of one height: the slider with its buttons, a word, and Branch here."""
    first, last = steps(frame.view) if frame.view is not None else (0, 0)

    def move(step: int | None) -> None:
        view = frame.view
        if step is None or view is None:
            frame.state.past = None
            return
        view.refresh()  # the run went on since this was drawn
        least, most = steps(view)
        frame.state.past = max(step, least) if step < most else None

    with st.container(horizontal=True, vertical_alignment="top", key="past_row"):
        run = frame.view.run.id if frame.view is not None else None
        show_past_slider(run, first, last, frame.past, _word(frame, first, last), move)
        st.button(
            _("Branch here"),
            icon=":material/call_split:",
            key=widgets.key("branch_here"),
            on_click=open_panel,
            args=(BRANCH,),
            disabled=last <= first,
        )


def _word(frame: Frame, first: int, last: int) -> str:
    if frame.view is None or last <= first:
        return _("Once it trains, you can look back at any step.")
    if frame.past is None:
        return _("Now: step {last:,}. Slide to look back.", last=last)
    if frame.replaying is not None:
        left = max(0, frame.replaying.total - frame.replaying.done)
        return _(
            "Replaying {left:,} steps to step {step:,} … shown is {shown:,}.",
            left=left,
            step=frame.past,
            shown=frame.moment.step,
        )
    return _(
        "Looking at step {step:,} of {last:,}, bit for bit as it was.", step=frame.past, last=last
    )
