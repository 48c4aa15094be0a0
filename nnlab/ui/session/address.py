"""The address of a page: it holds the experiment and how the charts look."""

from collections.abc import Callable

import streamlit as st

from nnlab.config import Experiment, from_link, to_link
from nnlab.config.live_fields import live_changes
from nnlab.config.replay_link import EXPECT
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.lab_state import LabState

LINK = "x"
"""The parameter that holds the experiment."""
LOOK = "look"
"""The one that holds how the charts look."""
RUN = "run"
"""The one that holds the run in view, so that the page finds it again after a reload."""


def write_address(draft: Experiment, default: Experiment) -> None:
    """Let the address hold the draft, so that copying it shares the experiment."""
    is_plain = draft == default and EXPECT not in st.query_params
    _write(LINK, None if is_plain else to_link(draft))


def write_look(state: LabState) -> None:
    """Let the address hold the look."""
    _write(LOOK, state.look.to_words() or None)


def write_run(state: LabState) -> None:
    """Let the address hold the run in view."""
    _write(RUN, state.run_id)


def _write(name: str, words: str | None) -> None:
    if st.query_params.get(name) == words:
        return
    if words is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = words


def _run_of(state: LabState, lab: str, lab_of: Callable[[Experiment], str]) -> Run | None:
    """The run that the address names; None where it names none, or none of this page."""
    name = st.query_params.get(RUN)
    if not name:
        return None
    try:
        run = services.store().get(name)
        return run if lab_of(run.experiment) == lab else None
    except NnlabError as error:
        state.notice = str(error)
        return None


def read_address(state: LabState, lab: str, lab_of: Callable[[Experiment], str]) -> None:
    """Let the page show what the address says; what cannot be read is the page's notice.

    A run that the address names is in view again, as after a reload; without an experiment beside
    it the draft is the run's.

    Args:
        state: of the page, which keeps its draft where the address says none of this page.
        lab: the page.
        lab_of: says which page an experiment belongs to.
    """
    try:
        state.look = Look.from_words(st.query_params.get(LOOK, ""))
    except InvalidExperimentError as error:
        state.notice = str(error)
    run = _run_of(state, lab, lab_of)
    link = st.query_params.get(LINK)
    if not link:
        if run is not None:
            state.draft, state.run_id = run.experiment, run.id
        return
    try:
        experiment = from_link(link)
    except InvalidExperimentError as error:
        state.notice = str(error)
        return
    if run is not None and live_changes(run.experiment, experiment) is not None:
        state.run_id = run.id
    other = lab_of(experiment)
    if other == lab:
        state.draft = experiment
    else:
        state.notice = _(
            "This link holds an experiment for the page /{page}: open /{page}?{name}={link}",
            page=other,
            name=LINK,
            link=link,
        )
