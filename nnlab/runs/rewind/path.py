"""The weights of a run over time: its checkpoints, and the steps between them replayed once."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.models import build
from nnlab.models.vectors import average_names, vector, weight_names
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.training.state import State

MOMENTS = 100
"""Weight vectors of a path, about."""
MOST_WEIGHTS = 100_000
"""Limit for a network whose path is kept: 80 MB, with the checkpoints between its moments."""
MOST_SECONDS = 60.0
"""Limit for the replay: later steps are known only at their checkpoints."""


@dataclass(frozen=True)
class RunPath:
    """The path of a run's weights."""

    steps: Tensor
    """int64 [t], ascending."""
    weights: Tensor
    """float32 [t, p]: the parameters in their order, each flattened."""
    averages: Tensor
    """float32 [t, q]: the running averages of batch norm; q is 0 without it."""
    is_whole: bool
    """False: the replay came to its end of time, and from there on only checkpoints are known."""
    until: int
    """The last step that was replayed."""


def must_have_path(run: Run, experiment: Experiment) -> None:
    """Raises NnlabError where a run's path cannot be had: says why, and the mend."""
    size = _size(experiment)
    if size > MOST_WEIGHTS:
        raise NnlabError(
            _(
                "This network has {size:,} weights, and a path of weights is kept of at most"
                " {most:,}: take a run of a smaller network.",
                size=size,
                most=MOST_WEIGHTS,
            )
        )
    if not list_checkpoints(run.path):
        raise NnlabError(
            _(
                "The run {run} has no checkpoints, so nothing is known of its way: let it train"
                " on, or train its experiment again.",
                run=run.id,
            )
        )


def _checkpoint(path: Path) -> State | None:
    """Load a checkpoint; None if its writer has just thinned it out."""
    try:
        return load_checkpoint(path)
    except NnlabError:
        if path.exists():
            raise
        return None


def path_of(
    run: Run,
    last: int,
    data_dir: Path,
    *,
    on_way: Callable[[int, int], None] = lambda _done, _total: None,
    seconds: float = MOST_SECONDS,
    steps: Sequence[int] | None = None,
) -> RunPath:
    """Moments of a run from its first step to `last`, and its checkpoints between them.

    Args:
        run: of one network; it may train meanwhile.
        last: a step that it has made.
        data_dir: where data sets are kept.
        on_way: called about ten times a second with the steps replayed and those there are in all.
        seconds: of replay at most.
        steps: which moments, ascending, both ends among them; None: about a hundred, evenly spread.

    Raises:
        NnlabError: as `must_have_path`, and as `nnlab.runs.rewind.replay.state_at` does.
    """
    experiment = run.experiment
    must_have_path(run, experiment)
    network = _network(experiment)
    weights, averages = weight_names(network), average_names(network)
    first = run.meta.parent_step or 0
    wanted = moments(first, last) if steps is None else steps
    anchors = [int(path.stem) for path in list_checkpoints(run.path)]
    anchors = [step for step in anchors if first <= step <= last]
    found: dict[int, tuple[Tensor, Tensor]] = {}

    def keep(state: State) -> None:
        model = state["model"]
        found[state["step"]] = vector(weights, model), vector(averages, model)

    keep(state_at(run, wanted[0], data_dir))  # whatever the time
    until, is_whole = time.monotonic() + seconds, True
    for group in _gaps(wanted, anchors):

        def see(done: int, total: int, state: State | None, end: int = group[-1]) -> None:
            on_way(end - total + done - first, last - first)
            if state is not None:
                keep(state)
            if time.monotonic() > until:
                raise _TimeIsUpError

        try:
            keep(state_at(run, group[-1], data_dir, on_way=see, keep=frozenset(group[:-1])))
        except _TimeIsUpError:
            is_whole = False
            break
    until_step = max(found, default=first)
    for path in list_checkpoints(run.path)[:: 1 + len(anchors) // MOMENTS]:
        if first <= int(path.stem) <= last and int(path.stem) not in found:
            state = _checkpoint(path)
            if state is not None:
                keep(state)
    kept_steps = sorted(found)
    each = (torch.stack(column) for column in zip(*(found[at] for at in kept_steps), strict=True))
    return RunPath(torch.tensor(kept_steps), *each, is_whole=is_whole, until=until_step)


def moments(first: int, last: int) -> list[int]:
    """About a hundred steps, evenly spread, both ends among them."""
    # In float64: a float32 holds no odd number beyond 16,777,216.
    return (
        torch.linspace(first, last, MOMENTS, dtype=torch.float64).round().long().unique().tolist()
    )


class _TimeIsUpError(Exception):
    """The replay has taken as long as it may."""


def _gaps(wanted: Sequence[int], anchors: Sequence[int]) -> list[list[int]]:
    """The wanted steps, those together that are replayed from the same anchor."""
    gaps: dict[int, list[int]] = {}
    for step in wanted:
        before = sum(anchor <= step for anchor in anchors)
        gaps.setdefault(before, []).append(step)
    return list(gaps.values())


def _network(experiment: Experiment) -> torch.nn.Sequential:
    return build(experiment.model, describe(experiment.data).input_shape)


def _size(experiment: Experiment) -> int:
    return sum(parameter.numel() for parameter in _network(experiment).parameters())
