"""The pace: how fast the run in view takes its steps, for who watches them.

It belongs to no experiment and to no link: the numbers are the same at every pace. The session
remembers it; the run hears of it as of any control.
"""

from dataclasses import dataclass, field

import streamlit as st

from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.runs.record.status import ALIVE
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import lab_of
from nnlab.ui.session.typed import of_session
from nnlab.ui.session.widgets import playground as widgets

PACE = "pace"
UNLIMITED = 0.0
PACES = (1.0, 3.0, 10.0, 30.0, 100.0, UNLIMITED)
"""Steps a second; the last: as fast as it goes."""
WIDTH = 128
"""Pixels: what the longest choice needs."""


@dataclass
class _Known:
    """The controls about the pace that this session has asked for, or taken over, by their ids."""

    ids: set[str] = field(default_factory=set)


def show_pace(state: LabState) -> None:
    """The choice. It follows another tab that changes the pace of the run in view."""
    if state.run_id is not None and doors.owner_in_view(state.run_id) is not None:
        _show_theirs(state.run_id)
        return
    known = widgets.kept(PACE, UNLIMITED)
    chosen = widgets[PACE] = _told_elsewhere(state, known)
    st.selectbox(
        _("Pace"),
        sorted({*PACES, chosen}, key=lambda pace: pace or float("inf")),
        format_func=say_pace,
        key=widgets.key(PACE),
        on_change=_tell,
        args=(state,),
        label_visibility="collapsed",
        width=WIDTH,
    )
    widgets.keep(PACE, chosen)


def _show_theirs(run_id: str) -> None:
    """The pace of another's run, which is theirs to choose."""
    pace = run_view(run_id).history.pace or UNLIMITED
    st.selectbox(
        _("Pace"),
        [pace],
        format_func=say_pace,
        key=widgets.key(f"their_pace_{pace:g}"),
        label_visibility="collapsed",
        width=WIDTH,
        disabled=True,
    )


def say_pace(pace: float) -> str:
    """`1 step/s`, `30 steps/s`, `full speed`."""
    if not pace:
        return _("full speed")
    return _("{n:g} step/s", "{n:g} steps/s", n=pace)


def chosen_pace(experiment: Experiment) -> float:
    """Return the pace of a new run of the experiment: only the Playground offers a choice."""
    return widgets.kept(PACE, UNLIMITED) if lab_of(experiment) == "playground" else UNLIMITED


def tell_pace(run: Run) -> None:
    """Tell a run whose new session begins; it goes as fast as it can without a word.

    Raises:
        RunNotFoundError: the run was deleted.
    """
    pace = chosen_pace(run.experiment)
    if pace:
        _ask(run, pace)


def _tell(state: LabState) -> None:
    widgets.keep(PACE, widgets[PACE])
    if state.run_id is None:
        return
    try:
        run = doors.store().get(state.run_id)
        if doors.launcher().status(run) in ALIVE:
            _ask(run, widgets[PACE])
    except NnlabError as error:
        state.notice = str(error)


def _ask(run: Run, pace: float) -> None:
    of_session(_Known).ids.add(doors.launcher().ask(run, pace=pace).id)


def _told_elsewhere(state: LabState, chosen: float) -> float:
    """The pace that another tab gave the run in view since the last look, else `chosen`."""
    if state.run_id is None:
        return chosen
    try:
        view = run_view(state.run_id)
        if doors.launcher().status(view.run) not in ALIVE:
            return chosen
    except NnlabError:  # the page says so itself
        return chosen
    told = next((c for c in reversed(view.history.controls) if c.pace is not None), None)
    known = of_session(_Known).ids
    if told is None or told.pace is None or told.id in known:
        return chosen
    known.add(told.id)
    return told.pace
