"""Sweeps: many networks that differ along axes, trained at once and seen beside each other."""

from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from nnlab.errors import NnlabError
from nnlab.recipes.sweeps import SWEEPS, sweep_recipe_id
from nnlab.runs.record.status import Status
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.runs.sweeps.single import must_be_of
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.lab.live import live
from nnlab.ui.lab.run_commands import current_status
from nnlab.ui.lab.run_controls import show_controls
from nnlab.ui.lab.run_messages import show_trouble
from nnlab.ui.runtime.run_history import run_history, sweep_history
from nnlab.ui.session.labs import enter, fill_widgets, refill
from nnlab.ui.session.sweep_state import (
    SweepState,
    first_sweep,
    read_sweep_address,
    sweep_state,
    write_sweep_address,
)
from nnlab.ui.shell import messages
from nnlab.ui.sweep.asked.base import shorten
from nnlab.ui.sweep.asked.changes import follow_form, take_instead
from nnlab.ui.sweep.asked.form import show_form, widget_values
from nnlab.ui.sweep.frame import SweepFrame
from nnlab.ui.sweep.left_sweep import show_left
from nnlab.ui.sweep.one_net import show_ways
from nnlab.ui.sweep.panels import show_panels
from nnlab.ui.sweep.picked import show_picked
from nnlab.ui.sweep.sentence import show_sentence, status_of
from nnlab.ui.sweep.share import show_share
from nnlab.ui.sweep.tiles import follow_pick, show_tiles

STYLE = Path(__file__).with_name("sweep.css")
RENEWS = 2.0
"""Seconds from one picture to the next of what the server makes while a sweep trains."""


def show() -> None:
    """The page."""
    st.html(STYLE)
    state = sweep_state()
    _follow_address(state)
    if state.is_to_shorten:
        state.is_to_shorten = False
        shorten(state)
    fill_widgets("sweep", widget_values(state))
    with st.container(key="lab"):
        right, left = st.columns([15, 4], gap="medium")
    with left, st.container(key="sweep_form"):
        follow_form(state)  # before it is drawn: what is wrong stands at its axis
        show_form(state)
        write_sweep_address(state)
        show_share(state)
    with right:
        live(state, partial(_draw, state))


def _follow_address(state: SweepState) -> None:
    """Show what the address says after Back, Forward, or a link that was followed here.

    A bare address stands for the first sweep where Back leads to it within the page. From another
    page it stands for what was in view: Streamlit takes the words off the address before it leaves
    a page, and the browser keeps that as a step of its history.
    """
    context = get_script_run_ctx()
    went_back = context is not None and context.is_history_navigation
    is_entered = enter("sweep")
    if not (is_entered or went_back):
        return
    before = state.chosen, state.run_id
    said = SweepState(state.draft)
    if is_entered:
        said.take(*before)
    else:
        said.take(first_sweep())
    if not read_sweep_address(said) and is_entered:
        return
    state.notice = said.notice
    if (said.chosen, said.run_id) != before:
        state.take(said.chosen, said.run_id)
        state.notice, state.is_to_shorten = said.notice, said.is_to_shorten
        refill()


# A frame -----------------------------------------------------------------------------------------


def _draw(state: SweepState, status: Status | None) -> None:
    follow_pick(state)
    frame = _frame(state, status)
    show_sentence(frame)
    line = status_of(frame)
    show_controls(state, status, line, problem=state.problem is not None)
    write_sweep_address(state)
    history = run_history(frame.run) if frame.run is not None else None
    show_trouble(state, history, None if status == "diverged" else status)
    with st.container(key="sweep_line"):  # one line, whatever stands in it: the tiles stay
        if state.left is not None and not frame.picked:
            show_left(state, take_instead)
        else:
            show_ways(frame)
    with st.container(key="sweep_tiles"):
        _show_views(frame, line)
    _show_notice(state)
    _show_below(frame)


def _show_views(frame: SweepFrame, line: str) -> None:
    """A sweep's tiles follow it by themselves; of a search's trials the server tells."""
    if not (frame.is_search and frame.moves and frame.run is not None):
        show_tiles(frame, line)
        return

    @st.fragment(run_every=RENEWS)
    def views() -> None:
        with messages():
            if current_status(frame.state) != frame.status:
                st.rerun()  # this part is asked alone: the buttons stand outside
            follow_pick(frame.state)
            show_tiles(_frame(frame.state, frame.status), line)

    views()


def _show_below(frame: SweepFrame) -> None:
    """Show the panels that only the server can compute; they update by a clock during training."""

    @st.fragment(run_every=RENEWS if frame.status in ("starting", "running") else None)
    def below() -> None:
        with messages():
            newest = _frame(frame.state, frame.status)
            with st.container(key="sweep_picked"):
                show_picked(newest)
            show_panels(newest)

    below()


def _frame(state: SweepState, status: Status | None) -> SweepFrame:
    is_search = state.chosen.search is not None
    run, history = None, SearchHistory() if is_search else SweepHistory()
    if state.run_id is not None:
        try:
            run = doors.store().get(state.run_id)
            doors.launcher().watch(run)
            history = sweep_history(run)
            must_be_of(run, state.chosen, history)
        except NnlabError as error:
            run, state.run_id, state.notice = None, None, str(error)
    return SweepFrame(state, status, run, history, st.context.theme.type == "dark")


def _show_notice(state: SweepState) -> None:
    """Show the recipe's notice."""
    recipe = SWEEPS.get(sweep_recipe_id(state.chosen) or "")
    if recipe is not None:
        st.markdown(_("**What to notice.** {notice}", notice=_(recipe.notice)))
