"""All networks of a sweep as a table: one row each."""

import math
from typing import Any

import numpy as np

from nnlab.config.sweep import Sweep
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.sweeps.history import METRICS, SweepHistory
from nnlab.training.figures import FIGURES

UNTIL_NOW = "running"
"""The status of a network that trains, or would."""
NOT_BEGUN = "waiting"
"""State of a search's trial that has not begun."""


def table(sweep: Sweep, history: SweepHistory | SearchHistory) -> dict[str, list[Any]]:
    """Columns by name, each with a value for each network in its order; None: it has none.

    `net`, each axis by its path, `status` (why it trains no further: `completed`, `early_stopped`,
    `stopped`, `diverged`; else what ended the session, or `running`), `step` and `epoch` (of a
    sweep told at the end), the newest figures, `best_val_loss`, `best_val_accuracy` and
    `best_epoch`. Figures that no network has make no column, but for `train_loss`. Of a search the
    networks are its trials, and `run` is the id of each one's run.
    """
    columns: dict[str, list[Any]]
    if isinstance(history, SearchHistory):
        columns = _trials(sweep, history)
    else:
        columns = _nets(sweep, history)
    count = len(columns["net"])
    columns["step"] = [int(step) for step in history.steps] or [0] * count
    columns["epoch"] = list(history.epochs) or [None] * count
    names = history.names
    for name in METRICS:
        if name in names or name == "train_loss":
            columns[name] = _numbers(history.figures(name), count)
    for name in FIGURES[2:]:
        if name in names:
            best = f"best_{name}"
            told = history.final(best)
            seen = history.figures(name, "best")
            columns[best] = _numbers(np.where(np.isfinite(told), told, seen), count)
    epochs = _numbers(history.final("best_epoch"), count)
    if any(epoch is not None for epoch in epochs):
        columns["best_epoch"] = [None if epoch is None else int(epoch) for epoch in epochs]
    return columns


def _nets(sweep: Sweep, history: SweepHistory) -> dict[str, list[Any]]:
    nets = sweep.nets
    axes = {axis.path: [net.values[i] for net in nets] for i, axis in enumerate(sweep.axes)}
    reasons = history.reasons or [""] * len(nets)
    status = [reason or _still(history) for reason in reasons]
    return {"net": [net.number for net in nets], **axes, "status": status}


def _trials(sweep: Sweep, history: SearchHistory) -> dict[str, list[Any]]:
    values = history.values
    axes: dict[str, list[Any]] = {
        axis.path: [own[i] if own is not None else None for own in values]
        for i, axis in enumerate(sweep.axes)
    }
    told = {"": NOT_BEGUN, UNTIL_NOW: _still(history)}
    status = [told.get(state, state) for state in history.states]
    return {"net": list(range(history.nets)), "run": history.runs, **axes, "status": status}


def _still(history: SweepHistory | SearchHistory) -> str:
    return history.ended.reason if history.ended is not None else UNTIL_NOW


def _numbers(values: Any, count: int) -> list[float | None]:
    found = [None if math.isnan(value) else value for value in values.tolist()]
    return found or [None] * count
