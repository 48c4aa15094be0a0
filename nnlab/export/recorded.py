"""Exports of a recorded run: its metrics, and its newest weights."""

import csv
import io
import math

from nnlab.export.tensorboard import file_of
from nnlab.files import read_plain
from nnlab.runs.record.log import EventReader
from nnlab.runs.recorded.graph import fill
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.network import load_recorded
from nnlab.runs.recorded.record import GRAPH
from nnlab.runs.store import Run
from nnlab.training.events import Metrics

MOST_BYTES = 64 * 2**20
"""Limit for a graph."""
AXES = ("step", "epoch", "seconds")


def recorded_csv(run: Run) -> str:
    """A line for each time that metrics were written: step, epoch, seconds, then every metric.

    Numbers are written so that reading them gives the same double; a metric that was not said
    then is empty, NaN and infinities are `nan` and `inf`. A metric that is called as an axis is
    has `metric ` before its name.

    Raises:
        RunNotFoundError, RunDamagedError: the run is gone, or cannot be read.
    """
    rows = [event for event in EventReader(run.path).read_new() if isinstance(event, Metrics)]
    names = list(dict.fromkeys(name for row in rows for name in row.values))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*AXES, *(f"metric {name}" if name in AXES else name for name in names)])
    for row in rows:
        values = (row.values.get(name) for name in names)
        cells = ("" if value is None else repr(value) for value in values)
        writer.writerow([row.step, row.epoch, repr(row.seconds), *cells])
    return text.getvalue()


def recorded_event_file(run: Run) -> bytes:
    """Every metric as a scalar of TensorBoard under its own name, at the time at which it came.

    Raises:
        RunNotFoundError, RunDamagedError: the run is gone, or cannot be read.
    """
    history = RecordedHistory(EventReader(run.path).read_new())
    return file_of(
        run,
        (
            (name, value, step, seconds)
            for name, curve in history.curves.items()
            for step, seconds, value in zip(curve.steps, curve.seconds, curve.values, strict=True)
            if not math.isnan(value)
        ),
    )


def recorded_onnx(run: Run) -> bytes:
    """The network with its newest weights: `x` [batch, *inputs] to `outputs`.

    Raises:
        NnlabError: it has no graph (says why), or no weights yet.
        RunNotFoundError, RunDamagedError: as `load_recorded`.
    """
    network = load_recorded(run)  # its weights fit the graph, and its graph is harmless
    return fill(read_plain(run.path / GRAPH, MOST_BYTES), network.weights)
