"""Three losses and their slopes, side by side."""

import plotly.graph_objects as go
from torch import Tensor

from nnlab.figures import theme
from nnlab.figures.arrays import shortened, typed
from nnlab.figures.theme import Spec
from nnlab.learn.softmax.losses import LossesAlong
from nnlab.texts import N_, _

HEIGHT = 328
NAMES = {
    "cross_entropy": N_("cross-entropy"),
    "squared_error": N_("squared error"),
    "error": N_("wrong (1 − accuracy)"),
}
STEEPEST, HIGHEST = 1.15, 4.0
"""Ranges of the axes: the slopes at temperature 1 are between -1 and 1."""


def losses_figure(along: LossesAlong, now: float, *, dark: bool) -> go.Figure:
    """Losses on the left, their derivatives on the right; a dotted line at the logit `now`."""
    traces = [
        _line(name, along.logit, values, panel, dark=dark)
        for panel, curves in (("", along.losses), ("2", along.slopes))
        for name, values in curves.items()
    ]
    layout = theme.layout(dark=dark, height=HEIGHT, margin=(44, 12, 92, 44))
    title = {
        "text": _("logit of the right class"),
        "standoff": 4,
        "font": {"size": theme.FONT_SIZE},
    }
    highest = max(HIGHEST, min(20.0, float(along.losses["cross_entropy"].max())))
    steepest = max(STEEPEST, 1.1 * float(along.slopes["cross_entropy"].abs().max()))
    layout |= {
        "xaxis": theme.axis(dark=dark, domain=[0, 0.46], title=title, range=[-10, 10]),
        "xaxis2": theme.axis(dark=dark, domain=[0.54, 1], title=title, range=[-10, 10]),
        "yaxis": theme.axis(dark=dark, range=[-0.05 * highest, highest]),
        "yaxis2": theme.axis(dark=dark, range=[-steepest, 0.25 * steepest], anchor="x2"),
        "legend": {"orientation": "h", "x": 0, "y": 1.12, "yanchor": "bottom"},
        "hovermode": "x unified",
        "shapes": [
            {
                "type": "line",
                "x0": now,
                "x1": now,
                "xref": axis,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": theme.ink(dark), "width": 1.5, "dash": "dot"},
            }
            for axis in ("x", "x2")
        ],
        "annotations": [
            _head(_("<b>Loss</b>"), 0.0, dark=dark),
            _head(_("<b>Its slope</b>"), 0.54, dark=dark),
        ],
    }
    return theme.figure(traces, layout)


def _line(name: str, x: Tensor, y: Tensor, panel: str, *, dark: bool) -> Spec:
    """Return the line of a loss or its slope; `panel` is plotly's suffix of the axes."""
    colour, dash = {
        "cross_entropy": (theme.winner(dark), "solid"),
        "squared_error": (theme.accent(dark), "dash"),
        "error": (theme.quiet(dark), "dot"),
    }[name]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _(NAMES[name]),
        "x": typed(shortened(x.numpy())),
        "y": typed(shortened(y.numpy())),
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
        "showlegend": not panel,
        "line": {"color": colour, "width": theme.LINE_WIDTH, "dash": dash},
        "hovertemplate": "%{y:.3g}",
    }


def _head(text: str, x: float, *, dark: bool) -> Spec:
    return theme.note(
        text, dark=dark, x=x, y=1.02, xanchor="left", yanchor="bottom", align="left"
    ) | {"font": {"size": theme.FONT_SIZE, "color": theme.ink(dark)}}
