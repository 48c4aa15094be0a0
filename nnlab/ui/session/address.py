"""The address of a page: it holds the experiment and how the charts look."""

from collections.abc import Callable, Mapping

import streamlit as st

from nnlab.config import Experiment, from_link, to_link
from nnlab.config.link import LINK, lab_path
from nnlab.config.live_fields import live_changes
from nnlab.config.replay_link import EXPECT
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.lesson_state import lesson_words

LOOK = "look"
"""The address parameter that holds how the charts look."""
RUN = "run"
"""The address parameter that holds the run in view, so that the page shows it after a reload."""
PRESENT = "present"
"""The address parameter of presentation mode: `1`."""


def write_address(state: LabState, default: Experiment) -> None:
    """Write the draft, the look and the run in view into the address, so that it can be shared.

    All at once, also from the live part alone: what the browser says of its address when it asks
    for that is older where the last word to it is still on its way.

    Args:
        state: of the page.
        default: what the address of the page without an experiment stands for.
    """
    is_plain = state.draft == default and EXPECT not in st.query_params
    if is_plain:
        state.bare = default
    write_words(
        {
            LINK: None if is_plain else _link_of(state),
            LOOK: state.look.to_words() or None,
            RUN: state.run_id,
            **lesson_words(state),
        }
    )


def _link_of(state: LabState) -> str:
    """Return the draft's link, made once for each draft: many own points take a while."""
    if state.linked is None or state.linked[0] is not state.draft:
        state.linked = state.draft, to_link(state.draft)
    return state.linked[1]


def write_look(state: LabState) -> None:
    """Let the address hold the look."""
    write_words({LOOK: state.look.to_words() or None})


def write_words(words: Mapping[str, str | None]) -> None:
    """Let the address hold other words; None takes one away.

    In one message: each makes a step of the browser's history.
    """
    before = st.query_params.to_dict()
    after = {name: word for name, word in {**before, **words}.items() if word is not None}
    if after != before:
        st.query_params.from_dict(after)


def _run_of(state: LabState, lab: str, lab_of: Callable[[Experiment], str]) -> Run | None:
    """The run that the address names; None where it names none, or none of this page."""
    name = st.query_params.get(RUN)
    if not name:
        return None
    try:
        run = doors.store().get(name)
        if run.sweep is not None:
            state.notice = _(
                "The run {run} is a sweep of many networks: open /sweep?{name}={run}",
                run=run.id,
                name=RUN,
            )
            return None
        if lab_of(run.experiment) == lab:
            return run
        state.notice = _(
            "The run {run} is shown on another page: open {address}",
            run=run.id,
            address="/" + lab_path(lab_of(run.experiment), {RUN: run.id}),
        )
        return None
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
            "This link holds an experiment for the page /{page}: open {address}",
            page=other,
            address="/" + lab_path(other, {LINK: link}),
        )
