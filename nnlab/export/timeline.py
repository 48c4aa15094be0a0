"""The history of a run's weights since the first step, its parents included.

A run may have been resumed from an earlier checkpoint, and may have branched from another run. What
was changed beyond the checkpoint that it went on from is no part of its past.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from nnlab.config import Experiment
from nnlab.config.live_fields import WEIGHTS
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run
from nnlab.runs.sweeps.single import must_be_one
from nnlab.texts import _
from nnlab.training.events import CheckpointSaved, ControlApplied, Event, FitEnded, FitStarted
from nnlab.training.state import State


@dataclass(frozen=True)
class Change:
    """A field of the experiment, or a weight, that got another value before step `step + 1`."""

    step: int
    path: str
    value: Any


@dataclass(frozen=True)
class Phase:
    """The part of the history in one run, from its first step to its last or to the branch."""

    run: Run
    name: str
    experiment: Experiment
    started: FitStarted
    first_step: int
    last_step: int
    changes: tuple[Change, ...]

    @property
    def device(self) -> str:
        """`cpu`, `cuda` or `mps`, as `Tensor.to` takes it."""
        name = self.started.device
        return name if name in ("cpu", "mps") else "cuda"


@dataclass(frozen=True)
class Timeline:
    """The phases from the run that began with step 0 to the one that is exported."""

    phases: tuple[Phase, ...]
    train_loss: float | None
    """The loss of `fit_ended`, over the whole training set; None if the run has not ended so."""
    reason: str | None
    """Why the run has ended; None where it has not."""


def read_timeline(run: Run) -> Timeline:
    """The past of a run, from its own files and its parents'.

    Raises:
        NnlabError: it has not trained yet, or began with weights from a file.
        RunNotFoundError: a run that it descends from was deleted.
        RunDamagedError: a file cannot be read.
    """
    must_be_one(run)
    phases: list[Phase] = []
    events = EventReader(run.path).read_new()
    last = events[-1] if events else None
    until: int | None = None
    child: Run | None = None
    here: Run | None = run
    while here is not None:
        meta = here.meta
        # A trial of a search has a parent, too, and began with the first step all the same.
        is_branch = meta.parent is not None and meta.parent_step is not None
        parent = _parent(here, meta.parent) if is_branch and meta.parent else None
        if parent is not None and parent.sweep is not None:
            # A network of a sweep has its own numbers from the first step on, and no live changes.
            phases.append(replace(_phase(here, until, child), first_step=0))
            break
        phases.append(_phase(here, until, child))
        child, here, until = here, parent, meta.parent_step
    ended = last if isinstance(last, FitEnded) else None
    return Timeline(
        phases=tuple(reversed(phases)),
        train_loss=ended.train_loss if ended else None,
        reason=ended.reason if ended else None,
    )


def _parent(run: Run, parent: str) -> Run:
    found = Run(run.path.parent / parent)
    if not found.path.is_dir():
        raise RunNotFoundError(
            _(
                "The run {run} branched from {parent}, which was deleted: without it the steps"
                " before the branch cannot be repeated. Export the weights instead.",
                run=run.id,
                parent=parent,
            )
        )
    return found


def _phase(run: Run, until: int | None, child: Run | None) -> Phase:
    meta = run.meta
    first = meta.parent_step or 0
    events = EventReader(run.path).read_new()
    started = [event for event in events if isinstance(event, FitStarted)]
    if not started:
        raise NnlabError(_("The run {run} has not trained yet: let it train first.", run=run.id))
    if meta.parent is None and isinstance(events[0], CheckpointSaved):
        raise NnlabError(
            _(
                "The run {run} began with weights from a file, which no seed draws again: export"
                " the weights themselves.",
                run=run.id,
            )
        )
    changes = _changes(events, first)
    if until is None:
        last = [event.step for event in events if not isinstance(event, CheckpointSaved)][-1]
    else:
        last = until
        changes = _that_child_holds(changes, until, child)
    return Phase(run, meta.name, run.experiment, started[-1], first, last, tuple(changes))


def _changes(events: Sequence[Event], first_step: int) -> list[Change]:
    """Return the changes of the newest session: a resumed one forgets those after its checkpoint.

    A checkpoint holds the changes that stand before it in the log.
    """
    changes: list[Change] = []
    held = {first_step: 0}
    for event in events:
        match event:
            case CheckpointSaved(best=False):
                held[event.step] = len(changes)
            case FitStarted():
                # A crash may have taken the line of a checkpoint, but then nothing came after it.
                del changes[held.get(event.step, len(changes)) :]
                held = {step: count for step, count in held.items() if step <= event.step}
            case ControlApplied(set={"path": str(path), "value": value}, error=None):
                changes.append(Change(event.step, path, value))
            case _:
                pass
    return changes


def _that_child_holds(changes: list[Change], step: int, child: Run | None) -> list[Change]:
    """Return the changes without those of the branch's step made after its state was taken."""
    before = [change for change in changes if change.step < step]
    at_branch = [change for change in changes if change.step == step]
    if not at_branch or child is None:
        return before
    state = _first_state(child.path)
    kept = [index for index, change in enumerate(at_branch) if _holds(state, change)]
    return [*before, *at_branch[: kept[-1] + 1]] if kept else before


def _first_state(run: Path) -> State:
    checkpoints = list_checkpoints(run)
    if not checkpoints:
        raise NnlabError(
            _(
                "The run {run} has no checkpoints left: what it began with is not known.",
                run=run.name,
            )
        )
    return load_checkpoint(checkpoints[0])


def _holds(state: State, change: Change) -> bool:
    if not change.path.startswith(WEIGHTS):
        return state["settings"].get(change.path) == change.value
    name, indices = split_address(change.path)
    value = state["model"][name][indices]
    return bool(value == torch.tensor(change.value, dtype=value.dtype))


def split_address(path: str) -> tuple[str, tuple[int, ...]]:
    """`weights.2.query.weight.3.1` as ("2.query.weight", (3, 1)): a name ends in a word."""
    parts = path.removeprefix(WEIGHTS).split(".")
    words = max(at for at, part in enumerate(parts, start=1) if not part.isdecimal())
    return ".".join(parts[:words]), tuple(int(part) for part in parts[words:])
