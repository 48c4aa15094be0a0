"""Histograms of the same numbers at several moments, one behind the other: ridgelines.

As TensorBoard's "offset" view: the newest in front, older ones behind it and paler.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import shortened, typed
from nnlab.figures.theme import Spec
from nnlab.texts import _

HEIGHT = 400
LABELS = 7
"""Moments whose steps stand beside them."""
OVERLAP = 0.14
"""The highest ridge reaches over this share of all rows, and one more."""


def histograms_figure(
    steps: Sequence[int],
    shares: np.ndarray,
    edges: np.ndarray,
    *,
    values: str,
    marked: int | None = None,
    dark: bool,
) -> go.Figure:
    """Draw a ridge for each moment, all on one scale: the same height is the same share.

    Args:
        steps: of m moments, ascending.
        shares: float [m, bins] in 0..1.
        edges: float [bins + 1], evenly spaced.
        values: what is counted, for the axis below.
        marked: the step that is looked at, in another colour.
        dark: the page's theme.
    """
    count, between = len(steps), float(edges[1] - edges[0])
    scale = (1 + OVERLAP * count) / max(float(shares.max(initial=0.0)), 1e-9)
    ages = np.linspace(0, 1, count) if count > 1 else np.ones(1)
    fills = theme.mix(theme.neutral(dark), _fresh(dark), 0.15 + 0.85 * ages)
    lines = theme.mix(theme.quiet(dark), theme.ink(dark), ages)
    bases = count - 1 - np.arange(count)
    traces = [
        _ridge(step, row, scale, float(base), edges, _css(fill), _css(line))
        for step, row, base, fill, line in zip(steps, shares, bases, fills, lines, strict=True)
    ]
    if marked is not None and marked in steps:
        ridge = traces[list(steps).index(marked)]
        ridge["line"] = {"color": theme.accent(dark), "width": theme.LINE_WIDTH}
    layout = theme.layout(dark=dark, height=HEIGHT, margin=(88, 12, 8, 44))
    layout["xaxis"] = theme.axis(
        dark=dark,
        range=[float(edges[0]) - between / 2, float(edges[-1]) + between / 2],
        nticks=8,
        exponentformat="power",
        title={
            "text": _("{values} · height: their share", values=values),
            "standoff": 4,
            "font": {"size": theme.FONT_SIZE},
        },
    )
    said = np.unique(np.linspace(0, count - 1, min(LABELS, count)).round().astype(int))
    layout["yaxis"] = theme.axis(
        dark=dark,
        range=[-0.15, count - 1 + scale * float(shares[0].max(initial=0.0)) + 0.4],
        tickvals=[int(bases[place]) for place in said],
        ticktext=[_("step {step:,}", step=steps[place]) for place in said],
        fixedrange=True,
    )
    layout["showlegend"] = False
    layout["hovermode"] = "closest"
    if edges[0] < 0 < edges[-1]:
        layout["shapes"] = [_zero(dark)]
    return theme.figure(traces, layout)


def _fresh(dark: bool) -> str:
    """The newest moment; none of the colours of classes or signs."""
    return "#8E7CF0" if dark else "#6A51C8"


def _css(colour: np.ndarray) -> str:
    red, green, blue = (int(part) for part in colour)
    return f"#{red:02X}{green:02X}{blue:02X}"


def _ridge(  # noqa: PLR0913 - a chart has that many independent options
    step: int,
    shares: np.ndarray,
    scale: float,
    base: float,
    edges: np.ndarray,
    fill: str,
    line: str,
) -> Spec:
    between = float(edges[1] - edges[0])
    heights = base + scale * np.concatenate([[0.0], shares, [0.0]])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _("step {step:,}", step=step),
        "x0": float(edges[0]) - between / 2,  # the middles of the bins, and one on each side
        "dx": between,
        "y": typed(shortened(heights)),
        "customdata": [0.0, *(round(share, 4) for share in shares.tolist()), 0.0],
        "line": {"color": line, "width": 1.5},
        "fill": "toself",
        "fillcolor": fill,
        "hovertemplate": "%{customdata:.1%} · %{x:.3g}",
    }


def _zero(dark: bool) -> Spec:
    return {
        "type": "line",
        "x0": 0,
        "x1": 0,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.quiet(dark), "width": 1, "dash": "2px,3px"},
    }
