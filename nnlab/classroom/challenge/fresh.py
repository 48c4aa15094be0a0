"""Points of a data set that nobody has: drawn anew from its distribution, by a secret.

Most kinds are drawn by the very function that makes the training points, with a seed that no
experiment can have. Spiral, moons and the curves put their points on an even grid, where a fresh
draw would meet the training points; theirs fall anywhere between.
"""

import numpy as np
from numpy.typing import NDArray

from nnlab.classroom.challenge.challenge import Secret
from nnlab.config import Curve, PlaneClasses, PlaneValues
from nnlab.data.curves import FORMULAS
from nnlab.data.toy import CLASS_SETS, VALUE_SETS, Made, on_spiral

Drawn = PlaneClasses | PlaneValues | Curve
"""Data that have a distribution to draw from."""


def fresh(data: Drawn, secret: Secret, points: int) -> Made:
    """Draw `points` points of the data's distribution, with its noise.

    Returns:
        x float32 [points, 2], of a curve [points, 1]; y int64 [points] (classes), or float32
        [points, 1] (numbers).
    """
    if isinstance(data, Curve):
        return _curve(data, secret, points)
    if data.kind == "spiral":
        return _spiral(data, secret, points)
    if data.kind == "moons":
        return _moons(data, secret, points)
    # Not validated on purpose: a longer seed than an experiment's, and as many points as wanted.
    drawn = data.model_copy(update={"seed": secret, "points": points})
    if isinstance(drawn, PlaneClasses):
        return CLASS_SETS[drawn.kind](drawn)
    return VALUE_SETS[drawn.kind](drawn)


def _spiral(data: Drawn, secret: Secret, points: int) -> Made:
    rng = np.random.default_rng(secret)
    y = rng.permutation(np.arange(points) % 2)
    x = on_spiral(rng.uniform(0, 1, points), y)
    return _classes(x + rng.uniform(-1, 1, x.shape) * data.noise, y)


def _moons(data: Drawn, secret: Secret, points: int) -> Made:
    """Draw points as `nnlab.data.toy.moons`, at any angle of the half circles."""
    rng = np.random.default_rng(secret)
    y = rng.permutation(np.arange(points) % 2)
    angle = rng.uniform(0, np.pi, points)
    across = np.where(y == 0, np.cos(angle), 1 - np.cos(angle))
    up = np.where(y == 0, np.sin(angle), 0.5 - np.sin(angle))
    x = np.stack([across, up], axis=1) + rng.normal(size=(points, 2)) * data.noise
    return _classes((x - [0.5, 0.25]) * (10 / 3), y)


def _curve(data: Curve, secret: Secret, points: int) -> Made:
    """Draw points as `nnlab.data.curves.curve`, at any x of the range."""
    rng = np.random.default_rng(secret)
    formula = FORMULAS[data.kind]
    x = rng.uniform(data.low, data.high, points)
    height = np.ptp(formula(np.linspace(data.low, data.high, data.points)))
    y = formula(x) + rng.uniform(-1, 1, points) * data.noise * height
    y = y + rng.uniform(0, 1, points) * data.noise_above
    return x.astype(np.float32)[:, None], y.astype(np.float32)[:, None]


def _classes(x: NDArray[np.float64], y: NDArray[np.generic]) -> Made:
    return x.astype(np.float32), y.astype(np.int64)
