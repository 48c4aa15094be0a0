"""Several runs held against each other: curves, experiments, pictures."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from nnlab.errors import RunNotFoundError
from nnlab.runs.store import Listed, RecordedSummary, Summary
from nnlab.texts import _
from nnlab.ui.messages import say
from nnlab.ui.runs.compare.curves import show_curves
from nnlab.ui.runs.compare.metrics import show_metrics
from nnlab.ui.runs.compare.pictures import show_pictures
from nnlab.ui.runs.compare.table import show_experiments, show_runs
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.words import plain

STYLE = Path(__file__).with_name("compare.css")


def forget_deleted(state: RunsState, summaries: Sequence[Listed]) -> None:
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


def show_comparison(state: RunsState, summaries: Sequence[Listed]) -> None:
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
            trained = {i: one for i, one in enumerate(compared) if isinstance(one, Summary)}
            if len(trained) == len(compared):
                show_curves(list(trained.values()), dark)
            else:
                show_metrics(compared, dark)
            if len(trained) > 1:
                show_experiments(trained, dark)
            show_pictures(trained, dark)
            _say_recorded(compared)
        except RunNotFoundError as error:
            say("info", error, icon=":material/info:")


def _say_recorded(compared: Sequence[Listed]) -> None:
    names = [plain(one.meta.name) for one in compared if isinstance(one, RecordedSummary)]
    if names:
        st.caption(
            _(
                "Recorded runs have no experiment to compare, and no picture is drawn of them here:"
                " {names}.",
                names=", ".join(names),
            )
        )
