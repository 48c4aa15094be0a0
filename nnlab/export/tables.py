"""Tables of a run: metrics as CSV, the experiment as JSON."""

import csv
import io
import math

from nnlab.runs.record.history import AXES, METRICS, Columns, History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run

WHOLE = ("step", "epoch")


def metrics_csv(run: Run) -> str:
    """Every row of progress and of epochs, by step, and the end; what a row does not say is empty.

    Numbers are written so that reading them gives the same double. `rows` says `progress` (means
    over the steps since the last such row), `epoch` (means over the epoch) or `end` (the final
    weights over the whole training set).

    Raises:
        RunNotFoundError: the run is gone.
    """
    history = History(EventReader(run.path).read_new())
    tables = (("progress", history.progress), ("epoch", history.epochs))
    lines = [line for name, table in tables for line in _lines(name, table)]
    lines.sort(key=lambda line: line[0])
    if history.ended is not None:
        figures = [getattr(history.ended, column, None) for column in (*AXES, *METRICS)]
        cells = ["" if figure is None else repr(figure) for figure in figures]
        lines.append((history.ended.step, ["end", *cells]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["rows", *AXES, *METRICS])
    writer.writerows(line for _, line in lines)
    return text.getvalue()


def experiment_json(run: Run) -> str:
    """The experiment, which `python -m nnlab train FILE.json` takes.

    Raises:
        RunNotFoundError, RunDamagedError: as `Run.experiment` does.
    """
    return run.experiment.to_json(indent=1) + "\n"


def _lines(name: str, table: Columns) -> list[tuple[float, list[str]]]:
    columns = {column: table[column].tolist() for column in (*AXES, *METRICS)}
    return [
        (columns["step"][row], [name, *(_cell(c, values[row]) for c, values in columns.items())])
        for row in range(len(table))
    ]


def _cell(column: str, value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if column in WHOLE else repr(value)
