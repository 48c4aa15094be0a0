"""The one colour language of all charts, and the layout that they share.

Class 0 is orange and class 1 blue, as in TensorFlow Playground; further classes continue with the
palette of Okabe and Ito (https://jfly.uni-koeln.de/color/), and three more that stay apart for
colour-blind eyes. Training is drawn solid in the colour of ink, validation dashed in magenta, so
that neither is taken for a class. Everything is sized for the back of a lecture hall.

Show the figures with Streamlit's `theme=None`: what they need is in them.
"""

from typing import Any

import numpy as np

# Plotly looks at pandas as soon as any thread has begun to import it, and fails at what is not yet
# there: so it has to be whole before the first figure.
import pandas  # noqa: F401
import plotly.graph_objects as go

CLASS_COLOURS = (
    "#E69F00",  # orange
    "#0072B2",  # blue
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#F0E442",  # yellow
    "#56B4E9",  # sky blue
    "#D55E00",  # vermillion
    "#771EED",  # violet
    "#CAF6CC",  # mint
    "#6B0211",  # maroon
)
ORANGE, BLUE = CLASS_COLOURS[:2]

FONT_SIZE = 14
FONT = "Source Sans, sans-serif"
"""The page's own."""
LINE_WIDTH = 2.5
CURVE_HEIGHT = 210
"""Pixels. Heights never change, so that nothing moves when training starts."""

Spec = dict[str, Any]
"""A part of a figure as plotly's JSON has it."""


def paper(dark: bool) -> str:
    """The page behind the charts (Streamlit's own); the charts themselves are transparent."""
    return "#0E1117" if dark else "#FFFFFF"


def ink(dark: bool) -> str:
    """Text, and the training curve."""
    return "#FAFAFA" if dark else "#31333F"


def quiet(dark: bool) -> str:
    """Return the colour of quiet but readable elements: hints, bars that did not win."""
    return "#A9ADBA" if dark else "#5F6270"


def accent(dark: bool) -> str:
    """The validation curve."""
    return "#F58FE0" if dark else "#B5179E"


def reported(dark: bool) -> str:
    """The curve that somebody else published of the same experiment."""
    return "#9BE15D" if dark else "#5C7A00"


def faint(dark: bool) -> str:
    """Grid lines."""
    return "#30343D" if dark else "#E3E4EA"


def neutral(dark: bool) -> str:
    """The middle of the diverging scale: as likely orange as blue, or the number 0."""
    return "#3A3D45" if dark else "#FFFFFF"


def winner(dark: bool) -> str:
    """The bar of the class that is predicted."""
    return "#56B4E9" if dark else BLUE


def rgb(colour: str) -> np.ndarray:
    """`#RRGGBB` as float64 [3] in 0..255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


def mix(start: str, end: str, shares: np.ndarray) -> np.ndarray:
    """Colours on the way from `start` (share 0) to `end` (share 1): uint8 [n, 3]."""
    way = rgb(start) + np.outer(shares, rgb(end) - rgb(start))
    return np.round(way).astype(np.uint8)


def layout(*, dark: bool, height: int, margin: tuple[int, int, int, int]) -> Spec:
    """Return the layout that all charts share.

    `margin` is left, right, top, bottom in pixels, fixed.
    """
    left, right, top, bottom = margin
    return {
        # Without an empty template plotly adds its own 7 kB to every frame.
        "template": {},
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": FONT_SIZE, "color": ink(dark), "family": FONT},
        "hoverlabel": {"font": {"size": FONT_SIZE, "color": ink(dark)}, "bgcolor": paper(dark)},
        # What a person zoomed or hid stays so while frames come.
        "uirevision": "nnlab",
        # Dragging a finger over a chart scrolls the page.
        "dragmode": False,
    }


def axis(*, dark: bool, **extra: object) -> Spec:
    """An axis with a faint grid and no zero line; `extra` are plotly's own names."""
    return {
        "gridcolor": faint(dark),
        "linecolor": quiet(dark),
        "zeroline": False,
        "automargin": False,
        **extra,
    }


BARE_AXIS: Spec = {"range": [0, 1], "tickfont": {"color": "rgba(0,0,0,0)"}, "showgrid": False}
"""The lower axis of a chart with nothing in it: unseen tick labels keep its title in place."""


def over_steps(title: str, x_title: str, x_axis: Spec, y_axis: Spec, *, dark: bool) -> Spec:
    """Return the layout of charts over steps: axes, the name above on the left, one hover label."""
    return {
        "xaxis": axis(
            dark=dark,
            title={"text": x_title, "standoff": 0, "font": {"size": FONT_SIZE}},
            **x_axis,
        ),
        "yaxis": axis(dark=dark, **y_axis),
        "title": {
            "text": f"<b>{title}</b>",
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "pad": {"b": 4},
            "font": {"size": FONT_SIZE + 1},
        },
        "showlegend": False,
        "hovermode": "x unified",
    }


def note(text: str, *, dark: bool, **extra: object) -> Spec:
    """A quiet text in the middle of a chart that has nothing to show yet."""
    return {
        "text": text,
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.5,
        "font": {"size": FONT_SIZE + 1, "color": quiet(dark)},
        **extra,
    }


def figure(data: list[Spec], layout: Spec) -> go.Figure:
    """The figure, unchecked.

    Plotly's own check of a dict costs as much as all the rest of a frame (0.5 against 0.2 ms for
    each chart), and Streamlit asks for it on plain dicts; the tests check every figure instead.
    """
    return go.Figure({"data": data, "layout": layout}, _validate=False)
