"""Gradients of batches as a cloud, and their noise by the size of the batch."""

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import shortened, typed
from nnlab.figures.theme import Spec
from nnlab.learn.batches.noise import GradientNoise
from nnlab.texts import _, number

HEIGHT = 380
SEEN = 98
"""The view holds this percentage of single gradients in each direction, the same for all sizes."""


def noise_figure(noise: GradientNoise, size: int, *, dark: bool) -> go.Figure:
    """Return a figure: on the left the batches of one size, on the right the noise of all sizes.

    Args:
        noise: measured.
        size: one of its sizes.
        dark: the page's theme.
    """
    at = noise.sizes.index(size)
    along, across = noise.clouds[at].T
    # Of all examples at once there is one batch alone, which has no noise.
    some = noise.measured[:-1] > 0
    sizes = np.array(noise.sizes[:-1], float)[some]
    traces: list[Spec] = [
        _dots(along, across, theme.winner(dark), _("one batch")),
        _star(1, 0, theme.ink(dark), "star", _("all examples")),
        _star(0, 0, theme.quiet(dark), "x-thin-open", _("no step")),
        _line(noise.sizes[:-1], noise.expected[:-1] / noise.norm, theme.quiet(dark)),
        {
            **_dots(sizes, noise.measured[:-1][some] / noise.norm, theme.winner(dark), ""),
            "xaxis": "x2",
            "yaxis": "y2",
            "marker": {"color": theme.winner(dark), "size": 9},
            "hovertemplate": _("batch size") + " %{x}: %{y:.3g}<extra></extra>",
        },
    ]
    if size < noise.examples and noise.measured[at] > 0:
        now = _star(size, noise.measured[at] / noise.norm, theme.accent(dark), "circle-open", "")
        traces.append({**now, "xaxis": "x2", "yaxis": "y2", "showlegend": False})
    layout = theme.layout(dark=dark, height=HEIGHT, margin=(52, 12, 80, 48))
    wide, tall = (_reach(noise.clouds[0][:, axis]) for axis in (0, 1))
    layout |= {
        "xaxis": theme.axis(
            dark=dark,
            domain=[0, 0.46],
            range=[min(wide[0], -0.5), max(wide[1], 1.5)],
            title=_title(_("along the gradient of all examples")),
        ),
        "yaxis": theme.axis(dark=dark, range=list(tall), title=_title(_("across"))),
        "xaxis2": theme.axis(
            dark=dark,
            domain=[0.55, 1],
            type="log",
            tickvals=list(noise.sizes[:-1]),
            title=_title(_("batch size")),
        ),
        "yaxis2": theme.axis(dark=dark, anchor="x2", type="log", dtick=1, exponentformat="power"),
        "legend": {"orientation": "h", "x": 0, "y": 1.12, "yanchor": "bottom"},
        "hovermode": "closest",
        "shapes": [_as_large(dark)],
        "annotations": [
            _head(_batches(noise, size, len(along)), 0, dark=dark),
            _head(_("<b>Noise / gradient</b>"), 0.55, dark=dark),
        ],
    }
    return theme.figure(traces, layout)


def _batches(noise: GradientNoise, size: int, drawn: int) -> str:
    if size == noise.examples:
        return _("<b>One batch of all {size:,}</b>", size=size)
    return _("<b>{n:,} batches of {size:,}</b>", n=drawn, size=size)


def describe_noise(noise: GradientNoise, size: int) -> str:
    """The figure in words."""
    if size == noise.examples:
        return _(
            "One batch of all {examples:,} examples: its gradient is that of all examples.",
            examples=noise.examples,
        )
    at = noise.sizes.index(size)
    return _(
        "Batches of {size:,} of {examples:,} examples: their gradients lie {noise} times the length"
        " of the gradient of all examples away from it, and {share:.0%} of them point downhill.",
        size=size,
        examples=noise.examples,
        noise=number(noise.measured[at] / noise.norm),
        share=noise.downhill[at],
    )


def _dots(x: np.ndarray, y: np.ndarray, colour: str, name: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": typed(shortened(x)),
        "y": typed(shortened(y)),
        "marker": {"color": colour, "size": 6, "opacity": 0.55},
        "showlegend": bool(name),
        "hovertemplate": "%{x:.3g}, %{y:.3g}<extra></extra>",
    }


def _star(x: float, y: float, colour: str, symbol: str, name: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [float(x)],
        "y": [float(y)],
        "marker": {"color": colour, "size": 15, "symbol": symbol, "line": {"width": 2.5}},
        "hoverinfo": "skip",
    }


def _line(sizes: tuple[int, ...], values: np.ndarray, colour: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(sizes),
        "y": typed(shortened(values)),
        "xaxis": "x2",
        "yaxis": "y2",
        "line": {"color": colour, "width": theme.LINE_WIDTH, "dash": "dash"},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _reach(values: np.ndarray) -> tuple[float, float]:
    low, high = np.percentile(values, [100 - SEEN, SEEN])
    room = 0.1 * (high - low) or 1.0
    return float(low - room), float(high + room)


def _title(text: str) -> Spec:
    return {"text": text, "standoff": 4, "font": {"size": theme.FONT_SIZE}}


def _as_large(dark: bool) -> Spec:
    """The line where noise and gradient are equally large."""
    return {
        "type": "line",
        "xref": "x2 domain",
        "x0": 0,
        "x1": 1,
        "yref": "y2",
        "y0": 1,
        "y1": 1,
        "line": {"color": theme.ink(dark), "width": 1.5, "dash": "dot"},
    }


def _head(text: str, x: float, *, dark: bool) -> Spec:
    return theme.note(
        text, dark=dark, x=x, y=1.02, xanchor="left", yanchor="bottom", align="left"
    ) | {"font": {"size": theme.FONT_SIZE, "color": theme.ink(dark)}}
