"""Effects of pen and paper on a stroke: pressure, a broad nib, fading ink, grain, few pixels."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

PRESSED, NIB = 0.4, 0.2
"""The shares of strokes that are pressed unevenly, or written by a broad nib."""
FADED, GRAINED, SMALL = 0.15, 0.15, 0.15
"""The shares of drawings whose ink fades, whose paper has a grain, and that have few pixels."""
FEWEST, MOST = 26, 64
"""Pixels along a side of a small picture."""


def pressed(
    pencil: ImageDraw.ImageDraw,
    points: NDArray[np.float64],
    pen: float,
    rng: np.random.Generator,
) -> None:
    """Draw one stroke [n, 2], in pixels, by a pen so wide in the mean.

    Every stroke draws the same numbers from `rng`, whatever becomes of it.
    """
    kind, pace, start, depth = rng.random(4)
    steps = np.diff(points, axis=0)
    way = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    width = np.full(len(points), pen)
    if kind < PRESSED:  # heavier and lighter along the way, up to a third
        wave = np.sin(2 * np.pi * (start + (0.4 + pace) * way / max(way[-1], 1)))
        width *= 1 + 0.35 * depth * wave
    elif kind < PRESSED + NIB:  # thick across the nib's edge, thin along it
        angle = np.arctan2(steps[:, 1], steps[:, 0])
        angle = np.append(angle, angle[-1])
        width *= 1 + 0.4 * depth * np.cos(2 * (angle - np.pi * start))
    # Circles this close leave notches of a thirtieth of the pen, and no line is needed.
    fine = np.arange(0, way[-1], max(0.8, pen / 3.5))
    for x, y, w in zip(
        np.append(np.interp(fine, way, points[:, 0]), points[-1, 0]).tolist(),
        np.append(np.interp(fine, way, points[:, 1]), points[-1, 1]).tolist(),
        (np.append(np.interp(fine, way, width), width[-1]) / 2).tolist(),
        strict=True,
    ):
        pencil.ellipse((x - w, y - w, x + w, y + w), fill=255)


def on_paper(ink: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """The ink [side, side] in [0, 1] as it is found on paper; sometimes in a smaller picture.

    Every drawing draws the same numbers from `rng`, whatever becomes of it.
    """
    fades, grained, small, strength, size = rng.random(5)
    seed = int(rng.integers(2**32))
    side = len(ink)
    if fades < FADED:  # a wave of lighter ink across the digit
        ink = ink * (1 - 0.55 * strength * _cloud(side, 3, seed))
    if grained < GRAINED:  # a rough edge, and spots that took no ink
        ink = ink * np.clip(1.6 - 1.4 * strength * _cloud(side, 28, seed + 1), 0, 1)
    if small < SMALL:
        few = round(FEWEST + (MOST - FEWEST) * size)
        picture = Image.fromarray(ink).resize((few, few), Image.Resampling.BOX)
        ink = np.clip(np.asarray(picture), 0, 1)
    return ink if ink.max() >= 0.3 else ink / ink.max()


def _cloud(side: int, cells: int, seed: int) -> NDArray[np.float32]:
    """Smooth noise [side, side] in [0, 1]: that many random values along an edge."""
    values = np.random.default_rng(seed).random((cells, cells)).astype(np.float32)
    picture = Image.fromarray(values).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(picture)
