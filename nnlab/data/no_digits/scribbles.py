"""Strokes without a meaning: curves through random points, hatchings, spirals, coils, blots."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.float64]
"""[n, 2]: x to the right, y down, in any unit."""

PENS = (0.06, 0.24)
"""Widths of a pen, as shares of the longer side."""


def scribble(rng: np.random.Generator) -> tuple[list[Stroke], float]:
    """The strokes of a scribble of any kind, and its pen as a share of the longer side."""
    make = KINDS[int(rng.choice(len(KINDS), p=SHARES))]
    strokes, pen = make(rng), float(rng.uniform(*PENS))
    if make is lying:  # turned or stretched it would stand, as a 1 does
        return strokes, pen
    stretch = np.exp(rng.normal(0, 0.35, 2))
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return [stroke * stretch @ turn for stroke in strokes], pen


def through_points(rng: np.random.Generator) -> list[Stroke]:
    """A smooth curve through six to sixteen points anywhere."""
    return [_smooth(rng.random((int(rng.integers(6, 17)), 2)), 12)]


def wandering(rng: np.random.Generator) -> list[Stroke]:
    """One to three lines whose direction drifts."""
    strokes = []
    for _ in range(int(rng.integers(1, 4))):
        turns = np.cumsum(rng.normal(0, rng.uniform(0.2, 0.7), int(rng.integers(40, 140))))
        turns += rng.uniform(0, 2 * np.pi) + rng.normal(0, 0.08) * np.arange(len(turns))
        steps = np.stack([np.cos(turns), np.sin(turns)], axis=1)
        line = np.cumsum(steps, axis=0, dtype=np.float64)
        extent = float((line.max(axis=0) - line.min(axis=0)).max())
        strokes.append(line / max(1.0, extent) + rng.normal(0, 0.2, 2))
    return strokes


def corners(rng: np.random.Generator) -> list[Stroke]:
    """Straight lines between random points."""
    return [rng.random((int(rng.integers(5, 14)), 2))]


def hatching(rng: np.random.Generator) -> list[Stroke]:
    """Draw hatching, sharp or rounded."""
    count = int(rng.integers(5, 18))
    across = np.where(np.arange(count) % 2, 1.0, 0.0) * rng.uniform(0.4, 1.4)
    points = np.stack([across, np.linspace(0, 1, count)], axis=1)
    points += rng.normal(0, 0.05, points.shape)
    return [points if rng.random() < 0.6 else _smooth(points, 8)]


def spiral(rng: np.random.Generator) -> list[Stroke]:
    """One and three quarters to five turns."""
    angle = np.linspace(0, 2 * np.pi * rng.uniform(1.75, 5), 160) * rng.choice([-1, 1])
    radius = np.linspace(rng.uniform(0, 0.2), 1, 160) ** rng.uniform(0.7, 1.4)
    return [np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)]


def coil(rng: np.random.Generator) -> list[Stroke]:
    """Loops in a row, as when a pen is tried."""
    turns = rng.uniform(3, 7)
    time = np.linspace(0, 2 * np.pi * turns, 200)
    pace = rng.uniform(0.08, 0.3)
    return [np.stack([np.cos(time) + pace * time, rng.uniform(0.8, 2) * np.sin(time)], axis=1)]


def rings(rng: np.random.Generator) -> list[Stroke]:
    """The same ring drawn over and over, or several beside and in each other."""
    strokes = []
    for _ in range(int(rng.integers(2, 6))):
        angle = np.linspace(0, 2 * np.pi * rng.uniform(0.9, 2), 60) + rng.uniform(0, 6)
        size, place = rng.uniform(0.4, 1, 2), rng.normal(0, rng.choice([0.1, 0.5]), 2)
        strokes.append(np.stack([size[0] * np.cos(angle), size[1] * np.sin(angle)], axis=1) + place)
    return strokes


def crossed(rng: np.random.Generator) -> list[Stroke]:
    """Three to eight straight lines in all directions."""
    lines = []
    for _ in range(int(rng.integers(3, 9))):
        angle, middle = rng.uniform(0, np.pi), rng.uniform(0, 0.8, 2)
        way = rng.uniform(0.3, 0.8) * np.array([np.cos(angle), np.sin(angle)])
        lines.append(np.array([middle - way, middle + way]))
    return lines


def blot(rng: np.random.Generator) -> list[Stroke]:
    """A filled patch: a dot, or what is coloured in."""
    if rng.random() < 0.4:
        return [np.array([[0.0, 0.0], [0.01, 0.01]])]
    rows = np.linspace(0, 1, int(rng.integers(10, 20)))
    half = np.sqrt(np.maximum(0.02, 1 - (2 * rows - 1) ** 2)) * rng.uniform(0.2, 0.6)
    half = half * (1 + rng.normal(0, 0.1, half.shape))
    points = np.stack([np.where(np.arange(len(rows)) % 2, half, -half), rows], axis=1)
    return [points]


def specks(rng: np.random.Generator) -> list[Stroke]:
    """Two to six dots or very short lines."""
    places = rng.random((int(rng.integers(2, 7)), 1, 2))
    return list(places + rng.normal(0, 0.04, (len(places), 2, 2)))


def lying(rng: np.random.Generator) -> list[Stroke]:
    """One line, straight or bent, that lies rather than stands."""
    slope = np.deg2rad(rng.uniform(-42, 42))
    along = np.linspace(0, 1, 20)
    bend = rng.normal(0, 0.12) * np.sin(np.pi * along * rng.choice([1, 2]))
    return [np.stack([along, along * np.tan(slope) + bend], axis=1)]


def _smooth(points: Stroke, between: int) -> Stroke:
    # Imported late: a third of a second, and no page draws scribbles.
    from scipy.interpolate import CubicSpline

    way = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1) + 1e-6)])
    return CubicSpline(way, points)(np.linspace(0, way[-1], between * len(points)))


Make = Callable[[np.random.Generator], list[Stroke]]
KINDS: tuple[Make, ...] = (
    through_points,
    wandering,
    corners,
    hatching,
    spiral,
    coil,
    rings,
    crossed,
    blot,
    specks,
    lying,
)
SHARES = np.array([3, 3, 2, 1.5, 1, 1, 1.5, 2, 1, 1, 1]) / 18
