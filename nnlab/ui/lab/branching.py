"""Branches: made, named and started in one place."""

import math
from collections.abc import Mapping
from typing import Any

from nnlab.config import Experiment
from nnlab.config.live_fields import BUDGET_FIELDS, apply_changes
from nnlab.errors import NnlabError
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.branch import branch
from nnlab.runs.rewind.names import branch_name
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.training.state import State
from nnlab.ui import doors, services
from nnlab.ui.lab.pace import chosen_pace
from nnlab.ui.lab.run_commands import start_new
from nnlab.ui.runtime.cache import kept
from nnlab.ui.visitors import owner


def make_branch(
    run: Run,
    history: History,
    step: int,
    changes: Mapping[str, object],
    *,
    name: str | None = None,
    state: State | None = None,
) -> Run:
    """A run that goes on from a step of another, with something changed; handed to a worker.

    Args:
        run: where it branches from.
        history: of that run.
        step: after which it branches.
        changes: by path, as `nnlab.runs.rewind.branch` takes them.
        name: without it, the run's own with the step and the changes.
        state: of the step, by who has it already.

    Raises:
        NnlabError: no such step, a change that cannot be made, or no steps left to make.
    """
    doors.must_see(run)
    _must_have_steps_left(run.experiment, history, step, changes)
    doors.make_room()
    made = branch(
        doors.store(),
        run,
        step,
        changes,
        name=name or branch_name(run.meta.name, step, changes),
        data_dir=services.settings().data_dir,
        owner=owner(),
        state=state,
    )
    if pace := chosen_pace(made.experiment):
        doors.tell(made, pace=pace)
    start_new(made)
    return made


def _must_have_steps_left(
    experiment: Experiment, history: History, step: int, changes: Mapping[str, object]
) -> None:
    """A branch at the end of its budget would end before it began. Raises NnlabError then."""
    assert history.started is not None, "a run that never started has no step to branch from"
    budget = {path: value for path, value in changes.items() if path in BUDGET_FIELDS}
    training = apply_changes(experiment, budget).training
    epochs = math.inf if training.epochs is None else training.epochs
    steps = math.inf if training.steps is None else training.steps
    total = min(epochs * history.started.steps_per_epoch, steps)
    if step >= total:
        raise NnlabError(
            _(
                "A branch needs steps to make: its budget is {total:,} steps, and it would start at"
                " step {step:,}. Start earlier, or give it a larger budget.",
                total=total,
                step=step,
            )
        )


def effective(run: Run, history: History, step: int) -> Experiment:
    """The experiment as it held at a step, with what was changed live until then.

    Raises:
        RunDamagedError: the first checkpoint of a branch cannot be read.
    """
    changes = dict(_at_first(run)) if run.meta.parent is not None else {}
    for control in history.controls:
        if control.set is not None and control.error is None and control.step <= step:
            changes[str(control.set["path"])] = control.set["value"]
    return apply_changes(run.experiment, changes)


@kept
def _at_first(run: Run) -> Mapping[str, Any]:
    """Return the live changes made before a branch began; its first checkpoint holds them."""
    kept = list_checkpoints(run.path)
    return load_checkpoint(kept[0])["settings"] if kept else {}
