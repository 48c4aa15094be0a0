"""Rewind: the row below the live area that takes the page to any step of the run."""

import streamlit as st

from nnlab.ui.panel_choice import BRANCH, open_panel
from nnlab.ui.past_moments import steps
from nnlab.ui.past_slider import show_past_slider
from nnlab.ui.playground_frame import Frame
from nnlab.ui.state import LabState


def show_past(frame: Frame) -> None:
    """Always there and of one height: one step back, the slider, one step on, now, and a word."""
    state, view = frame.state, frame.view
    first, last = steps(view) if view is not None else (0, 0)
    none = last <= first
    here = frame.past if frame.past is not None else last
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key="past_row", wrap=False
    ):
        st.button(
            "One step back",
            icon=":material/chevron_left:",
            key="past_back",
            on_click=_go,
            args=(state, max(first, here - 1), last),
            disabled=none or here <= first,
        )
        show_past_slider(
            first, last, frame.past, disabled=none, move=lambda step: _go(state, step, last)
        )
        st.button(
            "One step on",
            icon=":material/chevron_right:",
            key="past_on",
            on_click=_go,
            args=(state, here + 1, last),
            disabled=frame.past is None,
        )
        st.button(
            "Now",
            icon=":material/last_page:",
            key="past_now",
            on_click=_go,
            args=(state, None, last),
            disabled=frame.past is None,
        )
    with st.container(horizontal=True, vertical_alignment="center", key="past_word"):
        st.caption(_word(frame, first, last))
        st.button(
            "Branch here",
            icon=":material/call_split:",
            key="branch_here",
            on_click=open_panel,
            args=(BRANCH,),
            disabled=none,
        )


def _go(state: LabState, step: int | None, last: int) -> None:
    state.past = None if step is None or step >= last else step


def _word(frame: Frame, first: int, last: int) -> str:
    if frame.view is None or last <= first:
        return "Once it trains, every step of its past can be looked at again."
    if frame.past is None:
        return f"Now: step {last:,}. Move the slider to look at any step from {first:,} on."
    if frame.replaying is not None:
        left = max(0, frame.replaying.total - frame.replaying.done)
        return f"Replaying {left:,} steps to step {frame.past:,} … shown is {frame.moment.step:,}."
    return f"Looking at step {frame.past:,} of {last:,}, bit for bit as it was."
