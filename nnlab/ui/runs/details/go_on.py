"""How a run goes on: resumed where it stands, with a larger budget, or as a branch of its past."""

import streamlit as st

from nnlab.runs import History, Run, Summary
from nnlab.ui import services
from nnlab.ui.lab.branch_form import show_branch
from nnlab.ui.lab.branching import budget_fields, fitting_name, make_branch, start
from nnlab.ui.lab.refusals import show_refusal, tried
from nnlab.ui.lab.run_controls import RESUMABLE
from nnlab.ui.session.lab_state import RunsState


def show_drive(summary: Summary) -> None:
    """Resume for a run that stands still before its end, Stop for one that moves."""
    run = summary.run

    def go_on() -> None:
        tried(run, "drive", lambda: resume(run))

    def stop() -> None:
        tried(run, "drive", lambda: services.launcher().ask(run, "stop"))

    if summary.status in RESUMABLE:
        st.button(
            "Resume",
            key="resume_run",
            icon=":material/play_arrow:",
            on_click=go_on,
        )
    elif summary.status in ("queued", "starting", "running"):
        st.button(
            "Stop",
            key="stop_run",
            icon=":material/stop:",
            on_click=stop,
        )
    show_refusal(run, "drive")


def resume(run: Run) -> None:
    """Let a run go on: the worker that holds it, or a new one from its newest checkpoint.

    Raises:
        NnlabError: it is under way already, or gone.
    """
    if run.is_training():
        services.launcher().ask(run, "resume")
    else:
        start(run)


def show_go_on(state: RunsState, summary: Summary, history: History) -> None:
    """More budget for a run that has spent its own, and a branch from any step."""
    if history.started is None:
        st.caption("Nothing was trained here yet: there is no step to branch from.")
        return
    if history.ended is not None and history.ended.reason in ("completed", "early_stopped"):
        _show_continue(state, summary, history)
    show_branch(state, summary, history)


def _show_continue(state: RunsState, summary: Summary, history: History) -> None:
    run, training = summary.run, summary.experiment.training
    st.markdown("##### Continue with a larger budget")
    assert history.ended is not None, "only an ended run has spent its budget"
    if history.ended.reason == "early_stopped":
        st.caption(
            "Early stopping ended it before its budget was spent: more budget would change"
            " nothing. Branch from an earlier step instead."
        )
        return
    if training.schedule is not None:
        st.caption(
            "Its schedule spreads over the whole budget, so that every step of a longer run would"
            " be another: train a new run with the budget that you want."
        )
        return
    st.caption("The same numbers as if it had had that budget from the start, bit for bit.")
    with st.container(horizontal=True, vertical_alignment="bottom", key="continue_form"):
        budget = budget_fields(run, training, "continue", larger=2)
        pressed = st.button("Continue", key="continue_run", icon=":material/fast_forward:")
    if pressed:
        name = fitting_name(summary.meta.name, " · continued")
        make_branch(state, summary, history, history.step, budget, name, where="continue")
    show_refusal(run, "continue")
