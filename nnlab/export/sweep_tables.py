"""A sweep as a table of its networks: CSV, and Parquet for what reads large tables."""

import csv
import io
import json
from typing import Any

from nnlab.errors import NnlabError
from nnlab.runs.record.log import EventReader
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.runs.sweeps.single import must_be_of
from nnlab.runs.sweeps.table import table
from nnlab.texts import _


def nets_csv(run: Run) -> str:
    """A line for each network: `net`, its value on each axis, and its figures.

    Numbers are written so that reading them gives the same double: `train_loss` is to the last
    digit what the network's own script prints. What a network has not is empty.

    Raises:
        NnlabError: the sweep has not trained yet.
        RunNotFoundError, RunDamagedError: as `Run.sweep` does.
    """
    columns = _columns(run)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in zip(*columns.values(), strict=True))
    return text.getvalue()


def nets_parquet(run: Run) -> bytes:
    """The same table in Parquet, with numbers as numbers. Raises as `nets_csv`."""
    import pyarrow  # half a second, for this alone
    import pyarrow.parquet

    arrays = {}
    for name, values in _columns(run).items():
        try:
            arrays[name] = pyarrow.array(values)
        except pyarrow.ArrowInvalid:  # values of several kinds, as null and words
            arrays[name] = pyarrow.array([_cell(value) for value in values])
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(arrays), sink)
    return sink.getvalue()


def sweep_json(run: Run) -> str:
    """The sweep, which `python -m nnlab sweep FILE.json` takes. Raises as `Run.sweep`."""
    sweep = run.sweep
    assert sweep is not None, "asked of sweeps alone"
    return sweep.to_json(indent=1) + "\n"


def _columns(run: Run) -> dict[str, list[Any]]:
    sweep = run.sweep
    assert sweep is not None, "asked of sweeps alone"
    events = EventReader(run.path).read_new()
    history = SweepHistory(events) if sweep.search is None else SearchHistory(events)
    if history.started is None:
        raise NnlabError(_("The run {run} has not trained yet: let it train first.", run=run.id))
    must_be_of(run, sweep, history)
    return table(sweep, history)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
