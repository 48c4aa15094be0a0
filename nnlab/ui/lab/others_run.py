"""The run in view is another's: whose, and the ways to one of one's own; its buttons are theirs."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.runs.record.status import Status
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.lab.branching import make_branch
from nnlab.ui.lab.run_commands import let_go, make_run
from nnlab.ui.runtime.run_history import run_history
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import take_up
from nnlab.ui.session.widgets import elements
from nnlab.ui.words import plain


def show_others(state: LabState, owner: str, status: Status | None, *, problem: bool) -> None:
    """In the row of buttons: a run of one's own with the same experiment, or from the newest step.

    `problem` says that the draft cannot be trained as it stands.
    """
    st.button(
        _("Make it yours"),
        key=elements.key("make_own"),
        icon=":material/content_copy:",
        type="primary",
        on_click=make_own,
        args=(state,),
        disabled=problem,
    )
    if state.sweep is None:
        st.button(
            _("Go on from here"),
            key=elements.key("branch_own"),
            icon=":material/call_split:",
            on_click=branch_own,
            args=(state,),
            disabled=problem or status in (None, "queued", "starting"),
        )
    st.button(_("Reset"), key="reset", on_click=let_go, args=(state,))
    st.markdown(_("Run of **{owner}**", owner=plain(owner)), width="content")


def make_own(state: LabState) -> None:
    """A run of the same experiment, the visitor's, in view in place of the other's."""
    try:
        run = doors.store().get(state.run_id or "")
        own = make_run(run.experiment, sweep=run.sweep)
    except NnlabError as error:
        state.notice = str(error)
        return
    _show(state, own.id)


def branch_own(state: LabState) -> None:
    """A run of the visitor's that goes on from the newest step of the other's."""
    try:
        run = doors.store().get(state.run_id or "")
        history = run_history(run)
        if history.started is None:
            raise NnlabError(_("It has not begun: there is no step to go on from."))
        diverged = history.diverged
        step = history.step if diverged is None else (diverged.last_good_step or 0)
        own = make_branch(run, history, step, {})
    except NnlabError as error:
        state.notice = str(error)
        return
    _show(state, own.id)


def _show(state: LabState, run_id: str) -> None:
    if state.sweep is None:
        take_up(state, doors.store().get(run_id).experiment, run_id)
    else:
        state.run_id, state.notice = run_id, None
        state.forget_left()
