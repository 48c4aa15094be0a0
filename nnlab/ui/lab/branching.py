"""Making a branch: what its budget may be, and the new run, started and in view."""

import math
from collections.abc import Mapping

import streamlit as st

from nnlab.config import Experiment, Training
from nnlab.errors import NnlabError
from nnlab.runs import History, Run, Summary
from nnlab.runs.rewind.branch import branch
from nnlab.ui import services
from nnlab.ui.lab.refusals import tried
from nnlab.ui.session.lab_state import RunsState, lab_of

LIMITS = ("epochs", "steps")
MAX_NAME = 80


def start(run: Run) -> None:
    """Hand a run to a worker. One of the Playground pauses when nobody looks, as it does there."""
    services.launcher().start(run, watched=lab_of(run.experiment) == "playground")


def budget_fields(run: Run, training: Training, what: str, larger: int = 1) -> dict[str, object]:
    """The budget as numbers to change; returns those that are, by path."""
    chosen: dict[str, object] = {}
    for limit in LIMITS:
        now = getattr(training, limit)
        if now is None:
            continue
        value = st.number_input(
            f"Budget in {limit}",
            1,
            1_000_000_000 if limit == "steps" else 1_000_000,
            value=min(now * larger, 1_000_000),
            key=f"{what}_{limit}_{run.id}",
            width=170,
        )
        if value != now:
            chosen[f"training.{limit}"] = int(value)
    return chosen


def make_branch(
    state: RunsState,
    summary: Summary,
    history: History,
    step: int,
    changes: Mapping[str, object],
    name: str,
    *,
    where: str,
    leave: bool = False,
) -> None:
    """Branch, start, and show the new run: beside the list, or in its laboratory."""
    run = summary.run

    def make() -> None:
        must_have_steps_left(summary.experiment, history, step, changes)
        with st.spinner(f"Going back to step {step:,} …"):
            made = branch(
                services.store(),
                run,
                step,
                changes,
                name=name,
                data_dir=services.settings().data_dir,
                owner=summary.meta.owner,
            )
        start(made)
        state.selected, state.notice = made.id, None
        state.asking = ("open", made.id) if leave else None

    if tried(run, where, make):
        st.rerun()


def must_have_steps_left(
    experiment: Experiment, history: History, step: int, changes: Mapping[str, object]
) -> None:
    """A branch at the end of its budget would end before it began. Raises NnlabError then."""
    assert history.started is not None, "a run that never started has no step to branch from"
    for path, value in changes.items():
        if path.removeprefix("training.") in LIMITS:
            experiment = experiment.with_set(path, value)
    training = experiment.training
    epochs = math.inf if training.epochs is None else training.epochs
    steps = math.inf if training.steps is None else training.steps
    total = min(epochs * history.started.steps_per_epoch, steps)
    if step >= total:
        raise NnlabError(
            f"A branch needs steps to make: its budget is {total:,} steps, and it would start at"
            f" step {step:,}. Start earlier, or give it a larger budget."
        )


def fitting_name(name: str, ending: str) -> str:
    """The name with an ending, as long as a name may be: the name is cut, not the ending."""
    ending = ending[: MAX_NAME - 1]
    return f"{name[: MAX_NAME - len(ending)]}{ending}"
