"""The pictures of a landscape: a plane of weights, a line between two networks, the sharpness."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.theme import Spec
from nnlab.texts import _, number

HEIGHT = 440
LOW_HEIGHT = 320
HIGHEST_DECADES = 6.0
"""Losses are drawn over at most so many powers of ten above the lowest."""


def landscape_figure(  # noqa: PLR0913 - a chart has that many independent options
    grid: tuple[np.ndarray, np.ndarray],
    values: np.ndarray,
    path: np.ndarray,
    at: int,
    *,
    here: tuple[float, float] | None = None,
    of_accuracy: bool,
    titles: tuple[str, str],
    dark: bool,
) -> go.Figure:
    """Draw loss (by powers of ten) or accuracy over a plane, with the path of the run on it.

    Args:
        grid: places along both directions, [m] and [n].
        values: [n, m], losses or shares of right answers.
        path: [t, 2], places of the path.
        at: index of the step in view.
        here: place of the run's newest weights, drawn as a star.
        of_accuracy: whether the values are shares of right answers.
        titles: of both axes.
        dark: the page's theme.
    """
    way: Spec = {
        "type": "scatter",
        "mode": "lines",
        "x": _short(path[:, 0]),
        "y": _short(path[:, 1]),
        "line": {"color": theme.ORANGE, "width": theme.LINE_WIDTH},
        "hoverinfo": "skip",
    }
    marks = [
        _mark(path[0], "diamond", 10, theme.paper(dark), theme.ink(dark), _("start")),
        _mark(path[at], "circle", 14, theme.ORANGE, theme.ink(dark), _("here")),
    ]
    if here is not None:
        marks.append(_mark(here, "star", 16, theme.ORANGE, theme.ink(dark), _("now")))
    field = _field(grid, values, of_accuracy=of_accuracy, dark=dark)
    return theme.figure([field, way, *marks], _layout(grid, titles, dark=dark))


def _field(
    grid: tuple[np.ndarray, np.ndarray], values: np.ndarray, *, of_accuracy: bool, dark: bool
) -> Spec:
    # As in the race of optimizers the good is light on a light page: what moves there is seen.
    good, bad = theme.neutral(dark), "#B9A8FF" if dark else "#3B1E8A"
    scale = [[0, bad], [1, good]] if of_accuracy else [[0, good], [1, bad]]
    shown, bar = _shares(values) if of_accuracy else _decades(values)
    return {
        "type": "contour",
        "x": _short(grid[0]),
        "y": _short(grid[1]),
        "z": [_short(row) for row in shown],
        "colorscale": scale,
        "contours": {"coloring": "heatmap", "showlines": True},
        "line": {"width": 0.7, "color": theme.quiet(dark)},
        "ncontours": 14,
        "colorbar": {"thickness": 10, "len": 0.9, "outlinewidth": 0, "x": 1.01, **bar},
        "hoverinfo": "skip",
    }


def _layout(grid: tuple[np.ndarray, np.ndarray], titles: tuple[str, str], *, dark: bool) -> Spec:
    layout = theme.layout(dark=dark, height=HEIGHT, margin=(56, 60, 12, 44))
    for name, places, title in (("xaxis", grid[0], titles[0]), ("yaxis", grid[1], titles[1])):
        layout[name] = theme.axis(
            dark=dark,
            range=[float(places[0]), float(places[-1])],
            nticks=6,
            showgrid=False,
            fixedrange=True,
            constrain="domain",
            title={"text": title, "standoff": 4, "font": {"size": theme.FONT_SIZE}},
        )
    layout["yaxis"]["scaleanchor"] = "x"
    layout["showlegend"] = False
    return layout


def valley_figure(
    shares: np.ndarray, losses: np.ndarray, names: tuple[str, str], at: float, *, dark: bool
) -> go.Figure:
    """The loss along the line from one network (0) to the other (1), and the place looked at."""
    here = float(np.interp(at, shares, losses))
    line: Spec = {
        "type": "scatter",
        "mode": "lines",
        "x": _short(shares),
        "y": _short(losses),
        "line": {"color": theme.ink(dark), "width": theme.LINE_WIDTH},
        "hovertemplate": "%{x:.2f}: %{y:.4g}<extra></extra>",
    }
    ends = [
        _mark(
            (x, float(np.interp(x, shares, losses))), "diamond", 11, colour, theme.ink(dark), name
        )
        for x, colour, name in ((0.0, theme.ORANGE, names[0]), (1.0, theme.BLUE, names[1]))
    ]
    place = _mark((at, here), "circle", 13, theme.accent(dark), theme.ink(dark), _("here"))
    layout = theme.layout(dark=dark, height=LOW_HEIGHT, margin=(56, 16, 30, 44))
    layout |= theme.over_steps(
        _("Loss on the way"),
        _("share of the other run's weights"),
        {"range": [float(shares[0]), float(shares[-1])], "fixedrange": True},
        {"rangemode": "tozero", "fixedrange": True},
        dark=dark,
    )
    layout["hovermode"] = "closest"
    return theme.figure([line, *ends, place], layout)


def sharpness_figure(
    steps: Sequence[float],
    sharpness: Sequence[float],
    limits: Sequence[float],
    *,
    title: str,
    dark: bool,
) -> go.Figure:
    """The sharpness over steps, and its limit dashed; traces by the names that the wire knows.

    `limits` are NaN where there is none.
    """
    accent, ink = theme.accent(dark), theme.ink(dark)
    courses = [
        _course(steps, limits, "limit", _("limit"), accent, "6px,4px"),
        _course(steps, sharpness, "sharpness", _("sharpness"), ink, "solid"),
    ]
    layout = _over_steps((title, _("limit")), dark=dark)
    return theme.figure(courses, layout)


def way_figure(
    steps: Sequence[float], losses: np.ndarray, in_plane: np.ndarray, at: int, *, dark: bool
) -> go.Figure:
    """The network's loss along its way, and the loss at the closest places of the plane, dashed.

    Args:
        steps: of the moments, [t].
        losses: the network's, [t].
        in_plane: at the closest place of the plane, [t].
        at: which of the moments is looked at.
        dark: the page's theme.
    """
    accent, ink = theme.accent(dark), theme.ink(dark)
    names = _("the network's loss"), _("in the plane")
    courses = [
        _course(steps, in_plane, "plane", names[1], accent, "6px,4px"),
        _course(steps, losses, "loss", names[0], ink, "solid"),
        _mark((steps[at], losses[at]), "circle", 13, theme.ORANGE, ink, _("here")),
    ]
    return theme.figure(courses, _over_steps(names, dark=dark))


def _course(
    steps: Sequence[float],
    values: Sequence[float] | np.ndarray,
    meta: str,
    name: str,
    colour: str,
    dash: str,
) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines" if len(steps) != 1 else "markers",
        "meta": meta,
        "name": name,
        "x": list(steps),
        "y": [None if not np.isfinite(value) else float(value) for value in values],
        "line": {"color": colour, "width": theme.LINE_WIDTH, "dash": dash},
        "hovertemplate": "%{y:.4g}<extra>" + name + "</extra>",
    }


def _over_steps(names: tuple[str, str], *, dark: bool) -> Spec:
    """The layout of two courses, the first drawn whole, the second dashed; its title is the key."""
    accent, ink = theme.accent(dark), theme.ink(dark)
    key = f'<span style="color:{ink}">━</span> {names[0]}  <span style="color:{accent}">╍</span> '
    layout = theme.layout(dark=dark, height=LOW_HEIGHT, margin=(64, 16, 30, 44))
    layout |= theme.over_steps(key + names[1], _("step"), {}, {"rangemode": "tozero"}, dark=dark)
    return layout


def _decades(values: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """Powers of ten of losses, and a colour bar that says the losses themselves."""
    finite = values[np.isfinite(values) & (values > 0)]
    low = float(np.log10(finite.min())) if len(finite) else 0.0
    high = float(np.log10(finite.max())) if len(finite) else 1.0
    high = max(min(high, low + HIGHEST_DECADES), low + 1e-6)
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.log10(values)
    powers = np.nan_to_num(powers, nan=high, posinf=high, neginf=low).clip(low, high)
    places = np.linspace(low, high, 5)
    texts = [number(10**place, 2) for place in places]
    return powers, {"tickvals": places.tolist(), "ticktext": texts, "title": {"text": _("loss")}}


def _shares(values: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    return values, {"tickformat": ".0%", "title": {"text": _("accuracy")}}


def _mark(
    place: Sequence[float] | np.ndarray,
    symbol: str,
    size: int,
    colour: str,
    edge: str,
    name: str,
) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [float(place[0])],
        "y": [float(place[1])],
        "marker": {
            "symbol": symbol,
            "size": size,
            "color": colour,
            "line": {"width": 2, "color": edge},
        },
        "hovertemplate": f"{name}<extra></extra>",
    }


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.5g}") for value in values]
