"""A replayable link on a laboratory page: what it expects, Reproduce, and what came of it."""

import streamlit as st

from nnlab.config import from_link
from nnlab.config.replay_link import EXPECT, MADE, Expectation, from_parameters
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.runs.record.status import ALIVE
from nnlab.runs.rewind.reproduce import Verdict, judge
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.lab.run_commands import let_go, make_run
from nnlab.ui.messages import marked, say
from nnlab.ui.runtime.run_history import run_history
from nnlab.ui.session.address import LINK
from nnlab.ui.session.lab_state import LabState, Reproduction
from nnlab.ui.session.labs import lab_of
from nnlab.ui.session.widgets import Widgets

STEADY = """<style>
.st-key-replay { min-height: 8.8rem; }
@media (max-width: 640px) { .st-key-replay { min-height: 17.5rem; } }
</style>"""
"""A fixed height, so that the page below does not move when the result arrives."""


def show_reproduction(state: LabState, *, blocked: bool = False) -> None:
    """The bar of a replayable link, for as long as the page shows that link's experiment.

    `blocked` says that the page cannot train just now, and why is said elsewhere.
    """
    if not state.is_link_read:
        state.is_link_read = True
        state.reproduction = _from_address(state)
    found = state.reproduction
    if found is None:
        return
    if found.draft is None:
        found.draft = state.draft
    if state.draft != found.draft:
        _forget(state)
        return
    with st.container(border=True, key="replay"):
        st.html(STEADY)
        _show(state, found, blocked=blocked)


def _from_address(state: LabState) -> Reproduction | None:
    link = st.query_params.get(LINK)
    try:
        expected = from_parameters(dict(st.query_params))
        if expected is None or not link:
            return None
        experiment = from_link(link)
    except InvalidExperimentError as error:
        state.notice = state.notice or str(error)
        return None
    is_here = lab_of(experiment) == lab_of(state.draft)
    return Reproduction(experiment, expected) if is_here else None


def _forget(state: LabState) -> None:
    state.reproduction = None
    for name in (EXPECT, MADE):
        st.query_params.pop(name, None)


def _show(state: LabState, found: Reproduction, *, blocked: bool) -> None:
    run = _run(state, found)
    status = doors.launcher().status(run) if run is not None else None
    expected = found.expected

    def begin() -> None:
        try:
            let_go(state)
            made = make_run(found.experiment, name=f"reproduce · {expected.step:,}")
            state.run_id = found.run_id = made.id
        except NnlabError as error:
            state.notice = str(error)

    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(
            _(
                "**Reproduce:** step {step:,}, expected train_loss `{train_loss!r}`",
                step=expected.step,
                train_loss=expected.train_loss,
            )
        )
        st.button(
            _("Reproduce") if status is None else _("Again"),
            key=Widgets(lab_of(state.draft)).key("reproduce"),
            icon=":material/replay:",
            on_click=begin,
            disabled=blocked or status in ALIVE,
        )
    verdict = judge(expected, run_history(run)) if run is not None and status not in ALIVE else None
    if verdict is not None:
        _show_verdict(expected, verdict)
    elif status in ALIVE:
        st.caption(
            _(
                "It trains exactly {step:,} steps, and then says how they compare.",
                step=expected.step,
            )
        )
    else:
        st.caption(_("It trains the same experiment from the same three seeds, and compares."))


def _run(state: LabState, found: Reproduction) -> Run | None:
    """The run that reproduces; None where the page shows another one, or it was deleted."""
    if found.run_id is None or state.run_id != found.run_id:
        return None
    try:
        return doors.store().get(found.run_id)
    except NnlabError:  # the page says itself that the run was deleted
        return None


def _show_verdict(expected: Expectation, verdict: Verdict) -> None:
    if verdict.reproduced:
        said = marked(
            "**Reproduced:** step {step:,}, train_loss `{train_loss!r}`, exactly the same.",
            step=verdict.step,
            train_loss=verdict.train_loss,
        )
        though = ""
        if verdict.reasons:
            though = _("Though it differs: {reasons}.", reasons="; ".join(verdict.reasons))
        say("success", said, though, icon=":material/check_circle:")
        return
    received = marked("none")
    if verdict.train_loss is not None:
        received = marked("`{train_loss!r}`", train_loss=verdict.train_loss)
    why = (
        _("What differs: {reasons}.", reasons="; ".join(verdict.reasons))
        if verdict.reasons
        else _(
            "Processor, PyTorch, threads and nnlab are the same: the link expects another number."
        )
    )
    said = marked(
        "**Not the same:** expected train_loss `{train_loss!r}` at step {step:,}, received"
        " {received}.",
        train_loss=expected.train_loss,
        step=expected.step,
        received=received,
    )
    say("warning", said, why, icon=":material/warning:")
