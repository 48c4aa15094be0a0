"""The colours of pictures that the browser draws, as nnlab/web/colours.js takes them."""

from typing import Any

import numpy as np

from nnlab.config import Data
from nnlab.config.data import task_of
from nnlab.data.splits import Splits
from nnlab.figures import theme
from nnlab.figures.boundary import class_palette, diverging_palette
from nnlab.figures.network import neuron_palette
from nnlab.scene.extent import limit_of

RAMP_LIGHT = (
    "#440154",
    "#482475",
    "#414487",
    "#355F8D",
    "#2A788E",
    "#21918C",
    "#22A884",
    "#44BF70",
)
RAMP_DARK = ("#5A9BD4", "#3FB4C4", "#35C2A8", "#4CCB84", "#7AD151", "#A9DB3C", "#D2E21B", "#FDE725")
"""Colours from the first group of nets to the last: viridis (https://bids.github.io/colormap), as
far as it stands out from the page."""
FIELD_LIGHT, FIELD_DARK = "#F0F1F5", "#22262E"
"""Behind a tile that has a curve."""
SHADES = 64
"""Colours of the shares from 0 to 1."""


def look_of(data: Data, splits: Splits, *, dark: bool) -> dict[str, Any]:
    """Return how the data's plane is coloured: `task`, `limit`, `names`, palettes, `colours_of`."""
    task, names = task_of(data), splits.info.class_names
    classes = len(names or ())
    diverging = diverging_palette(dark)
    colours = class_palette(classes, dark) if classes > 2 else diverging
    return {
        "task": task,
        "limit": limit_of(data, splits) if task == "regression" else 1.0,
        "discretize": False,
        "names": names,
        "colours": colours.tobytes().hex(),
        "differences": diverging.tobytes().hex(),
        **colours_of(dark=dark),
    }


def colours_of(*, dark: bool) -> dict[str, Any]:
    """The colours of points, of groups of curves, and of lines and text in charts."""
    return {
        "classes": theme.CLASS_COLOURS,
        "ends": (theme.ORANGE, theme.neutral(dark), theme.BLUE),
        "ramp": RAMP_DARK if dark else RAMP_LIGHT,
        "charts": {
            "ink": theme.ink(dark),
            "faint": theme.faint(dark),
            "paper": theme.paper(dark),
            "field": FIELD_DARK if dark else FIELD_LIGHT,
            "line": theme.winner(dark),
        },
    }


def attention_colours(*, dark: bool) -> dict[str, str]:
    """Return the colours of an attention map: `shares` from 0 to 1, `signed` from − over 0 to +."""
    shares = theme.mix(theme.neutral(dark), theme.winner(dark), np.linspace(0, 1, SHADES))
    return {
        "shares": shares.tobytes().hex(),
        "signed": neuron_palette(dark).tobytes().hex(),
    }
