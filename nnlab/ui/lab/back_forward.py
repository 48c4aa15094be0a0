"""Back and Forward of the browser: the page shows what the address says once more."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from nnlab.config import Experiment
from nnlab.ui.lab.branching import effective
from nnlab.ui.lab.other_tabs import keep_up
from nnlab.ui.lab.run_commands import current_status, follow
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.session.address import LINK, read_address
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import enter_lab, first_experiment, lab_of, refill, take_up


def follow_history(state: LabState) -> None:
    """Follow the browser's Back and Forward. To be called first by a laboratory page.

    After Back or Forward its experiment, run and look are those of the address. The run that was in
    view before goes on as one that nobody looks at. The run of the address is told where the
    address says another rate than it trains with.
    """
    context = get_script_run_ctx()
    if context is not None and context.is_history_navigation:
        _go_to_address(state)
    enter_lab(state)


def _go_to_address(state: LabState) -> None:
    lab = lab_of(state.draft)
    said = LabState(state.bare or first_experiment(lab))
    read_address(said, lab, lab_of)
    state.look, state.notice = said.look, None
    if said.run_id is None:
        take_up(state, said.draft)
    else:
        if said.run_id != state.run_id:
            take_up(state, _now(said.run_id), said.run_id)
            keep_up(state, current_status(state))
        is_as_it_is = LINK not in st.query_params and said.draft != first_experiment(lab)
        follow(state, state.draft if is_as_it_is else said.draft)
    refill()
    state.is_refilled = False  # the form is drawn only now
    state.notice = said.notice or state.notice


def _now(run_id: str) -> Experiment:
    """Return the experiment that a run trains with now."""
    view = run_view(run_id)
    history = view.refresh()
    return effective(view.run, history, history.step)
