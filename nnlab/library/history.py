"""The recorded history of a run, as a table."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from nnlab.runs.record.history import METRICS, History

Curve = tuple[np.ndarray, np.ndarray]


def history_table(history: History) -> pd.DataFrame:
    """A row for each step of which something was told, ascending; `step` is the index.

    Columns: `epoch`, `seconds`, then each metric that was told at all, as the charts of the lab
    show it; NaN where a step has none.
    """
    table = joined((name, history.curve(name)) for name in METRICS)
    moments = pd.concat(
        [
            pd.DataFrame({name: rows[name] for name in ("step", "epoch", "seconds")})
            for rows in (history.progress, history.epochs)
        ]
    ).drop_duplicates("step")
    moments = moments.set_index(moments.pop("step").astype(int)).sort_index()
    whole = moments.astype({"epoch": int}).join(table, how="right")
    return whole.astype({"epoch": int})


def joined(curves: Iterable[tuple[str, Curve]]) -> pd.DataFrame:
    """Curves by name, each with steps [n] and values [n], over the steps of all of them.

    What was told several times at a step, as a validation between two steps, stands as it was last.
    """
    columns = {}
    for name, (steps, values) in curves:
        column = pd.Series(values, index=pd.Index(steps.astype(int), name="step"))
        if len(column):
            columns[name] = column[~column.index.duplicated(keep="last")]
    table = pd.DataFrame(columns, index=None if columns else pd.Index([], dtype=int))
    return table.rename_axis(index="step").sort_index()
