"""Several runs held against each other: curves, experiments, pictures."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from nnlab.errors import RunNotFoundError
from nnlab.runs.store import Summary
from nnlab.texts import _
from nnlab.ui.messages import say
from nnlab.ui.runs.compare.curves import show_curves
from nnlab.ui.runs.compare.pictures import show_pictures
from nnlab.ui.runs.compare.table import show_experiments, show_runs
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets

STYLE = Path(__file__).with_name("compare.css")


def forget_deleted(state: RunsState, summaries: Sequence[Summary]) -> None:
    """Leave out what was ticked and is no more; fewer than two runs are no comparison."""
    here = {summary.run.id for summary in summaries}
    gone = len(state.compared)
    state.compared = tuple(run_id for run_id in state.compared if run_id in here)
    gone -= len(state.compared)
    if state.comparing and gone:
        state.notice = _(
            "{n} of the compared runs was deleted.",
            "{n} of the compared runs were deleted.",
            n=gone,
        )
    state.comparing = state.comparing and len(state.compared) > 1


def show_comparison(state: RunsState, summaries: Sequence[Summary]) -> None:
    """All of it, in the order of the ticks; of runs that are all there."""
    dark = st.context.theme.type == "dark"
    by_id = {summary.run.id: summary for summary in summaries}
    compared = [by_id[run_id] for run_id in state.compared]

    def back() -> None:
        state.comparing = False

    st.html(STYLE)
    with st.container(key="comparison"):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.button(
                _("All runs"),
                key=widgets.key("compare_back"),
                icon=":material/arrow_back:",
                on_click=back,
            )
            st.markdown(_("##### {count} runs side by side", count=len(compared)))
        try:
            show_runs(compared, dark)
            show_curves(compared, dark)
            show_experiments(compared, dark)
            show_pictures(compared, dark)
        except RunNotFoundError as error:
            say("info", error, icon=":material/info:")
