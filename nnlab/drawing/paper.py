"""The brightness of a photograph's paper at each place."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]

SURROUNDINGS = 0.16
"""Side of the window whose median is taken for paper, as a share of the longer side."""
STEADY = 0.15
"""Change of that median above which the light changes, or a sheet ends."""
WIDEST = 0.15
"""The widest stroke, as a share of the longer side; what is wider is paper in another light."""
FEWEST = 8
"""Pixels of the small picture that show ink."""
FITTED = 150
"""Pixels of the longer side that are enough to see how the light falls off."""
SEEN = 100
"""Pixels of the longer side that are enough for the median."""


def is_dark_on_light(grey: Grey) -> bool:
    """Whether the ink is the darker one: paper is most of what lies around any place.

    Squares let few strong pixels outweigh much grain, and a bright place is rather paper than a
    board. The picture's rim, the edges of shadows and of the sheet do not count, where there is
    something else to count.
    """
    from scipy import ndimage

    step = max(1, max(grey.shape) // SEEN)
    small = ndimage.uniform_filter(grey, step)[::step, ::step]
    window = max(3, round(SURROUNDINGS * max(small.shape)) | 1)
    rim = min(small.shape) // 10
    inner = (slice(rim, small.shape[0] - rim), slice(rim, small.shape[1] - rim))
    paper = ndimage.median_filter(small, window)
    changes = ndimage.maximum_filter(paper, window) - ndimage.minimum_filter(paper, window)
    difference, paper, steady = (each[inner] for each in (small - paper, paper, changes < STEADY))
    if (np.abs(difference[steady]) > STEADY / 2).sum() < FEWEST:
        steady = np.ones_like(steady)
    energy = np.where(steady, np.square(difference, dtype=np.float64), 0)
    dark = float((energy * paper)[difference < 0].sum())
    light = float((energy * (1 - paper))[difference > 0].sum())
    return dark >= light


def local_paper(grey: Grey, dark_on_light: bool) -> Grey:
    """The paper's shade at each pixel, float32 [h, w] in [0, 1].

    Strokes are taken out by a closing (an opening where they are light): the darkest of the
    lightest of a square wider than any stroke. A shadow is wider, and stays. Light that falls off
    evenly (a surface of second degree) is taken off before, since a closing is level at the border.
    What it lets grain add is taken off after.
    """
    from scipy import ndimage

    step = 2 if max(grey.shape) > 2 * SEEN else 1
    shading = _shading(grey)
    smooth = ndimage.uniform_filter(grey - shading, 2 * step + 1)[::step, ::step]
    window = max(3, round(WIDEST * max(smooth.shape)) | 1)
    lightest, darkest = ndimage.maximum_filter, ndimage.minimum_filter
    first, then = (lightest, darkest) if dark_on_light else (darkest, lightest)
    envelope = ndimage.uniform_filter(then(first(smooth, window), window), 3)
    paper = np.asarray(
        Image.fromarray(envelope).resize(grey.shape[::-1], Image.Resampling.BILINEAR)
    )
    # At the edge of a sheet or of a shadow the nearest paper counts that differs least.
    paper = then(paper, 4 * step + 1) + shading
    return np.clip(paper + np.median((grey - paper)[::step, ::step]), 0, 1)


def _shading(grey: Grey) -> Grey:
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
