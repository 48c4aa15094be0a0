"""Spreads layer by layer, and the loss of each beginning as it trains."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import shortened, typed
from nnlab.figures.theme import Spec
from nnlab.learn.initial_weights.schemes import SCHEMES, Scheme
from nnlab.learn.initial_weights.spread import Spread
from nnlab.learn.initial_weights.train import Trained
from nnlab.texts import _

HEIGHT, LOSS_HEIGHT = 380, 308
HIGHEST_LOSS = 5.0
SYMBOLS = {"normal": "diamond", "xavier": "square", "kaiming": "circle", "zeros": "x"}


def _colours(dark: bool) -> dict[Scheme, str]:
    return {
        "normal": theme.CLASS_COLOURS[6],
        "xavier": theme.CLASS_COLOURS[2],
        "kaiming": theme.winner(dark),
        "zeros": theme.quiet(dark),
    }


def spread_figure(spreads: Mapping[Scheme, Spread], chosen: Scheme, *, dark: bool) -> go.Figure:
    """Points are measured, lines are the formulas; the chosen scheme's are larger.

    Zeros are not on an axis of powers: the legend says so.
    """
    traces: list[Spec] = []
    for scheme, spread in spreads.items():
        for panel, measured, expected in (
            ("", spread.forward, spread.forward_expected),
            ("2", spread.backward, spread.backward_expected),
        ):
            axes = {"xaxis": f"x{panel}", "yaxis": f"y{panel}"}
            colour, is_chosen = _colours(dark)[scheme], scheme == chosen
            traces += [
                _layers(expected, {"mode": "lines", "hoverinfo": "skip", "showlegend": False})
                | axes
                | {"line": {"color": colour, "width": 3 if is_chosen else 1.5, "dash": "dash"}},
                _layers(measured, {"mode": "markers", "name": _name(scheme, spread)})
                | axes
                | {
                    "showlegend": not panel,
                    "legendgroup": scheme,
                    "marker": {
                        "color": colour,
                        "size": 10 if is_chosen else 6,
                        "symbol": SYMBOLS[scheme],
                    },
                    "hovertemplate": "%{y:.3g}",
                },
            ]
    layers = len(next(iter(spreads.values())).forward)
    layout = theme.layout(dark=dark, height=HEIGHT, margin=(60, 12, 84, 44))
    across = {"range": [0.5, layers + 0.5], "nticks": 10, "title": _title(_("layer"))}
    upwards = {"type": "log", "exponentformat": "power", "nticks": 7}
    layout |= {
        "xaxis": theme.axis(dark=dark, domain=[0, 0.45], **across),
        "xaxis2": theme.axis(dark=dark, domain=[0.55, 1], **across),
        "yaxis": theme.axis(dark=dark, range=_range(spreads, "forward"), **upwards),
        "yaxis2": theme.axis(dark=dark, anchor="x2", range=_range(spreads, "backward"), **upwards),
        "legend": {"orientation": "h", "x": 0, "y": 1.12, "yanchor": "bottom"},
        "hovermode": "x unified",
        "annotations": [
            _head(_("<b>Forward: z</b>"), 0, dark=dark),
            _head(_("<b>Backward: ∂L/∂z</b>"), 0.55, dark=dark),
        ],
    }
    return theme.figure(traces, layout)


def losses_figure(trained: Trained, chosen: Scheme, *, dark: bool) -> go.Figure:
    """The validation loss of each beginning; what leaves the chart at the top diverges."""
    traces: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": _(SCHEMES[scheme]),
            "x": list(trained.steps),
            "y": typed(shortened(np.minimum(losses, 1e30))),
            "line": {
                "color": _colours(dark)[scheme],
                "width": 4 if scheme == chosen else theme.LINE_WIDTH,
            },
            "marker": {"symbol": SYMBOLS[scheme], "size": 7},
            "hovertemplate": "%{y:.3g}",
        }
        for scheme, losses in zip(SCHEMES, trained.losses, strict=True)
    ]
    layout = theme.layout(dark=dark, height=LOSS_HEIGHT, margin=(56, 12, 64, 44))
    layout |= {
        "xaxis": theme.axis(dark=dark, title=_title(_("step"))),
        "yaxis": theme.axis(dark=dark, range=[0, HIGHEST_LOSS], title=_title(_("loss"))),
        "legend": {"orientation": "h", "x": 0, "y": 1.12, "yanchor": "bottom"},
        "hovermode": "x unified",
    }
    return theme.figure(traces, layout)


def _layers(values: np.ndarray, extra: Spec) -> Spec:
    """Zeros become gaps: they are on no axis of powers."""
    y = np.where(values > 0, values, np.nan)
    return {
        "type": "scatter",
        "x0": 1,
        "dx": 1,
        "y": typed(shortened(y)),
        **extra,
    }


def _name(scheme: Scheme, spread: Spread) -> str:
    name = _(SCHEMES[scheme])
    return name if spread.forward.any() else _("{name} (all 0)", name=name)


def _range(spreads: Mapping[Scheme, Spread], way: str) -> list[float]:
    """Return the range of an axis in powers of ten, at least three of them."""
    values = np.concatenate([getattr(one, way) for one in spreads.values()])
    powers = np.log10(values[values > 0])
    low, high = float(powers.min()), float(powers.max())
    room = max(0.3, (3 - (high - low)) / 2)
    return [low - room, high + room]


def _title(text: str) -> Spec:
    return {"text": text, "standoff": 4, "font": {"size": theme.FONT_SIZE}}


def _head(text: str, x: float, *, dark: bool) -> Spec:
    return theme.note(
        text, dark=dark, x=x, y=1.02, xanchor="left", yanchor="bottom", align="left"
    ) | {"font": {"size": theme.FONT_SIZE, "color": theme.ink(dark)}}
