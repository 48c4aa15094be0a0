"""All data that a run and its trials may train on: an axis of a search may open the test set."""

import contextlib
from collections.abc import Iterator
from itertools import product

from nnlab.classroom.challenge.challenge import Challenge
from nnlab.config import Data, Images
from nnlab.config.axis_values import Value
from nnlab.config.data import opens_test
from nnlab.config.sweep import Sweep
from nnlab.errors import NnlabError
from nnlab.runs.record.status import ALIVE
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import Launcher


def data_trained_on(run: Run) -> Iterator[Data]:
    """The run's own data, and those of every trial whose kind or test set an axis changes.

    Raises:
        NnlabError: as `Run.experiment` and `Run.sweep`.
    """
    data, sweep = run.experiment.data, run.sweep
    yield data
    if sweep is None or not isinstance(data, Images):
        return
    kinds = _values(sweep, "data.kind", data.kind)
    tests = _values(sweep, "data.test", opens_test(data))
    for kind, test in product(kinds, tests):
        # Not validated on purpose: a value that is none fails as a trial, and opens nothing.
        yield data.model_copy(update={"kind": kind, "test": test})


def pause_those_that_peek(
    challenge: Challenge, students: set[str], store: Store, launcher: Launcher
) -> None:
    """Pause the runs that would open the test pictures of a new challenge, and keep them paused."""
    for summary in store.summaries(launcher.pending()):
        if summary.meta.owner not in students or summary.status not in ALIVE:
            continue
        with contextlib.suppress(NnlabError):  # it was deleted just now
            found = data_trained_on(summary.run)
            if any(challenge.has_test_part_of(d) and opens_test(d) != "sealed" for d in found):
                launcher.ask(summary.run, "pause")


def _values(sweep: Sweep, path: str, own: str) -> set[Value]:
    axes = zip(sweep.axes, sweep.points, strict=True)
    return {own, *(value for axis, values in axes if axis.path.strip() == path for value in values)}
