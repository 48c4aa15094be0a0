"""The figures of a sweep at rest, as far as a page carries them."""

from collections.abc import Sequence
from typing import Any, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from nnlab.config.data import task_of
from nnlab.config.sweep import Sweep
from nnlab.data.registry import sizes
from nnlab.runs.sweeps.ranked import Of

METRICS = ("val_loss", "train_loss", "val_accuracy", "train_accuracy")
CURVE_NUMBERS = 60_000
"""Limit for each metric at rest: the more networks, the fewer moments of each."""


class Figures(Protocol):
    """The interface of `SweepHistory` and `SearchHistory` (nnlab/runs) that is used here."""

    step: int

    @property
    def names(self) -> Sequence[str]:
        """The metrics that there are."""
        ...

    @property
    def steps(self) -> Sequence[int] | NDArray[Any]:
        """[N]: optimizer updates of each."""
        ...

    @property
    def reasons(self) -> Sequence[str]:
        """[N]: "" trains."""
        ...

    def figures(self, metric: str, of: Of) -> NDArray[np.float64]:
        """[N], NaN where there is none."""
        ...

    def curve(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Steps [k], and values [k, N]."""
        ...


def metrics_of(sweep: Sweep, history: Figures | None) -> tuple[str, ...]:
    """Return the metrics with figures; before any of the ranking one, all that are to come."""
    data = sweep.experiment.data
    is_classes, validates = task_of(data) == "classification", sizes(data)[1] > 0
    usual = tuple(
        name
        for name in METRICS
        if (is_classes or name.endswith("loss")) and (validates or not name.startswith("val"))
    )
    told = tuple(name for name in METRICS if history is not None and name in history.names)
    return told if usual[0] in told else usual


def best_of(history: Figures | None, metric: str) -> tuple[int, ...]:
    """The net with the best figure, which is shown large where none is picked; () without one."""
    if history is None or metric not in history.names:
        return ()
    figures = history.figures(metric, "last")
    known = np.flatnonzero(np.isfinite(figures))
    if not len(known):
        return ()
    worth = figures[known] * (1 if metric.endswith("loss") else -1)
    return (int(known[np.argmin(worth)]),)


def figures_of(history: Figures, nets: int) -> dict[str, Any]:
    """The fields of a `SweepScene` that its history fills; none where it tells of other nets."""
    names = [name for name in METRICS if name in history.names]
    if len(history.steps) != nets or not names:
        return {}
    return {
        "step": int(history.step),
        "steps": tuple(int(step) for step in history.steps),
        "reasons": tuple(history.reasons),
        "figures": {name: {of: history.figures(name, of) for of in get_args(Of)} for name in names},
        "curves": {name: _thinned(*history.curve(name), nets) for name in names},
    }


def _thinned(
    steps: NDArray[np.float64], values: NDArray[np.float64], nets: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return at most CURVE_NUMBERS numbers at even steps, with the last moment."""
    most = max(20, CURVE_NUMBERS // max(1, nets))
    every = max(1, -(-len(steps) // most))
    kept = slice((len(steps) - 1) % every, None, every)
    return steps[kept], values[kept]
