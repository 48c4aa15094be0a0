"""A curve fitted to points: how it runs between them, and what it makes of what lies beyond."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import shortened, typed
from nnlab.figures.theme import Spec
from nnlab.texts import _

HEIGHT = 400
FIT_WIDTH = 4
UNSEEN = "rgba(0,0,0,0)"


@dataclass(frozen=True)
class Ranges:
    """The chart's ranges, from the data alone: nothing moves while the curve does."""

    low: float
    high: float
    """The range of the data; beyond it lies extrapolation."""
    x: tuple[float, float]
    """Half as much again on either side."""
    y: tuple[float, float]
    """The targets, and a third of their range above and below."""


def ranges(x: np.ndarray, y: np.ndarray) -> Ranges:
    """The ranges for points at `x` [n] with targets `y` [n], n at least 1."""
    low, high = float(x.min()), float(x.max())
    wide = (high - low) or 1.0
    tall = float(np.ptp(y)) or 1.0
    return Ranges(
        low,
        high,
        (low - wide / 2, high + wide / 2),
        (float(y.min()) - tall / 3, float(y.max()) + tall / 3),
    )


def curve_fit_figure(  # noqa: PLR0913 - a chart has that many independent options
    curve: np.ndarray,
    train: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    shown: Ranges,
    *,
    formula: np.ndarray | None = None,
    units: Sequence[np.ndarray] = (),
    height: int = HEIGHT,
    x_title: str = "x",
    is_drawn: bool = True,
    is_split: bool = True,
    dark: bool,
) -> go.Figure:
    """Draw the network's curve over the points; the range beyond the data is shaded.

    Always the same traces for the same number of units.

    Args:
        curve: float [n], the network's answers over an even grid of `shown.x`; NaN is a gap.
        train: x [m] and y [m] of the points that train.
        validation: x and y of those that validate, perhaps none.
        shown: of `ranges`.
        formula: [k], what the data were made from, over an even grid of `shown.x`.
        units: [n'] each, the curves of hidden units in their own values, over even grids.
        height: pixels.
        x_title: what x is.
        is_drawn: False: the browser draws the network's lines itself; here they are but what a
            pointer reads.
        is_split: some points train and some validate, and the key says which.
        dark: the page's theme.
    """
    traces = []
    line = theme.winner(dark) if is_drawn else UNSEEN
    for index, unit in enumerate(units, 1):
        name, colour = _("unit {number}", number=index), theme.CLASS_COLOURS[index % 10]
        traces.append(_line(unit, shown, name, colour if is_drawn else UNSEEN, 1.5, "solid"))
    if formula is not None:
        traces.append(_line(formula, shown, _("formula"), theme.quiet(dark), 2, "2px,4px"))
    traces += [
        _points(*train, _("train") if is_split else _("data"), "circle", theme.ink(dark), dark),
        _points(*validation, _("validation"), "diamond", theme.accent(dark), dark),
        _line(curve, shown, _("network"), line, FIT_WIDTH, "solid"),
    ]
    layout = _layout(shown, x_title, height=height, dark=dark)
    layout["annotations"] = [*_words(shown, dark), _key(is_split, dark)]
    return theme.figure(traces, layout)


def _layout(shown: Ranges, x_title: str, *, height: int, dark: bool) -> Spec:
    layout = theme.layout(dark=dark, height=height, margin=(56, 8, 30, 44))
    layout["xaxis"] = theme.axis(
        dark=dark,
        range=list(shown.x),
        fixedrange=True,
        title={"text": x_title, "standoff": 4, "font": {"size": theme.FONT_SIZE}},
    )
    layout["yaxis"] = theme.axis(dark=dark, range=list(shown.y), fixedrange=True, tickformat="~g")
    layout["shapes"] = [
        _beyond(*shown.x[:1], shown.low, dark),
        _beyond(shown.high, shown.x[1], dark),
    ]
    return layout | {"showlegend": False, "hovermode": "x unified"}


def describe_fit(curve: np.ndarray, shown: Ranges, says: str) -> str:
    """Describe the chart in a sentence."""
    if not np.isfinite(curve).all():
        return _("The fitted curve: the network's answers are not numbers.")
    grid = np.linspace(*shown.x, len(curve))
    inside = curve[(grid >= shown.low) & (grid <= shown.high)]
    return _(
        "The fitted curve over x from {low:.3g} to {high:.3g}: values from {lowest:.3g} to"
        " {highest:.3g}; beyond the data it goes to {left:.3g} on the left and {right:.3g} on the"
        " right. {says}.",
        low=shown.low,
        high=shown.high,
        lowest=inside.min(),
        highest=inside.max(),
        left=curve[0],
        right=curve[-1],
        says=says,
    )


def _line(y: np.ndarray, shown: Ranges, name: str, colour: str, width: float, dash: str) -> Spec:
    low, high = shown.x
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x0": low,
        "dx": (high - low) / (len(y) - 1),
        "y": typed(shortened(y)),
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": "%{y:.4g}",
    }


def _points(x: np.ndarray, y: np.ndarray, name: str, symbol: str, colour: str, dark: bool) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": typed(shortened(x)),
        "y": typed(shortened(y)),
        "marker": {
            "symbol": symbol,
            "size": 7,
            "color": colour,
            "opacity": 0.75,
            "line": {"width": 1, "color": theme.paper(dark)},
        },
        "hovertemplate": "%{y:.4g}",
    }


def _beyond(left: float, right: float, dark: bool) -> Spec:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": left,
        "x1": right,
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": theme.faint(dark),
        "opacity": 0.6,
        "layer": "below",
    }


def _words(shown: Ranges, dark: bool) -> list[Spec]:
    font = {"size": theme.FONT_SIZE, "color": theme.quiet(dark)}
    ends = ((shown.x[0], "left"), (shown.x[1], "right"))
    return [
        theme.note(
            _("extrapolation"), dark=dark, xref="x", x=x, xanchor=side, y=0.01, yanchor="bottom"
        )
        | {"font": font}
        for x, side in ends
    ]


def _key(is_split: bool, dark: bool) -> Spec:
    parts = f"● {_('data')}"
    if is_split:
        validation = f'<span style="color:{theme.accent(dark)}">◆ {_("validation")}</span>'
        parts = f"● {_('train')}  {validation}"
    text = f'<span style="color:{theme.winner(dark)}">━━ {_("network")}</span>  {parts}'
    font = {"size": theme.FONT_SIZE, "color": theme.ink(dark)}
    return theme.note(text, dark=dark, font=font, x=0.5, y=1, yanchor="bottom")
