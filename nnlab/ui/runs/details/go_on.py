"""How a run goes on: resumed where it stands, with a larger budget, or as a branch of its past."""

import streamlit as st

from nnlab.runs.record.history import History
from nnlab.runs.record.status import MOVING, RESUMABLE
from nnlab.runs.rewind.names import fitting_name
from nnlab.runs.store import Summary
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.lab.branch_form import branch_in_view, budget_fields, show_branch
from nnlab.ui.lab.refusals import show_refusal, tried
from nnlab.ui.lab.run_commands import resume
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets


def show_drive(summary: Summary) -> None:
    """Resume for a run that stands still before its end, Stop for one that moves."""
    run = summary.run
    if not doors.may_change(summary.meta):
        return

    def go_on() -> None:
        tried(run, "drive", lambda: resume(run))

    def stop() -> None:
        tried(run, "drive", lambda: doors.launcher().ask(run, "stop"))

    if summary.status in RESUMABLE:
        st.button(
            _("Resume"),
            key=widgets.key("resume_run"),
            icon=":material/play_arrow:",
            on_click=go_on,
        )
    elif summary.status in MOVING:
        st.button(
            _("Stop"),
            key=widgets.key("stop_run"),
            icon=":material/stop:",
            on_click=stop,
        )
    show_refusal(run, "drive")


def show_go_on(state: RunsState, summary: Summary, history: History) -> None:
    """More budget for a run that has spent its own, and a branch from any step."""
    if history.started is None:
        st.caption(_("Nothing was trained here yet: there is no step to branch from."))
        return
    if history.ended is not None and history.ended.reason in ("completed", "early_stopped"):
        _show_continue(state, summary, history)
    show_branch(state, summary, history)


def _show_continue(state: RunsState, summary: Summary, history: History) -> None:
    run, training = summary.run, summary.experiment.training
    st.markdown(_("##### Continue with a larger budget"))
    assert history.ended is not None, "only an ended run has spent its budget"
    if history.ended.reason == "early_stopped":
        st.caption(
            _(
                "Early stopping ended it before its budget was spent: more budget would change"
                " nothing. Branch from an earlier step instead."
            )
        )
        return
    if training.schedule is not None:
        st.caption(
            _(
                "Its schedule spreads over the whole budget, so that every step of a longer run"
                " would be another: train a new run with the budget that you want."
            )
        )
        return
    st.caption(_("The same numbers as if it had had that budget from the start, bit for bit."))
    with st.container(horizontal=True, vertical_alignment="bottom", key="continue_form"):
        budget = budget_fields(summary, "continue", larger=2)
        pressed = st.button(
            _("Continue"), key=widgets.key("continue_run"), icon=":material/fast_forward:"
        )
    if pressed:
        name = fitting_name(summary.meta.name, " · continued")
        branch_in_view(state, summary, history, history.step, budget, name, where="continue")
    show_refusal(run, "continue")
