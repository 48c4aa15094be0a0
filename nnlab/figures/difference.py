"""The difference of two networks over the plane or a line, as a picture and in words."""

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import typed
from nnlab.figures.boundary import HALF_LEVELS, Task, boundary_picture, class_palette
from nnlab.figures.picture import png_data_uri
from nnlab.figures.pictures.digits import percent
from nnlab.figures.theme import Spec
from nnlab.texts import _


def difference_picture(
    ours: np.ndarray, theirs: np.ndarray, *, task: Task, limit: float = 1.0, dark: bool
) -> str:
    """Draw the difference between two networks' outputs, as a PNG `data:` address.

    Args:
        ours: float [k, h, w], as `boundary_picture` takes it: probabilities of k = 2..10 classes,
            or k = 1 value.
        theirs: the same of the other network, over the same places.
        task: whether the grids hold probabilities or values.
        limit: the difference of values that is drawn in full colour.
        dark: the page's theme.

    Two classes: the difference of the probabilities of class 1, orange (-1) over neutral (0) to
    blue (1). Values: their difference. More classes: neutral where both name the same class;
    elsewhere the colour of the one that ours names, the stronger the further apart the two are
    (total variation, half the sum of the absolute differences, 0 to 1). What is no number is grey.
    """
    if task == "regression":
        return boundary_picture((ours - theirs) / limit, task="regression", dark=dark)
    if len(ours) == 2:
        return boundary_picture((ours - theirs)[1:], task="regression", dark=dark)
    apart = np.abs(ours - theirs).sum(axis=0) / 2
    missing = ~np.isfinite(apart)
    strength = np.where(ours.argmax(axis=0) == theirs.argmax(axis=0), 0.0, np.nan_to_num(apart))
    steps = ours.argmax(axis=0) * (HALF_LEVELS + 1) + np.rint(strength * HALF_LEVELS).astype(int)
    palette = class_palette(len(ours), dark)
    indices = np.where(missing, len(palette) - 1, steps).astype(np.uint8)
    return png_data_uri(indices, palette)


FLAT = 20.0
"""A curve beside one that reaches over so many times its own range is seen as flat."""


def describe_difference(ours: np.ndarray, theirs: np.ndarray, *, task: Task) -> str:
    """Describe on which share of the plane two networks differ in class, or by which values."""
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        return _("The answers of one of them are not numbers.")
    if task == "regression":
        apart = np.abs(ours - theirs)
        return _(
            "Their values differ by {mean:.3g} on average over the drawn area, by {most:.3g} at"
            " most.",
            mean=apart.mean(),
            most=apart.max(),
        )
    share = float((ours.argmax(axis=0) != theirs.argmax(axis=0)).mean())
    apart = float(np.abs(ours - theirs).sum(axis=0).mean() / 2)
    return _(
        "They predict different classes on {share} of the plane; on average their probabilities"
        " differ by {distance}.",
        share=percent(share),
        distance=percent(apart),
    )


def fits_figure(
    x: np.ndarray, ours: np.ndarray, theirs: np.ndarray, *, height: int, dark: bool
) -> go.Figure:
    """Two fitted curves over one input, [n] each: ours solid, the other thin, grey and dashed.

    Where the values of one go far beyond those of the other, the axis ends before, and says so.
    """
    lines = (
        (_("parent"), theirs, theme.quiet(dark), 1.5, "7px,5px"),
        (_("this run"), ours, theme.ink(dark), theme.LINE_WIDTH, "solid"),
    )
    traces: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": typed(x),
            "y": typed(y),
            "line": {"color": colour, "width": width, "dash": dash},
            "hovertemplate": "%{y:.4g}",
        }
        for name, y, colour, width, dash in lines
    ]
    layout = theme.layout(dark=dark, height=height, margin=(56, 12, 30, 44))
    y_axis: Spec = {"nticks": 6}
    ends = _ends(ours, theirs)
    if ends is not None:
        y_axis |= {"range": list(ends), "autorange": False}
    layout |= theme.over_steps("y", "x", {"nticks": 6}, y_axis, dark=dark)
    quiet = theme.quiet(dark)
    key = f'━━ {_("this run")}  <span style="color:{quiet}">╌╌ {_("parent")}</span>'
    layout["annotations"] = [
        theme.note(key, dark=dark, x=1, xanchor="right", y=1, yanchor="bottom")
    ]
    if ends is not None:
        said = _("cut: {low:.2g} to {high:.2g} is shown", low=ends[0], high=ends[1])
        layout["annotations"].append(
            theme.note(said, dark=dark, x=1, xanchor="right", y=1, yanchor="top")
        )
    return theme.figure(traces, layout)


def _ends(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float] | None:
    """The ends of the axis where one curve reaches so far that the other would be flat."""
    reaches = [(float(y.min()), float(y.max())) for y in (ours, theirs) if np.isfinite(y).all()]
    if len(reaches) < 2:
        return reaches[0] if reaches and reaches[0][0] < reaches[0][1] else None
    (low, high), (least, most) = sorted(reaches, key=lambda ends: ends[1] - ends[0])
    room = high - low or abs(high) or 1.0
    if most - least <= FLAT * room:
        return None
    return low - room, high + room
