"""The curves of a run as an exported page draws them."""

from typing import Any

import numpy as np

from nnlab.figures.curves import thin
from nnlab.runs.record.history import History

POINTS = 300
"""Limit for the points of a curve."""


def curves_of(history: History) -> dict[str, Any]:
    """Loss, and accuracy where the run has one: `{"loss": {"train": [steps, values], "val": …}}`.

    What is not finite is None.
    """
    found = {}
    for what in ("loss", "accuracy"):
        parts = {part: thinned(*history.curve(f"{part}_{what}")) for part in ("train", "val")}
        if any(steps for steps, _values in parts.values()):
            found[what] = parts
    return found


def thinned(steps: np.ndarray, values: np.ndarray) -> tuple[list[int], list[float | None]]:
    """Return at most 300 points of a curve; None for a value that is not finite."""
    steps, values = thin(steps, values, POINTS)
    return (
        [round(float(step)) for step in steps],
        [float(f"{value:.5g}") if np.isfinite(value) else None for value in values],
    )
