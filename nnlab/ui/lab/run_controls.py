"""The buttons that drive a run, and the line that says how it stands."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.runs.record.history import History
from nnlab.runs.record.status import ALIVE, MOVING, RESUMABLE, WORDS, Status
from nnlab.texts import _
from nnlab.training.controls import Action
from nnlab.ui import doors
from nnlab.ui.lab.others.row import show_others
from nnlab.ui.lab.run_commands import (
    ask,
    begin,
    current_status,
    go_on,
    let_go,
    take_one,
)
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.lesson_state import waits_for_prediction
from nnlab.ui.visitors import is_frozen

GO_WIDTH = 116
"""Pixels: what Resume needs, the longest of the three."""


def show_controls(
    state: LabState,
    status: Status | None,
    line: str,
    *,
    problem: bool,
    show_more: Callable[[], None] = lambda: None,
) -> DeltaGenerator:
    """Draw Train, Pause or Resume in one place, then Step, Epoch, Stop, Reset, and the status line.

    Each is always there; for another person's run, buttons that make an own copy replace them.

    Args:
        state: of the page.
        status: of the run in view.
        line: the status line.
        problem: whether the draft cannot be trained.
        show_more: draws further elements of the row.

    Returns:
        The place of the status line, for the stage below it.
    """
    waits = waits_for_prediction(state)
    problem = problem or waits
    if state.is_to_begin and not problem:
        left = state.left
        begin(state)
        state.left, state.is_to_begin = left, False
        st.rerun()

    owner = doors.owner_in_view(state.run_id)
    with st.container(horizontal=True, gap="small", key="transport", vertical_alignment="center"):
        if owner is not None:
            show_others(state, owner, status, problem=problem)
        else:
            frozen = is_frozen()
            # In a place of its own size: while one gives way to the other, both are on the page
            # for a moment, and must not push a button away from under somebody's click.
            with st.container(key="go", width=GO_WIDTH):
                _show_train(state, status, waits=waits, problem=problem, frozen=frozen)
            _show_steps_and_ends(state, status, problem=problem, frozen=frozen)
        place = st.container(key="status", width="stretch")
        place.markdown(line)
        show_more()
    return place


# No `help` on these buttons: Streamlit draws a button with help twice, and hides one of them.


def _show_train(
    state: LabState, status: Status | None, *, waits: bool, problem: bool, frozen: bool
) -> None:
    """Draw Train, Pause or Resume."""

    def pause() -> None:
        if current_status(state) == "running":  # a click may reach the server twice
            ask(state, "pause")

    button = partial(st.button, type="primary", width="stretch")
    if status in MOVING:
        button(
            _("Pause"),
            key="pause",
            icon=":material/pause:",
            on_click=pause,
            disabled=status != "running",
        )
    elif status in RESUMABLE:
        button(
            _("Resume"),
            key="resume",
            icon=":material/play_arrow:",
            on_click=lambda: go_on(state),
            disabled=waits or frozen,
        )
    else:
        button(
            _("Train"),
            key="train",
            icon=":material/play_arrow:",
            on_click=lambda: begin(state),
            disabled=problem or frozen,
        )


def _show_steps_and_ends(
    state: LabState, status: Status | None, *, problem: bool, frozen: bool
) -> None:
    """Draw Step, Epoch, Stop and Reset."""

    def one(action: Action) -> None:
        take_one(state, action)

    blocked = problem or frozen or status in ("queued", "starting") or _is_search(state)
    st.button(_("Step"), key="step", on_click=one, args=("step",), disabled=blocked)
    st.button(_("Epoch"), key="epoch", on_click=one, args=("epoch",), disabled=blocked)
    st.button(
        _("Stop"),
        key="stop",
        on_click=lambda: ask(state, "stop"),
        disabled=status not in ALIVE,
    )
    st.button(_("Reset"), key="reset", on_click=lambda: let_go(state), disabled=status is None)


def _is_search(state: LabState) -> bool:
    """Whether the page shows a search, whose networks have steps of their own."""
    return state.sweep is not None and state.sweep.search is not None


def status_line(
    state: LabState, status: Status | None, history: History | None, speed: float | None
) -> str:
    """`running · epoch 12 · step 1,200 · 3,400 steps/s`, or which past step is looked at."""
    if status is None or history is None:
        return _("ready · epoch 0 · step 0")
    if status == "queued" and state.run_id is not None:
        place = doors.launcher().queue_place(doors.store().get(state.run_id))
        return _("queued · place {place}", place=place) if place else _(WORDS[status])
    if state.past is not None:
        return _(
            "{status} · looking at step {past:,} of {step:,}",
            status=_(WORDS[status]),
            past=state.past,
            step=history.step,
        )
    line = _(
        "{status} · epoch {epoch:,} · step {step:,}",
        status=_(WORDS[status]),
        epoch=history.epoch,
        step=history.step,
    )
    if history.pace:  # `speed` leaves out the waits
        speed = min(speed or history.pace, history.pace)
    if speed is None or status != "running":
        return line
    return _("{line} · {n:,} step/s", "{line} · {n:,} steps/s", line=line, n=round(speed))
