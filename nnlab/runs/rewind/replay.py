"""Any past step of a run: the nearest checkpoint before it, and the steps since then once more."""

from collections.abc import Callable, Sequence
from pathlib import Path

from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.repeated import RepeatedChanges
from nnlab.runs.store import Run
from nnlab.runs.sweeps.single import must_be_one
from nnlab.texts import _
from nnlab.training.controls import Control, Controls, EndRun
from nnlab.training.events import ControlApplied
from nnlab.training.fit import fit
from nnlab.training.state import State

KEEP = "keep"
EVENLY, CLOSE = 16, 64
"""A long replay gives so many states on its way, and one so many steps before its end: whoever
then goes back one by one needs no long replay again."""


class _Recorded(Controls):
    """The changes made while the run trained, at the very steps at which they were made."""

    def __init__(
        self, applied: Sequence[ControlApplied], until: int, keep: frozenset[int] = frozenset()
    ) -> None:
        """Repeat these controls; at the steps `keep` report by a control that changes nothing."""
        self._changes = RepeatedChanges(applied)
        self._until = until
        self._keep = set(keep)

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """The changes due at this step; ends the replay at its last."""
        if step >= self._until:
            raise EndRun("stopped")
        kept = []
        if step in self._keep:  # before anything is changed there, as the state of a step is
            self._keep.remove(step)
            kept = [Control(id=KEEP, at=0, do="checkpoint")]
        return kept + self._changes.due(step)


def state_at(
    run: Run,
    step: int,
    data_dir: Path,
    *,
    also: Sequence[Path] = (),
    on_way: Callable[[int, int, State | None], None] | None = None,
    keep: frozenset[int] | None = None,
) -> State:
    """The full state of a run after `step` steps, bit for bit as it was.

    Args:
        run: it may train meanwhile.
        step: from its first to its newest.
        data_dir: where data sets are kept.
        also: states of earlier replays that it may begin from, beside the run's own checkpoints;
            named by their step as these are.
        on_way: called about ten times a second with the steps replayed and those there are in
            all; and with states of steps on the way that are worth keeping, None in between.
        keep: the steps whose states `on_way` gets; None: some that are worth keeping.

    Raises:
        NnlabError: the run has no such step: it has not come so far, or branched off later; or it
            is of many networks.
        RunDamagedError: the checkpoint that is needed cannot be read.
        DataUnavailableError: the run's data are not here.
    """
    must_be_one(run)
    history = History(EventReader(run.path).read_new())
    must_have(run, history, step)
    started = history.started
    assert started is not None, "checked above"
    earlier = [path for path in [*also, *list_checkpoints(run.path)] if int(path.stem) <= step]
    nearest = max(earlier, key=lambda path: int(path.stem), default=None)
    state = load_checkpoint(nearest) if nearest is not None else None
    if state is not None and state["step"] == step:
        return state
    experiment = run.experiment.with_set("training.threads", started.threads)
    splits = load(experiment.data, data_dir)
    device = "cpu" if started.device == "cpu" else "auto"
    base = state["step"] if state is not None else 0
    if keep is None:
        keep = frozenset() if on_way is None else _worth_keeping(base, step)
    recorded = _Recorded(history.controls, step, keep)
    while True:
        replay = fit(experiment, splits, state, recorded, device=device)
        begun = replay.step
        for event in replay:
            if on_way is not None:
                kept = event.type == "control_applied" and event.id == KEEP
                on_way(replay.step - base, step - base, replay.snapshot() if kept else None)
        state = replay.snapshot()
        if replay.step in (step, begun):
            return state
        # It stopped on the way, at a loss that was asked for, and was resumed from there.


def must_have(run: Run, history: History, step: int) -> None:
    """Raises NnlabError where the run has not made this step, or made it as another run."""
    first = run.meta.parent_step or 0
    if not first <= step <= history.step or history.started is None:
        raise NnlabError(
            _(
                "The run {run} has the steps {first:,} to {last:,}: step {step:,} is not among"
                " them.",
                run=run.id,
                first=first,
                last=history.step,
                step=step,
            )
        )


def _worth_keeping(base: int, step: int) -> frozenset[int]:
    evenly = {base + (step - base) * i // EVENLY for i in range(1, EVENLY)}
    return frozenset(one for one in {*evenly, step - CLOSE} if base < one < step)
