"""Detection of ink: dark on light or light on dark, on even or shaded paper."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from nnlab.drawing.figures import find_figures
from nnlab.drawing.greyscale import EmptyDrawingError
from nnlab.drawing.lines import without_lines
from nnlab.drawing.paper import is_dark_on_light, local_paper
from nnlab.drawing.parts import SOLID, Box
from nnlab.drawing.rim import without_rim
from nnlab.texts import _

Grey = NDArray[np.float32]

FAINTEST = 0.06
"""Ink has to differ from the paper by this share of black to white, or nothing is drawn."""


SMALL = 60
"""Pixels of the longer side: a smaller picture is no photograph of paper."""
GRAIN = 1.1 / 255
"""Differences of a border's shades that copying and compression make."""


@dataclass(frozen=True)
class Ink:
    """`ink` float32 [h, w] in [0, 1], 0 paper, 1 full ink; `paper` float32 [h, w] in [0, 1]."""

    ink: Grey
    paper: Grey
    dark_on_light: bool


def find_ink(grey: Grey) -> Ink:
    """The ink of a grey picture (float32 [h, w] in [0, 1]).

    Where the border is one even shade, that shade is the paper and every difference counts, down
    to the faintest antialiasing. Otherwise it is a photograph (`_photographed`). Lines of ruled
    paper, frames, and what lies along the border are no ink. Where there are plots in a page
    (filled rectangles that hold something), the ink is what is in them.

    Raises:
        EmptyDrawingError: nothing stands out from the paper.
    """
    found = _find(grey)
    if not found.ink.any():
        raise EmptyDrawingError(_("there are lines of paper alone"))
    if max(grey.shape) <= SMALL:
        return found
    figures = find_figures(found.ink)
    if figures.plots:
        return _within(grey, found, figures.plots)
    if figures.frames.any():
        return replace(found, ink=np.where(figures.frames, np.float32(0), found.ink))
    return found


def _within(grey: Grey, found: Ink, plots: list[Box]) -> Ink:
    """The ink in the plots; as found where they hold none."""
    ink, dark_on_light = np.zeros_like(found.ink), []
    for top, left, bottom, right in plots:
        inset = 1 + min(bottom - top, right - left) // 50
        inside = slice(top + inset, bottom - inset), slice(left + inset, right - inset)
        with suppress(EmptyDrawingError):
            inner = _find(np.ascontiguousarray(grey[inside]))
            ink[inside] = inner.ink
            if inner.ink.any():
                dark_on_light.append(inner.dark_on_light)
    return Ink(ink, found.paper, dark_on_light[0]) if dark_on_light else found


def _find(grey: Grey) -> Ink:
    border = _border(grey)
    shade = float(np.median(border))
    if not _is_even(np.abs(border - shade), max(grey.shape)):
        return _photographed(_without_grain(grey))
    paper = np.full_like(grey, shade)
    # Which side of the paper holds the ink: squares let few strong pixels outweigh much grain.
    difference = grey - paper
    dark = float(np.square(np.minimum(difference, 0), dtype=np.float64).sum())
    light = float(np.square(np.maximum(difference, 0), dtype=np.float64).sum())
    strength = np.maximum(-difference if dark >= light else difference, 0)
    _must_stand_out(strength)
    ink = _full_strength(strength).astype(np.float32)
    if max(grey.shape) > SMALL:
        ink = without_lines(ink, SOLID / 2)
        ink = without_rim(ink, 0.6 * min(grey.shape))
    return Ink(ink, paper, dark >= light)


def _is_even(difference: Grey, longer: int) -> bool:
    """Whether the border is one shade; of a picture that is not small, without any grain."""
    grain = float(np.median(difference)) if longer > SMALL else 0
    return grain <= GRAIN and float(np.mean(difference <= 0.02)) > 0.6


def _photographed(grey: Grey) -> Ink:
    """Ink on paper in any light.

    The shade of the paper is taken place by place, grain is measured and cut away, and what is left
    is stretched so that a stroke is 1.
    """
    dark_on_light = is_dark_on_light(grey)
    paper = local_paper(grey, dark_on_light)
    difference = grey - paper
    # Ink takes a share of the light: in a shadow it differs less from its paper.
    if dark_on_light:
        light = float(np.percentile(paper[::4, ::4], 90))
        difference *= light / np.maximum(paper, light / 2)
    strength = np.maximum(-difference if dark_on_light else difference, 0)
    _must_stand_out(strength)
    grain = 1.4826 * float(np.median(np.abs(difference)))
    strength = without_lines(strength, max(4 * grain, FAINTEST / 2))
    ink = without_rim(_above_grain(strength, grain))
    return Ink(ink.astype(np.float32), paper, dark_on_light)


def _must_stand_out(strength: Grey) -> None:
    if float(strength.max()) < FAINTEST:
        raise EmptyDrawingError(
            _(
                "no pixel differs from the paper by more than {strength:.0%}",
                strength=float(strength.max()),
            )
        )


def _border(grey: Grey) -> Grey:
    """The outermost pixels, a fiftieth of the picture wide."""
    width = max(1, min(grey.shape) // 50)
    inside = np.zeros(grey.shape, bool)
    inside[width:-width, width:-width] = True
    return grey[~inside]


def _without_grain(grey: Grey) -> Grey:
    """A 3×3 median: takes the grain and dust of a photograph, leaves strokes."""
    if min(grey.shape) < SMALL:
        return grey
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.MedianFilter(3)))


def _full_strength(strength: Grey) -> Grey:
    """Stretched so that the strongest ink is 1: a grey pen writes like a black one."""
    level = float(np.percentile(strength[strength > 0.02], 99))
    return np.where(strength > 0.02 * level, np.minimum(strength / level, 1), 0)


def _above_grain(strength: Grey, grain: float) -> Grey:
    """Return the strength above the grain, 0 at the threshold and 1 at the usual stroke."""
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
