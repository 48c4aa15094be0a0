"""Loss and accuracy as they were: a curve for training, one for validation, one that is reported.

The reported one is what somebody else published of the same experiment: it is there before
training starts, and ours grows beside it.
"""

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import typed
from nnlab.figures.theme import Spec
from nnlab.texts import N_, _

EMPTY = N_("press Train")
POINTS = 100
"""Points of each curve: one for every three pixels of a chart of 300."""

ONE_POINT = 8
"""The characters of a single float32 in base64."""


Reference = tuple[np.ndarray, np.ndarray]
"""Epochs or steps, growing, and the values that were reported there: [n] and [n]."""


def thin(x: np.ndarray, y: np.ndarray, points: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Return at most `points` of the points: first, last, and the extremes of each stretch.

    A stretch is drawn in one or two pixels, and its lowest and highest value are what such pixels
    show; so a spike stays visible however long the run (min-max decimation, as in Steinarsson,
    "Downsampling time series for visual representation", 2013). What is not finite counts as
    missing, and is kept only where nothing else is in its stretch.

    Args:
        x: [n], growing.
        y: [n].
        points: 4 or more.
    """
    n = len(y)
    if n <= points:
        return x, y
    stretches = (points - 2) // 2
    width = -(-(n - 2) // stretches)
    inner = np.full(stretches * width, np.nan)
    inner[: n - 2] = y[1:-1]
    inner[~np.isfinite(inner)] = np.nan
    rows = inner.reshape(stretches, width)
    missing = np.isnan(rows)
    starts = 1 + width * np.arange(stretches)
    lowest = starts + np.where(missing, np.inf, rows).argmin(axis=1)
    highest = starts + np.where(missing, -np.inf, rows).argmax(axis=1)
    kept = np.unique(np.concatenate([[0], lowest, highest, [n - 1]]))
    kept = kept[kept < n]
    return x[kept], y[kept]


def loss_figure(  # noqa: PLR0913 - a chart has that many independent options
    train_x: np.ndarray,
    train: np.ndarray,
    val_x: np.ndarray,
    val: np.ndarray,
    *,
    x_title: str = N_("epoch"),
    log_y: bool = False,
    reference: Reference | None = None,
    empty: str = EMPTY,
    height: int = theme.CURVE_HEIGHT,
    dark: bool,
) -> go.Figure:
    """Two traces, always, and a third where there is a reference.

    The axis begins at 0, or is logarithmic.

    Args:
        train_x: [n], steps or epochs.
        train: [n], losses of 0 and more; NaN is a gap.
        val_x: [m], as `train_x`.
        val: [m], as `train`.
        x_title: what `train_x` and `val_x` count; it goes through `_` here, as does `empty`.
        log_y: a logarithmic axis.
        reference: what was reported elsewhere, over what `train_x` counts.
        empty: the quiet text while there is nothing to draw.
        height: pixels.
        dark: the page's theme.
    """
    y_axis: Spec = {"rangemode": "tozero", "tickformat": ".3~g", "nticks": 5}
    if log_y:
        y_axis = {"type": "log", "tickformat": "~g", "nticks": 5}
    elif not len(train) and not len(val) and reference is None:
        y_axis["range"] = [0, 1]
    curves = [
        _curve("train", train_x, train, "%{y:.6g}", dark),
        _curve("validation", val_x, val, "%{y:.6g}", dark),
        *([] if reference is None else [_curve("reported", *reference, "%{y:.6g}", dark)]),
    ]
    return _figure(_("loss"), curves, x_title, y_axis, empty, height, dark)


def accuracy_figure(  # noqa: PLR0913 - a chart has that many independent options
    train_x: np.ndarray,
    train: np.ndarray,
    val_x: np.ndarray,
    val: np.ndarray,
    *,
    x_title: str = N_("epoch"),
    reference: Reference | None = None,
    empty: str = EMPTY,
    height: int = theme.CURVE_HEIGHT,
    dark: bool,
) -> go.Figure:
    """Draw accuracies in 0..1 as `loss_figure`, on a fixed axis from 0 to 100 %."""
    y_axis: Spec = {
        # A little more than 100, so that a line at 100 % shows its whole width.
        "range": [0, 103],
        "tick0": 0,
        "dtick": 25,
        "ticksuffix": "%",
        "fixedrange": True,
    }
    curves = [
        _curve("train", train_x, 100 * np.asarray(train), "%{y:.4g}%", dark),
        _curve("validation", val_x, 100 * np.asarray(val), "%{y:.4g}%", dark),
    ]
    if reference is not None:
        x, y = reference
        curves.append(_curve("reported", x, 100 * np.asarray(y), "%{y:.4g}%", dark))
    return _figure(_("accuracy"), curves, x_title, y_axis, empty, height, dark)


def r2_figure(  # noqa: PLR0913 - a chart has that many independent options
    train_x: np.ndarray,
    train: np.ndarray,
    val_x: np.ndarray,
    val: np.ndarray,
    *,
    x_title: str = N_("epoch"),
    empty: str = EMPTY,
    height: int = theme.CURVE_HEIGHT,
    dark: bool,
) -> go.Figure:
    """Draw R² (at most 1) as `loss_figure`, on a fixed axis from a little below 0 to 1.

    What is worse than the mean of the targets lies below 0, and may run out at the bottom.
    """
    y_axis: Spec = {"range": [-0.2, 1.04], "tick0": 0, "dtick": 0.25, "fixedrange": True}
    curves = [
        _curve("train", train_x, train, "%{y:.5g}", dark),
        _curve("validation", val_x, val, "%{y:.5g}", dark),
    ]
    return _figure("R²", curves, x_title, y_axis, empty, height, dark)


def _curve(name: str, x: np.ndarray, y: np.ndarray, hover: str, dark: bool) -> Spec:
    x, y = thin(x, y, POINTS)
    colour, width, dash = {
        N_("train"): (theme.ink(dark), theme.LINE_WIDTH, "solid"),
        N_("validation"): (theme.accent(dark), theme.LINE_WIDTH + 0.5, "6px,4px"),
        N_("reported"): (theme.reported(dark), theme.LINE_WIDTH, "10px,6px"),
    }[name]
    return {
        "type": "scatter",
        # One single point makes no line.
        "mode": "lines" if len(y) != 1 else "markers",
        "name": _(name),
        "meta": {"train": "train", "validation": "val"}.get(name),
        "x": typed(x),
        "y": typed(y),
        "line": {
            "color": colour,
            "width": width,
            "dash": dash,
        },
        "hovertemplate": hover,
    }


def _figure(  # noqa: PLR0913 - a chart has that many independent options
    title: str, curves: list[Spec], x_title: str, y_axis: Spec, empty: str, height: int, dark: bool
) -> go.Figure:
    layout = theme.layout(dark=dark, height=height, margin=(48, 10, 24, 34))
    bare = all(curve["y"]["bdata"] == "" for curve in curves)
    x_axis: Spec = {"nticks": 5, "tickangle": 0, "tickformat": "~s", "hoverformat": ",.4~f"}
    if max(len(curve["y"]["bdata"]) for curve in curves) <= ONE_POINT:
        x_axis["rangemode"] = "tozero"  # around a single point plotly would go below 0
    if bare:
        x_axis = dict(theme.BARE_AXIS)
    layout |= theme.over_steps(title, _(x_title), x_axis, y_axis, dark=dark)
    layout["annotations"] = [_key(dark, reported=len(curves) > 2)]
    if bare:
        # With the same revision plotly would keep the fixed range for all that comes after it.
        layout["uirevision"] = "bare"
        layout["annotations"].append(theme.note(_(empty), dark=dark, y=0.62))
    return theme.figure(curves, layout)


def _key(dark: bool, *, reported: bool = False) -> Spec:
    """Which curve is which. Plotly's own legend leaves out what is empty, and pushes the axes."""
    train, val = theme.ink(dark), theme.accent(dark)
    text = f'━ {_("train")}  <span style="color:{val}">╍ {_("validation")}</span>'
    if reported:
        text += f'  <span style="color:{theme.reported(dark)}">╌ {_("reported")}</span>'
    place = {"x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"}
    return theme.note(text, dark=dark, font={"size": theme.FONT_SIZE, "color": train}, **place)
