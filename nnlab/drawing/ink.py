"""Where the ink is: dark on light or light on dark, on even or shaded paper."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from nnlab.drawing.greyscale import EmptyDrawingError
from nnlab.texts import _

Grey = NDArray[np.float32]

FAINTEST = 0.06
"""Ink has to differ from the paper by this share of black to white, or nothing is drawn."""

FITTED = 150
"""Pixels of the longer side that are enough to see how the light falls."""


@dataclass(frozen=True)
class Ink:
    """`ink` float32 [h, w] in [0, 1], 0 paper, 1 full ink; `paper` float32 [h, w] in [0, 1]."""

    ink: Grey
    paper: Grey
    dark_on_light: bool


def find_ink(grey: Grey) -> Ink:
    """The ink of a grey picture (float32 [h, w] in [0, 1]).

    The border is taken for paper. Where it is one even shade, that shade is the paper and every
    difference counts, down to the faintest antialiasing. Otherwise (a photograph) the paper is a
    smooth surface through the border, grain is measured and cut away, and what is left is stretched
    so that a stroke is 1.

    Raises:
        EmptyDrawingError: nothing stands out from the paper.
    """
    border = _border(grey)
    shade = float(np.median(border))
    even = float(np.mean(np.abs(border - shade) <= 0.02)) > 0.6
    if even:
        paper = np.full_like(grey, shade)
    else:
        grey = _without_grain(grey)
        paper = _shaded_paper(grey)
    # Which side of the paper holds the ink: squares let few strong pixels outweigh much grain.
    difference = grey - paper
    dark = float(np.square(np.minimum(difference, 0), dtype=np.float64).sum())
    light = float(np.square(np.maximum(difference, 0), dtype=np.float64).sum())
    strength = np.maximum(-difference if dark >= light else difference, 0)
    if float(strength.max()) < FAINTEST:
        raise EmptyDrawingError(
            _(
                "no pixel differs from the paper by more than {strength:.0%}",
                strength=float(strength.max()),
            )
        )
    ink = _full_strength(strength) if even else _above_grain(strength, difference)
    return Ink(ink.astype(np.float32), paper.astype(np.float32), dark >= light)


def _border(grey: Grey) -> Grey:
    """The outermost pixels, a fiftieth of the picture wide."""
    width = max(1, min(grey.shape) // 50)
    inside = np.zeros(grey.shape, bool)
    inside[width:-width, width:-width] = True
    return grey[~inside]


def _without_grain(grey: Grey) -> Grey:
    """A 3×3 median: takes the grain and dust of a photograph, leaves strokes."""
    if min(grey.shape) < 60:
        return grey
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.MedianFilter(3)))


def _shaded_paper(grey: Grey) -> Grey:
    """A surface of second degree through the border, then through all that lies near it."""
    whole = _surface_terms(grey.shape)
    every = max(1, max(grey.shape) // FITTED)
    seen, terms = grey[::every, ::every].astype(np.float64), whole[::every, ::every]
    height, width = seen.shape
    edge = np.ones(seen.shape, bool)
    edge[
        max(1, height // 12) : -max(1, height // 12), max(1, width // 12) : -max(1, width // 12)
    ] = 0
    trusted = edge
    fit = np.zeros(6)
    for _round in range(4):
        fit, *_rest = np.linalg.lstsq(terms[trusted], seen[trusted], rcond=None)
        error = np.abs(seen - np.clip(terms @ fit, 0, 1))
        # Ink is an outlier of the paper; 3 standard deviations by the median, at least 2 %.
        trusted = error <= max(0.02, 3 * 1.4826 * float(np.median(error[edge])))
        if trusted.sum() < 6:
            break
    return np.clip(whole @ fit, 0, 1).astype(np.float32)


def _surface_terms(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """[h, w, 6]: all products of row and column, each -1 to 1, up to the second degree."""
    height, width = shape
    row, column = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return np.stack([np.ones_like(row), row, column, row**2, row * column, column**2], axis=-1)


def _full_strength(strength: Grey) -> Grey:
    """Stretched so that the strongest ink is 1: a grey pen writes like a black one."""
    level = float(np.percentile(strength[strength > 0.02], 99))
    return np.where(strength > 0.02 * level, np.minimum(strength / level, 1), 0)


def _above_grain(strength: Grey, difference: Grey) -> Grey:
    """What stands above the grain, 0 at the threshold and 1 at the usual stroke."""
    grain = 1.4826 * float(np.median(np.abs(difference)))
    split = max(_otsu(strength), 4 * grain, FAINTEST / 2)
    strokes = strength[strength > split]
    if not strokes.size:
        raise EmptyDrawingError(_("nothing stands out from the grain of the paper"))
    level, start = float(np.median(strokes)), 0.6 * split
    return np.clip((strength - start) / max(level - start, 1e-6), 0, 1)


def _otsu(strength: Grey) -> float:
    """The threshold that parts two groups best (N. Otsu, IEEE SMC 9, 1979), in [0, 1]."""
    counts, edges = np.histogram(strength, bins=256, range=(0, 1))
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sum_below = np.cumsum(counts * centres)
    both = (below > 0) & (above > 0)
    if not both.any():
        return 0.0
    mean_below = sum_below[both] / below[both]
    mean_above = (sum_below[-1] - sum_below[both]) / above[both]
    between = below[both] * above[both] * np.square(mean_above - mean_below)
    return float(edges[1:][both][int(np.argmax(between))])
