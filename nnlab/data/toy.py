"""Points of the plane, each with a class or a number.

circle, xor, gauss, spiral, plane and bumps follow TensorFlow Playground (`src/dataset.ts`:
classifyCircleData, classifyXORData, classifyTwoGaussData, classifySpiralData, regressPlane,
regressGaussian) with one difference: noise moves the very points that are plotted, and the label is
that of the place they came from. There, noise only changes the label.

Every function returns `x` float32 [points, 2] and `y`, int64 [points] (classes) or float32
[points, 1] (numbers).
Clean points lie in [-6, 6]²; noise may carry some beyond.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnlab.config.data import PlaneClasses, PlaneValues

Made = tuple[NDArray[np.float32], NDArray[np.generic]]
Floats = NDArray[np.float64]

BUMPS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
"""The centre (x₁, x₂) of each bump and its sign."""


def _classes(x: Floats, y: NDArray[np.generic]) -> Made:
    return x.astype(np.float32), y.astype(np.int64)


def _values(x: Floats, y: Floats) -> Made:
    return x.astype(np.float32), y.astype(np.float32)[:, None]


def _halves(points: int) -> tuple[int, int]:
    return points // 2, points - points // 2


def circle(data: PlaneClasses) -> Made:
    """Class 1 within radius U(0, 2.5), class 0 around it at U(3.5, 5). Noise: U(-5, 5) times it."""
    rng = np.random.default_rng(data.seed)
    inner, outer = _halves(data.points)
    radius = np.concatenate([rng.uniform(0, 2.5, inner), rng.uniform(3.5, 5, outer)])
    angle = rng.uniform(0, 2 * np.pi, data.points)
    x = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return _classes(x + rng.uniform(-5, 5, x.shape) * data.noise, radius <= 2.5)


def xor(data: PlaneClasses) -> Made:
    """U(-5, 5)², class 1 where x₁·x₂ ≥ 0, then 0.3 away from both axes. Noise as in `circle`."""
    rng = np.random.default_rng(data.seed)
    x = rng.uniform(-5, 5, (data.points, 2))
    x += np.where(x > 0, 0.3, -0.3)
    return _classes(x + rng.uniform(-5, 5, x.shape) * data.noise, x[:, 0] * x[:, 1] >= 0)


def gauss(data: PlaneClasses) -> Made:
    """Two normal clouds: class 1 at (2, 2), class 0 at (-2, -2).

    The variance grows in a line from 0.5 without noise to 4 at noise 0.5.
    """
    rng = np.random.default_rng(data.seed)
    ones, zeros = _halves(data.points)
    y = np.repeat([1, 0], [ones, zeros])
    spread = np.sqrt(0.5 + 7 * data.noise)
    return _classes((4 * y - 2)[:, None] + spread * rng.standard_normal((data.points, 2)), y)


def spiral(data: PlaneClasses) -> Made:
    """Two arms of N points each: r = 5i/N, t = 1.75·2πi/N, (r sin t, r cos t); class 0 turned by π.

    Noise: U(-1, 1) times it.
    """
    rng = np.random.default_rng(data.seed)
    arms = _halves(data.points)
    share = np.concatenate([np.arange(n) / n for n in arms])
    y = np.repeat([1, 0], arms)
    x = on_spiral(share, y)
    return _classes(x + rng.uniform(-1, 1, x.shape) * data.noise, y)


def on_spiral(share: Floats, y: NDArray[np.generic]) -> Floats:
    """The places [n, 2] on the arms `y` (0 or 1), at a share in [0, 1] of the way outwards."""
    angle = 1.75 * share * 2 * np.pi + np.where(y == 1, 0, np.pi)
    return 5 * share[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)


def moons(data: PlaneClasses) -> Made:
    """Two half circles (`sklearn.datasets.make_moons`), 10/3 as large and around the origin.

    Noise is scikit-learn's: the standard deviation in units of a half circle's radius. The points
    are scikit-learn's to the last bit, without the second that importing it takes.
    """
    rng = np.random.RandomState(data.seed)  # which scikit-learn draws from
    outer, inner = (np.linspace(0, np.pi, n) for n in _halves(data.points))
    across = np.concatenate([np.cos(outer), 1 - np.cos(inner)])
    up = np.concatenate([np.sin(outer), 1 - np.sin(inner) - 0.5])
    y = np.repeat([0, 1], [len(outer), len(inner)])
    order = np.arange(data.points)
    rng.shuffle(order)
    x = np.stack([across, up], axis=1)[order]
    if data.noise:
        x += rng.normal(scale=data.noise, size=x.shape)
    return _classes((x - [0.5, 0.25]) * (10 / 3), y[order])


def blobs(data: PlaneClasses) -> Made:
    """Normal clouds on a circle of radius 4, one a class (`sklearn.datasets.make_blobs`).

    Class 0 is to the right, the others follow against the clock. The standard deviation grows in a
    line from 0.4 without noise to 1.4 at noise 0.5. The points are scikit-learn's to the last bit.
    """
    rng = np.random.RandomState(data.seed)
    angle = 2 * np.pi * np.arange(data.classes) / data.classes
    centres = 4 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    counts = np.full(data.classes, data.points // data.classes)
    counts[: data.points % data.classes] += 1
    y = np.repeat(np.arange(data.classes), counts)
    spread = 0.4 + 2 * data.noise
    x = np.concatenate(
        [rng.normal(centre, spread, (n, 2)) for centre, n in zip(centres, counts, strict=True)]
    )
    order = np.arange(data.points)
    rng.shuffle(order)
    return _classes(x[order], y[order])


def plane(data: PlaneValues) -> Made:
    """U(-6, 6)², y = (x₁ + x₂) / 10. Noise: U(-6, 6) times it."""
    rng = np.random.default_rng(data.seed)
    x = rng.uniform(-6, 6, (data.points, 2))
    return _values(x + rng.uniform(-6, 6, x.shape) * data.noise, x.sum(axis=1) / 10)


def bumps(data: PlaneValues) -> Made:
    """U(-6, 6)², six cones: sign·clamp(1 - distance/2, 0, 1), the largest in size wins.

    Noise as in `plane`.
    """
    rng = np.random.default_rng(data.seed)
    x = rng.uniform(-6, 6, (data.points, 2))
    centres, signs = np.array(BUMPS)[:, :2], np.array(BUMPS)[:, 2]
    distance = np.linalg.norm(x[:, None] - centres, axis=2)
    heights = signs * np.clip(1 - distance / 2, 0, 1)
    y = heights[np.arange(data.points), np.abs(heights).argmax(axis=1)]
    return _values(x + rng.uniform(-6, 6, x.shape) * data.noise, y)


CLASS_SETS: dict[str, Callable[[PlaneClasses], Made]] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
    "moons": moons,
    "blobs": blobs,
}
VALUE_SETS: dict[str, Callable[[PlaneValues], Made]] = {"plane": plane, "bumps": bumps}
