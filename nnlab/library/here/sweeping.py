"""The run directory of a sweep, in which nothing is trained yet."""

from pathlib import Path

from nnlab.library.asked.sweep import NamedSweep
from nnlab.library.here.search import check_search
from nnlab.library.here.training import room_for_one
from nnlab.runs.store import MAX_NAME, Run
from nnlab.training.machine.memory import free_memory, sweep_must_fit_in_memory


def make_sweep(asked: NamedSweep, *, name: str | None, runs: Path | None) -> Run:
    """A run directory with the sweep.

    Raises:
        NnlabError: what cannot be trained at all, no room, or a name that is none; no run
            directory is made then.
    """
    if asked.sweep.search is None:
        sweep_must_fit_in_memory(asked.sweep, free_memory())
    else:
        check_search(asked.sweep)
    return room_for_one(runs).create(
        asked.sweep.experiment,
        sweep=asked.sweep,
        name=name if name is not None else asked.name[:MAX_NAME],
        recipe=asked.recipe,
    )
