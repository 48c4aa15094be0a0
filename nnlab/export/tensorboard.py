"""A run's curves as an event file of TensorBoard."""

import math
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from nnlab.runs.record.history import METRICS, History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run

Scalar = tuple[str, float, int, float]
"""Tag, value, step and seconds of training."""


def event_file(run: Run) -> bytes:
    """The scalars `progress/…`, `epoch/…` and `end/…` by step, each at the time at which it came.

    TensorBoard reads it from any directory, as long as `tfevents` stands in its name.

    Raises:
        RunNotFoundError, RunDamagedError: the run is gone, or cannot be read.
    """
    return file_of(run, _scalars(History(EventReader(run.path).read_new())))


def file_of(run: Run, scalars: Iterable[Scalar]) -> bytes:
    """An event file with these scalars of a run. Raises as `Run.meta`."""
    from torch.utils.tensorboard import SummaryWriter  # seconds, and only this export needs it

    created = run.meta.created
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(folder) as writer:
            for tag, value, step, seconds in scalars:
                writer.add_scalar(tag, value, step, created + seconds)
        return next(Path(folder).glob("*tfevents*")).read_bytes()


def _scalars(history: History) -> Iterator[Scalar]:
    for name, table in (("progress", history.progress), ("epoch", history.epochs)):
        steps, seconds = table["step"].tolist(), table["seconds"].tolist()
        for metric in METRICS:
            for step, second, value in zip(steps, seconds, table[metric].tolist(), strict=True):
                if not math.isnan(value):
                    yield f"{name}/{metric}", value, int(step), second
    for metric in METRICS:
        value = getattr(history.ended, metric, None)
        if history.ended is not None and value is not None:
            yield f"end/{metric}", value, history.ended.step, history.ended.seconds
