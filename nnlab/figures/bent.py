"""The input grid as two neurons see it, with the data's points upon it."""

import math
from copy import deepcopy

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import shortened, typed
from nnlab.figures.theme import Spec
from nnlab.texts import _
from nnlab.visible import in_html

HEIGHT = 460
BOUNDED = {"Tanh": (-1.0, 1.0), "Sigmoid": (0.0, 1.0)}
"""Ranges of activations: with them the chart stays still while it learns."""
MARGIN = 0.06


def bent_figure(  # noqa: PLR0913 - a chart has that many independent options
    lines: np.ndarray,
    points: list[Spec],
    *,
    names: tuple[str, str],
    activation: str = "",
    separator: tuple[float, float, float] | None = None,
    height: int = HEIGHT,
    dark: bool,
) -> go.Figure:
    """Lines of constant x₁ and of constant x₂, the points, and where the last layer cuts.

    The picture is square, and a unit as long across as upwards.

    Args:
        lines: float [2 m, k, 2]: m lines of constant x₁, then m of constant x₂; or [1, k, 2]: the
            one line of one input.
        points: traces of `nnlab.figures.boundary.points_traces` over the same coordinates.
        names: of both neurons, for the axes.
        activation: the class of the layer's activation; of a bounded one the axes are fixed.
        separator: (a, b, c): a line a·x + b·y + c = 0 to be drawn.
        height: pixels.
        dark: the page's theme.
    """
    half = max(1, len(lines) // 2)
    across, up = _alike(*(_range(lines[..., axis], activation) for axis in (0, 1)))
    traces = [
        _family(lines[:half], "x₁" if len(lines) > 1 else "x", theme.quiet(dark), 1.5),
        _family(lines[half:] if len(lines) > 1 else lines[:0], "x₂", theme.accent(dark), 1.0),
        _cut(separator, across, up, dark),
        *deepcopy(points),
    ]
    layout = theme.layout(dark=dark, height=height, margin=(56, 12, 30, 44))
    for axis, name, (low, high) in (("xaxis", names[0], across), ("yaxis", names[1], up)):
        layout[axis] = theme.axis(
            dark=dark,
            range=[low, high],
            nticks=6,
            title={"text": in_html(name), "standoff": 4, "font": {"size": theme.FONT_SIZE}},
            constrain="domain",
        )
    layout["yaxis"] |= {"scaleanchor": "x", "scaleratio": 1}
    layout["showlegend"] = False
    layout["annotations"] = [_key(len(lines) > 1, separator is not None, dark)]
    return theme.figure(traces, layout)


def describe_bent(lines: np.ndarray, names: tuple[str, str], *, cut: bool) -> str:
    """Describe the range of both neurons over the grid."""
    if not np.isfinite(lines).all():
        return _("The bent plane: these neurons give no numbers.")
    reach = [
        _(
            "{name} from {low:.3g} to {high:.3g}",
            name=name,
            low=lines[..., axis].min(),
            high=lines[..., axis].max(),
        )
        for axis, name in enumerate(names)
    ]
    said = _(
        "The input grid in the coordinates of two neurons: {first} and {second}.",
        first=reach[0],
        second=reach[1],
    )
    return f"{said} {_('A straight line parts the two classes there.')}" if cut else said


def _family(lines: np.ndarray, name: str, colour: str, width: float) -> Spec:
    """All lines as one trace, with gaps between them."""
    gaps = np.full((len(lines), 1, 2), np.nan)
    joined = np.concatenate([lines, gaps], axis=1).reshape(-1, 2)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": typed(shortened(joined[:, 0])),
        "y": typed(shortened(joined[:, 1])),
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
    }


def _cut(
    separator: tuple[float, float, float] | None,
    across: tuple[float, float],
    up: tuple[float, float],
    dark: bool,
) -> Spec:
    x = y = np.empty(0)
    if separator is not None and (separator[0] or separator[1]):
        a, b, c = separator
        if abs(b) > abs(a):
            x = np.array(across)
            y = -(a * x + c) / b
        else:
            y = np.array(up)
            x = -(b * y + c) / a
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "cut",
        "x": typed(x),
        "y": typed(y),
        "line": {"color": theme.ink(dark), "width": theme.LINE_WIDTH, "dash": "6px,4px"},
        "hoverinfo": "skip",
    }


def _range(values: np.ndarray, activation: str) -> tuple[float, float]:
    """Return a bounded activation's range; else that of the values, in steps that seldom change."""
    if activation in BOUNDED:
        low, high = BOUNDED[activation]
    else:
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        unit = 10.0 ** math.floor(math.log10(max(high - low, 1e-6))) / 2
        low, high = math.floor(low / unit) * unit, math.ceil(high / unit) * unit
    wide = max(high - low, 1e-6)
    return low - MARGIN * wide, high + MARGIN * wide


def _alike(
    across: tuple[float, float], up: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Both ranges as wide as the wider one, about their middles."""
    half = max(across[1] - across[0], up[1] - up[0]) / 2
    first, second = ((low + high) / 2 for low, high in (across, up))
    return (first - half, first + half), (second - half, second + half)


def _key(plane: bool, cut: bool, dark: bool) -> Spec:
    text = f"━ {_('the line of x')}"
    if plane:
        accent = theme.accent(dark)
        x1, x2 = _("x₁ constant"), _("x₂ constant")
        text = f'━ {x1}  <span style="color:{accent}">━ {x2}</span>'
    if cut:
        ink = theme.ink(dark)
        text += f'  <span style="color:{ink}">╍ {_("both classes alike")}</span>'
    font = {"size": theme.FONT_SIZE, "color": theme.quiet(dark)}
    return theme.note(text, dark=dark, x=1, xanchor="right", y=1, yanchor="bottom", font=font)
