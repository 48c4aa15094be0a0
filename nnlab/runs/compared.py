"""A run's figures beside those that were reported."""

import numpy as np

from nnlab.recipes import Compared
from nnlab.runs.record.history import History


def value_of(line: Compared, history: History) -> float | None:
    """The figure that a finished run of a recipe has for a line of its table.

    None where it has none, or where the line is about the recipe with something changed.
    """
    if line.metric is None or line.changes:
        return None
    if line.at == "end":
        value = getattr(history.ended, line.metric, None)
        return None if value is None else float(value)
    values = history.epochs[line.metric]
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    if line.at == "best":
        return float(values.max() if "accuracy" in line.metric else values.min())
    return float(values[0] if line.at == "first" else values[-1])
