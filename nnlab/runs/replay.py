"""Any past step of a run: the nearest checkpoint before it, and the steps since then once more."""

from collections.abc import Sequence
from pathlib import Path

from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.runs.checkpoints import list_checkpoints, load_checkpoint
from nnlab.runs.history import History
from nnlab.runs.log import EventReader
from nnlab.runs.store import Run
from nnlab.training import Control, EndRun, Set, State, fit
from nnlab.training.events import ControlApplied


class _Recorded:
    """The changes made while the run trained, at the very steps at which they were made."""

    def __init__(self, applied: Sequence[ControlApplied], until: int) -> None:
        self._waiting = [one for one in applied if one.set is not None and one.error is None]
        self._until = until

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """The changes due at this step; ends the replay at its last."""
        if step >= self._until:
            raise EndRun("stopped")
        due = [one for one in self._waiting if one.step == step]
        self._waiting = [one for one in self._waiting if one.step > step]
        return [Control(id=one.id, at=0, set=Set.model_validate(one.set)) for one in due]


def state_at(run: Run, step: int, data_dir: Path) -> State:
    """The full state of a run after `step` steps, bit for bit as it was.

    Raises:
        NnlabError: the run has no such step: it has not come so far, or branched off later.
        RunDamagedError: the checkpoint that is needed cannot be read.
        DataUnavailableError: the run's data are not here.
    """
    history = History(EventReader(run.path).read_new())
    first = run.meta.parent_step or 0
    if not first <= step <= history.step or history.started is None:
        raise NnlabError(
            f"The run {run.id} has the steps {first:,} to {history.step:,}: step {step:,} is not"
            " among them."
        )
    earlier = [path for path in list_checkpoints(run.path) if int(path.stem) <= step]
    state = load_checkpoint(earlier[-1]) if earlier else None
    if state is not None and state["step"] == step:
        return state
    experiment = run.experiment.with_set("training.threads", history.started.threads)
    splits = load(experiment.data, data_dir)
    device = "cpu" if history.started.device == "cpu" else "auto"
    replay = fit(experiment, splits, state, _Recorded(history.controls, step), device=device)
    for _ in replay:
        pass
    return replay.snapshot()
