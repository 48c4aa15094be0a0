"""The last hidden layer as a map: each picture a point, coloured by its class."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import typed
from nnlab.figures.pictures.digits import percent
from nnlab.figures.theme import Spec
from nnlab.texts import _
from nnlab.visible import in_html

HEIGHT = 520
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")
"""Beyond ten classes colours repeat, with another symbol."""


def features_figure(
    points: np.ndarray,
    labels: np.ndarray,
    class_names: Sequence[str],
    *,
    explained: tuple[float, float],
    dark: bool,
) -> go.Figure:
    """One trace a class, so that a click on the legend hides it.

    Args:
        points: float [n, 2].
        labels: int [n].
        class_names: k names.
        explained: the share of the variance along each axis, 0 to 1.
        dark: the page's theme.
    """
    traces = [
        _class(points[labels == label], np.flatnonzero(labels == label), name, label)
        for label, name in enumerate(class_names)
    ]
    layout = theme.layout(dark=dark, height=HEIGHT, margin=(52, 8, 8, 44))
    first, second = (percent(share) for share in explained)
    for axis, title in (
        ("xaxis", _("first component · {share} of the variance", share=first)),
        ("yaxis", _("second component · {share} of the variance", share=second)),
    ):
        layout[axis] = theme.axis(
            dark=dark,
            title={
                "text": title,
                "standoff": 4,
                "font": {"size": theme.FONT_SIZE},
            },
            zeroline=False,
        )
    layout["showlegend"] = True
    layout["legend"] = {
        "orientation": "v",
        "font": {"size": theme.FONT_SIZE},
        "itemsizing": "constant",
    }
    layout["hovermode"] = "closest"
    return theme.figure(traces, layout)


def _class(points: np.ndarray, places: np.ndarray, name: str, label: int) -> Spec:
    colours = theme.CLASS_COLOURS
    return {
        "type": "scatter",
        "mode": "markers",
        "name": in_html(name),
        "x": typed(points[:, 0].astype(np.float32)),
        "y": typed(points[:, 1].astype(np.float32)),
        "customdata": places.tolist(),
        "marker": {
            "size": 7,
            "color": colours[label % len(colours)],
            "symbol": SYMBOLS[label // len(colours) % len(SYMBOLS)],
            "line": {"width": 0.5, "color": "#808080"},
        },
        "hovertemplate": f"{in_html(name)}<extra></extra>",
    }


def describe_features(labels: np.ndarray, explained: tuple[float, float]) -> str:
    """Describe the map in one sentence."""
    return _(
        "A map of {count:,} pictures in the last hidden layer: two principal components that hold"
        " {share} of the variance.",
        count=len(labels),
        share=percent(sum(explained)),
    )
