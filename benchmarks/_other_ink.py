"""Ink that no detector learned from: scribbles as by a mouse, dots, digits as EMNIST holds them.

None of it shares code with `nnlab.data.no_digits` but the preprocessing, which is the lab's own.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from benchmarks._pen_strokes import PENS, SIDE, Stroke, render
from nnlab.drawing import to_network_input

Pictures = NDArray[np.float32]
"""[n, 28, 28] in [0, 1]."""


def drawn(make: Callable[[np.random.Generator], list[Stroke]], count: int, seed: int) -> Pictures:
    """So many drawings on the page's canvas, each with one of its pens, prepared by the lab."""
    rng = np.random.default_rng(seed)
    canvases = (render(make(rng), float(rng.choice(PENS))) for _ in range(count))
    return np.stack([to_network_input(canvas) for canvas in canvases])


def mouse(rng: np.random.Generator) -> list[Stroke]:
    """A point with inertia, pulled to one place and then to another: a mouse moved at random."""
    place, speed, goal = rng.uniform(40, 240, 2), np.zeros(2), rng.uniform(40, 240, 2)
    pull, friction, turns = rng.uniform(0.01, 0.08), rng.uniform(0.7, 0.92), rng.uniform(0.03, 0.12)
    points = []
    for _ in range(int(rng.integers(60, 400))):
        if rng.random() < turns:
            goal = rng.uniform(40, 240, 2)
        speed = speed * friction + (goal - place) * pull
        place = np.clip(place + speed, 20, 260)
        points.append(place)
    return [np.array(points)[::2]]


def lissajous(rng: np.random.Generator) -> list[Stroke]:
    """Two swings across each other."""
    time = np.linspace(0, 2 * np.pi * rng.uniform(0.9, 3), 150)
    across, down = (int(n) for n in rng.integers(1, 6, 2))
    down += across == down
    x = SIDE / 2 + 100 * np.sin(across * time + rng.uniform(0, 6))
    y = SIDE / 2 + rng.uniform(40, 100) * np.sin(down * time)
    return [np.stack([x, y], axis=1)]


def zigzag(rng: np.random.Generator) -> list[Stroke]:
    """Up and down, or from side to side."""
    count = int(rng.integers(6, 16))
    along = np.linspace(40, 240, count) + rng.normal(0, 8, count)
    across = np.where(np.arange(count) % 2, 60, 220) * rng.uniform(0.5, 1, count)
    points = np.stack([along, across], axis=1)
    return [points if rng.random() < 0.5 else points[:, ::-1]]


def dot(rng: np.random.Generator) -> list[Stroke]:
    """A dot, or a short touch that trembles."""
    return [rng.uniform(40, 240, 2) + rng.normal(0, rng.choice([0.1, 3, 8]), (5, 2))]


def as_emnist(digit: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A digit of MNIST made as EMNIST's pictures were, then prepared by the lab.

    At 128 pixels blurred by a Gaussian of 1, cut out, put on a square, shrunk to 24 of 28
    (G. Cohen et al., "EMNIST: an extension of MNIST to handwritten letters", 2017).
    """
    large = Image.fromarray(digit).resize((128, 128), Image.Resampling.BICUBIC)
    soft = np.asarray(large.filter(ImageFilter.GaussianBlur(1)))
    rows, columns = (np.flatnonzero(soft.max(axis=axis) > 20) for axis in (1, 0))
    alone = soft[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = max(alone.shape)
    top, left = (side - alone.shape[0]) // 2, (side - alone.shape[1]) // 2
    square = np.zeros((side, side), np.uint8)
    square[top : top + alone.shape[0], left : left + alone.shape[1]] = alone
    made = np.zeros((28, 28), np.uint8)
    made[2:26, 2:26] = np.asarray(Image.fromarray(square).resize((24, 24)))
    return to_network_input(made)
