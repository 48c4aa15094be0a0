"""Synthesis of many hands' strokes from a template: blended, jittered, bent, slanted, trembling."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nnlab.data.strokes.forms import Form

POINTS = 24
"""Points of a curve between two corners."""

Strokes = list[NDArray[np.float64]]
"""One array [n, points, 2] a stroke, x to the right and y down: n drawings of one form."""


@dataclass(frozen=True)
class Habits:
    """How far hands stray from a template: standard deviations where nothing else is said."""

    jitter: float = 3.2
    """Spread of a control point, in hundredths of the height."""
    ends: float = 5.0
    """Spread of a stroke's first and last point: where a pen lands and leaves varies more."""
    apart: float = 2.5
    """Distance by which the strokes of one digit miss each other, or overlap."""
    care: float = 0.0
    """Spread of the logarithm of a hand's care: how much more or less than others it strays."""
    halves: float = 0.10
    """Spread of the ratio of upper to lower half, and of left to right half."""
    wave: float = 2.2
    width: float = 0.18
    """Spread of the logarithm of the width."""
    lean: float = 0.2
    most_lean: float = 0.6
    turn: float = 5.0
    """Degrees."""
    taper: float = 0.0
    """Spread of how much wider the top is than the bottom."""
    tremor: float = 0.6
    hooks: float = 0.0
    """The share of ends that a stroke comes to, or leaves, by a small hook."""


def write(
    form: Form, count: int, rng: np.random.Generator, habits: Habits | None = None
) -> Strokes:
    """`count` drawings of a form, each by another hand, in hundredths of its height."""
    habits = habits or Habits()
    care = np.exp(rng.normal(0, habits.care, (count, 1, 1))) if habits.care else 1.0
    one, other = form.strokes, form.other or form.strokes
    blend = rng.uniform(-0.15, 1.15, (count, 1, 1))
    strokes = []
    for first, second in zip(one, other, strict=True):
        basis, here, there = _curve(first, second)
        points = here + blend * (there - here)
        spread = np.full((len(here), 1), habits.jitter)
        spread[[0, -1]] = habits.ends
        points = points + care * spread * rng.standard_normal(points.shape)
        strokes.append(basis @ points)
    if len(strokes) > 1:
        apart = habits.apart
        strokes[1:] = [each + care * rng.normal(0, apart, (count, 1, 2)) for each in strokes[1:]]
    if habits.hooks:
        strokes = [_hooked(_hooked(each, habits, rng)[:, ::-1], habits, rng) for each in strokes]
    return _bent(strokes, count, rng, habits)


def _hooked(
    stroke: NDArray[np.float64], habits: Habits, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Add a small hook, sharp or round, to the ends of some strokes [n, points, 2]."""
    count = len(stroke)
    way = stroke[:, -1] - stroke[:, -min(5, stroke.shape[1])]
    angle = np.arctan2(way[:, 1], way[:, 0])
    turn = np.deg2rad(rng.uniform(40, 150, count)) * rng.choice([-1, 1], count)
    length = rng.uniform(4, 13, count) * (rng.random(count) < habits.hooks)
    hook = []
    for part in (0.5, 1.0):
        toward = angle + turn * (0.5 + 0.5 * part)
        hook.append(length * part * np.stack([np.cos(toward), np.sin(toward)]))
    return np.concatenate([stroke, stroke[:, -1:] + np.stack(hook).transpose(2, 0, 1)], axis=1)


def _bent(strokes: Strokes, count: int, rng: np.random.Generator, habits: Habits) -> Strokes:
    """One smooth change of the plane for all strokes of a drawing, and a tremor along them."""
    cuts = np.cumsum([stroke.shape[1] for stroke in strokes])[:-1]
    points = np.concatenate(strokes, axis=1) - [30, 50]

    def draw(deviation: float, mean: float = 0.0) -> NDArray[np.float64]:
        return rng.normal(mean, deviation, (count, 1))

    x, y = points[..., 0], points[..., 1]
    # Proportions: the upper half larger or smaller than the lower, the same across.
    y = 50 * np.sign(y) * np.abs(y / 50) + draw(habits.halves) * (2500 - y**2) / 50
    x = x + draw(habits.halves) * (900 - np.minimum(x**2, 900)) / 30
    # Waves longer than the digit.
    for _ in range(2):
        pace, turn = rng.uniform(0.4, 1.3, (2, count, 1)), rng.uniform(0, 2 * np.pi, (2, count, 1))
        x = x + draw(habits.wave) * np.sin(2 * np.pi * pace[0] * y / 100 + turn[0])
        y = y + draw(habits.wave) * np.sin(2 * np.pi * pace[1] * x / 100 + turn[1])
    if habits.taper:
        x = x * (1 + np.clip(draw(habits.taper), -0.4, 0.4) * y / 50)
    x = x * np.exp(draw(habits.width))
    x = x - np.clip(draw(habits.lean, mean=0.1), -habits.most_lean, habits.most_lean) * y
    angle = np.deg2rad(draw(habits.turn))
    x, y = np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y
    points = np.stack([x, y], axis=-1) + _tremor(points.shape, rng, habits.tremor)
    return np.split(points, cuts, axis=1)


def _tremor(
    shape: tuple[int, ...], rng: np.random.Generator, strength: float
) -> NDArray[np.float64]:
    """Smooth noise along the strokes, from none to a shaking hand."""
    noise = rng.standard_normal(shape)
    smooth = (np.roll(noise, 1, axis=1) + 2 * noise + np.roll(noise, -1, axis=1)) / 4
    return smooth * np.abs(rng.normal(0, strength, (shape[0], 1, 1)))


@lru_cache(maxsize=512)
def _curve(
    first: str, second: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The matrix [samples, k] from k control points to a curve, and both extremes' [k, 2].

    A natural cubic spline between corners, its parameter the square root of the way between points
    (centripetal: E. Lee, Computer-Aided Design 21, 1989), so that it swings over nowhere.
    """
    # Imported late: a third of a second, and a page stands before digits are drawn.
    from scipy.interpolate import CubicSpline

    here, corners = _points(first)
    there, _ = _points(second)
    middle = (here + there) / 2
    bounds = [0, *corners, len(here) - 1]
    rows = []
    for start, end in pairwise(bounds):
        gaps = np.linalg.norm(np.diff(middle[start : end + 1], axis=0), axis=1)
        way = np.concatenate([[0], np.cumsum(np.sqrt(np.maximum(gaps, 1)))])
        samples = np.linspace(0, way[-1], POINTS if end - start > 1 else 2)
        piece = np.zeros((len(samples), len(here)))
        identity = np.eye(end - start + 1)
        if end - start == 1:
            piece[:, start : end + 1] = identity
        else:
            piece[:, start : end + 1] = CubicSpline(way, identity, bc_type="natural")(samples)
        rows.append(piece)
    return np.concatenate(rows), here, there


def _points(stroke: str) -> tuple[NDArray[np.float64], list[int]]:
    """The control points [k, 2], and which of them are corners."""
    words = stroke.split()
    corners = [place for place, word in enumerate(words) if word.endswith("!")]
    points = [[float(number) for number in word.rstrip("!").split(",")] for word in words]
    return np.array(points), corners
