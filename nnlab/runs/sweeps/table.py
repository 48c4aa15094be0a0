"""All networks of a sweep as a table: one row each."""

import math
from typing import Any

import numpy as np

from nnlab.config.sweep import Sweep
from nnlab.runs.sweeps.history import CURVES, METRICS, SweepHistory

UNTIL_NOW = "running"
"""The status of a network that trains, or would."""


def table(sweep: Sweep, history: SweepHistory) -> dict[str, list[Any]]:
    """Columns by name, each with a value for each network in its order; None: it has none.

    `net`, each axis by its path, `status` (why it trains no further: `completed`, `early_stopped`,
    `stopped`, `diverged`; else what ended the sitting, or `running`), `step` and `epoch` (told at
    the end), the newest figures, `best_val_loss`, `best_val_accuracy` and `best_epoch`. Figures
    that no network has make no column, but for `train_loss`.
    """
    nets = sweep.nets[: history.nets or None]
    count = len(nets)
    still = history.ended.reason if history.ended is not None else UNTIL_NOW
    columns: dict[str, list[Any]] = {"net": [net.number for net in nets]}
    for place, axis in enumerate(sweep.axes):
        columns[axis.path] = [net.values[place] for net in nets]
    columns["status"] = [reason or still for reason in history.reasons] or [""] * count
    columns["step"] = [int(step) for step in history.steps] or [0] * count
    columns["epoch"] = history.epochs or [None] * count
    names = history.names
    for name in METRICS:
        if name in names or name == "train_loss":
            columns[name] = _numbers(history.figures(name), count)
    for name in CURVES[2:]:
        if name in names:
            best = f"best_{name}"
            told = history.final(best)
            seen = history.figures(name, "best")
            columns[best] = _numbers(np.where(np.isfinite(told), told, seen), count)
    epochs = _numbers(history.final("best_epoch"), count)
    if any(epoch is not None for epoch in epochs):
        columns["best_epoch"] = [None if epoch is None else int(epoch) for epoch in epochs]
    return columns


def _numbers(values: Any, count: int) -> list[float | None]:
    found = [None if math.isnan(value) else value for value in values.tolist()]
    return found or [None] * count
