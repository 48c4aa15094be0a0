"""Small pictures of the Playground's data sets, drawn from their points."""

from functools import cache
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from nnlab.config import Curve, Data, PlaneClasses, PlaneValues
from nnlab.data import curves, toy
from nnlab.figures import theme

SIZE = 100
POINTS = 80
MIDDLE = "#8A8D99"
"""Colour of values around 0, and of a curve: visible on a light page and on a dark one."""


@cache
def thumbnail(kind: str, classes: int = 4) -> str:
    """The points of a data set as a `data:` address of an square SVG.

    Args:
        kind: one of the Playground's data sets.
        classes: of `blobs`.
    """
    x, y, colours = _points(kind, classes)
    span = np.ptp(np.concatenate([x, y])) if kind not in curves.FORMULAS else None
    across, up = (np.rint(_placed(values, span)).astype(int) for values in (x, y))
    paths = "".join(
        f"<path stroke='{colour}' d='{_dots(across, SIZE - up, np.array(colours) == colour)}'/>"
        for colour in dict.fromkeys(colours)
    )
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {SIZE} {SIZE}' fill='none'"
        f" stroke-width='7' stroke-linecap='round'>{paths}</svg>"
    )
    return f"data:image/svg+xml,{quote(svg, safe=' =/:')}"


def _dots(across: NDArray, down: NDArray, chosen: NDArray) -> str:
    """Lines of no length with round ends: the shortest way to say many dots."""
    return "".join(f"M{a} {d}h0" for a, d in zip(across[chosen], down[chosen], strict=True))


def _points(kind: str, classes: int) -> tuple[NDArray, NDArray, list[str]]:
    """Across, up, and each point's colour."""
    data: Data
    if kind in toy.CLASS_SETS:
        number = classes if kind == "blobs" else 2
        data = PlaneClasses.model_validate({"kind": kind, "points": POINTS, "classes": number})
        x, y = toy.CLASS_SETS[kind](data)
        return x[:, 0], x[:, 1], [theme.CLASS_COLOURS[int(label)] for label in y]
    if kind in toy.VALUE_SETS:
        data = PlaneValues.model_validate({"kind": kind, "points": 2 * POINTS})
        x, y = toy.VALUE_SETS[kind](data)
        return x[:, 0], x[:, 1], [_value_colour(float(value)) for value in y[:, 0]]
    x, y = curves.curve(
        Curve.model_validate({"kind": kind, "points": POINTS, "low": -4, "high": 4})
    )
    return x[:, 0], y[:, 0], [theme.BLUE] * len(x)


def _value_colour(value: float) -> str:
    if abs(value) < 0.15:
        return MIDDLE
    return theme.BLUE if value > 0 else theme.ORANGE


def _placed(values: NDArray, span: float | None) -> NDArray:
    """Scale values to 5 … SIZE - 5; a common `span` for both directions keeps a plane square."""
    wide = span or float(np.ptp(values)) or 1.0
    middle = (values.max() + values.min()) / 2
    return SIZE / 2 + (values - middle) / wide * (SIZE - 10)
