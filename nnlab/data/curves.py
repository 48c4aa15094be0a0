"""Points of a curve, and points that a person placed."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnlab.config.data import Curve, Points
from nnlab.errors import NnlabError
from nnlab.texts import _

Floats = NDArray[np.float64]

FORMULAS: dict[str, Callable[[Floats], Floats]] = {
    "quadratic": np.square,
    "parabola": lambda x: x * x + 3 * x - 2,
    "xsinx": lambda x: x * np.sin(x),
    "stairs": np.floor,
}
"""y = x², x² + 3x - 2, x·sin x, and the whole number at or below x."""

LARGEST = 1e18


def curve(data: Curve) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`points` points evenly spread over [low, high], both ends among them.

    Noise moves y alone, by U(-1, 1) · noise · (max y - min y) + U(0, 1) · noise_above. Both are
    float32 [points, 1].

    Raises:
        NnlabError: y is too large for a float32 in this range.
    """
    rng = np.random.default_rng(data.seed)
    with np.errstate(over="ignore", invalid="ignore"):
        x = np.linspace(data.low, data.high, data.points)
        y = FORMULAS[data.kind](x)
        y = y + rng.uniform(-1, 1, y.shape) * data.noise * np.ptp(y)
        if data.noise_above:
            y = y + rng.uniform(0, 1, y.shape) * data.noise_above
    _must_fit(x, _("x from low={low:g} to high={high:g}", low=data.low, high=data.high))
    _must_fit(
        y,
        _(
            "y of '{kind}' from low={low:g} to high={high:g}",
            kind=data.kind,
            low=data.low,
            high=data.high,
        ),
    )
    return x.astype(np.float32)[:, None], y.astype(np.float32)[:, None]


def own_points(data: Points) -> tuple[NDArray[np.float32], NDArray[np.generic]]:
    """The rows as they stand: x float32 [n, inputs]; y int64 [n] classes, or float32 [n, 1].

    Raises:
        NnlabError: a number is too large for a float32.
    """
    rows = np.array(data.rows, np.float64)
    _must_fit(rows, _("The rows"))
    x, y = rows[:, :-1].astype(np.float32), rows[:, -1]
    if data.task == "classification":
        return x, y.astype(np.int64)
    return x, y.astype(np.float32)[:, None]


def _must_fit(values: Floats, what: str) -> None:
    largest = np.abs(values).max()
    if not largest <= LARGEST:
        raise NnlabError(
            _(
                "{what} must stay within ±{largest:g} (beyond, squares leave the range of float32),"
                " got up to {received:g}. Choose smaller numbers.",
                what=what,
                largest=LARGEST,
                received=largest,
            )
        )
