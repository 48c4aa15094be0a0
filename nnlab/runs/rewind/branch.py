"""A new run that goes on from a past step of another, with something changed."""

from collections.abc import Mapping
from pathlib import Path

from nnlab.config.live_fields import (
    BUDGET_FIELDS,
    LIVE_FIELDS,
    OPTIMIZER,
    apply_changes,
    is_live,
)
from nnlab.errors import NnlabError
from nnlab.runs.record.checkpoints import save_checkpoint, save_live
from nnlab.runs.record.control import ask
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run, Store
from nnlab.texts import _
from nnlab.training.state import State


def branch(  # noqa: PLR0913 - the fields of a run's record, by keyword
    store: Store,
    parent: Run,
    step: int,
    changes: Mapping[str, object],
    *,
    name: str,
    data_dir: Path,
    owner: str = "local",
    state: State | None = None,
) -> Run:
    """A run that starts from the state of `parent` after `step` steps.

    Who has that `state` already gives it, and spares its replay.

    What can be changed while a run trains (`training.optimizer.lr`, a weight) is changed at the
    branch's first step, as a control; so the branch is replayed and exported like any live
    change. The budget may be changed too. It trains once a launcher starts it.

    Raises:
        NnlabError: no such step, or a change that a branch cannot make.
        RunDamagedError: a checkpoint of the parent cannot be read.
    """
    for path in changes:
        if path not in BUDGET_FIELDS and not is_live(path):
            others = [field for field in LIVE_FIELDS if not field.startswith(OPTIMIZER)]
            raise NnlabError(
                _(
                    "{path} cannot change in the middle of a run: a branch changes the optimizer's"
                    " numbers, {others}, weights, {budget}.",
                    path=path,
                    others=", ".join(others),
                    budget=f" {_('or')} ".join(BUDGET_FIELDS),
                )
            )
    budget = {path: value for path, value in changes.items() if path in BUDGET_FIELDS}
    experiment = apply_changes(parent.experiment, budget)
    if budget and experiment.training.schedule is not None:
        raise NnlabError(
            _(
                "The schedule spreads over the whole budget: with another budget every step before"
                " the branch would have been another. Start a new run, or branch without it."
            )
        )
    state = state or state_at(parent, step, data_dir)
    run = store.create(experiment, name=name, owner=owner, parent=parent.id, parent_step=step)
    save_checkpoint(run.path, state)
    save_live(run.path, state["model"], step)
    for path, value in changes.items():
        if path not in budget:
            ask(run.path, path=path, value=value)
    return run
