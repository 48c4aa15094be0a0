"""The curves of several runs upon each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import ceiling, cut, typed
from nnlab.figures.curves import thin
from nnlab.figures.pictures.digits import percent
from nnlab.figures.theme import Spec
from nnlab.texts import N_, _, number
from nnlab.visible import in_html

Quantity = Literal["loss", "accuracy", "R²"]

MOST = 6
"""Runs in one chart: more curves are not told apart."""
POINTS = 240
HEIGHT = 320
RAW_OPACITY = 0.28
LOWEST = -1e6

DASHES = ("solid", "9px,4px", "2px,3px", "12px,3px,2px,3px", "20px,5px", "6px,3px,2px,3px,2px,3px")
_ON_LIGHT = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#332288", "#882255")
_ON_DARK = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00")


@dataclass(frozen=True)
class Curve:
    """One run's curve: `x` [n], growing, and `y` [n]; losses, or shares in 0..1. NaN is a gap."""

    name: str
    x: np.ndarray
    y: np.ndarray
    diverged: bool = False
    """Whether the losses may be huge: they are cut where other curves would lie flat beside
    them."""


def run_colour(index: int, dark: bool) -> str:
    """The colour of the run with this number, 0 to 5, in every part of a comparison.

    Six that differ for colour-blind eyes too, and stand out from the page. `DASHES` go with them,
    so that no curve is known by its colour alone.
    """
    return (_ON_DARK if dark else _ON_LIGHT)[index]


def smooth(values: np.ndarray, weight: float) -> np.ndarray:
    """The exponential moving average of [n] values, corrected for its start.

    m_t = w·m_{t-1} + (1 - w)·y_t with m_0 = 0, shown as m_t / (1 - wᵗ): the correction of Kingma
    and Ba ("Adam", 2015, section 3), which TensorBoard uses, too. What is not finite is left as it
    is and counts for nothing.

    Args:
        values: float [n].
        weight: w of 0 (as it is) up to, but not, 1: how much of the past stays at each point.
    """
    if weight == 0:
        return values
    smoothed = np.array(values, dtype=np.float64)
    mean, remaining = 0.0, 1.0
    for i in np.flatnonzero(np.isfinite(smoothed)).tolist():
        mean = weight * mean + (1 - weight) * smoothed[i]
        remaining *= weight
        smoothed[i] = mean / (1 - remaining)
    return smoothed


def overlay_figure(  # noqa: PLR0913 - a chart has that many independent options
    curves: Sequence[Curve],
    *,
    quantity: Quantity,
    x_title: str = N_("step"),
    log_y: bool = False,
    smoothing: float = 0.0,
    empty: str = N_("nothing recorded"),
    height: int = HEIGHT,
    dark: bool,
) -> go.Figure:
    """Draw each run's curve in its own colour and dash, as two traces: raw (faint) and smoothed.

    Without smoothing the first one is empty, and the second is the curve as it was.

    Args:
        curves: at most 6, in the order of `run_colour`.
        quantity: the title; a loss's axis begins at 0, and a run that diverged is cut, with a word,
            where it would flatten the others; an accuracy's goes from 0 to 100 %,
            that of R² from a little below 0 to 1.
        x_title: what `x` counts; it goes through `_` here, as does `empty`.
        log_y: a logarithmic axis, for losses.
        smoothing: the weight of `smooth`.
        empty: the quiet text where no run has anything to show.
        height: pixels.
        dark: the page's theme.
    """
    share = quantity == "accuracy"
    traces: list[Spec] = []
    top = _ceiling(curves, log=log_y) if quantity == "loss" else None
    for index, curve in enumerate(curves):
        y = 100 * curve.y if share else cut(curve.y, top if curve.diverged else None)
        if quantity == "R²":
            y = np.clip(y, LOWEST, None)  # far below the axis, and not beyond all numbers
        colour = run_colour(index, dark)
        raw = (curve.x, y) if smoothing else (np.empty(0), np.empty(0))
        traces.append(_trace(curve.name, *raw, colour, "solid", faint=True, share=share))
        shown = smooth(y, smoothing)
        traces.append(
            _trace(curve.name, curve.x, shown, colour, DASHES[index], faint=False, share=share)
        )
    bare = not any(np.isfinite(curve.y).any() for curve in curves)
    layout = _layout(quantity, x_title, log_y, bare, empty, height, dark)
    if top is not None:
        wild = [curve.name for curve in curves if curve.diverged]
        layout["annotations"] = [
            theme.note(
                _(
                    "cut at {top}: {names} diverged",
                    top=number(top, 2),
                    names=", ".join(map(in_html, wild)),
                ),
                dark=dark,
                x=1,
                xanchor="right",
                y=1,
                yanchor="bottom",
            )
        ]
    return theme.figure(traces, layout)


def _ceiling(curves: Sequence[Curve], *, log: bool) -> float | None:
    calm = [curve.y for curve in curves if not curve.diverged]
    return ceiling(calm, [curve.y for curve in curves if curve.diverged], log=log)


def describe_overlay(quantity: Quantity, curves: Sequence[Curve], of: str = "") -> str:
    """Describe each curve's last and best value in one sentence."""
    share = quantity == "accuracy"
    parts = []
    for curve in curves:
        values = curve.y[np.isfinite(curve.y)]
        if not len(values):
            parts.append(_("{name}: nothing recorded", name=curve.name))
            continue
        read = (lambda v: percent(float(v))) if share else (lambda v: number(float(v), 4))
        best = values.min() if quantity == "loss" else values.max()
        parts.append(
            _(
                "{name}: {last} at the end, best {best}",
                name=curve.name,
                last=read(values[-1]),
                best=read(best),
            )
        )
    said = _(
        "{part} {quantity} of {count} runs.",
        part=of and _(of),
        quantity=_(quantity),
        count=len(curves),
    )
    return said.strip().capitalize() + "; ".join(parts) + "."


def _trace(  # noqa: PLR0913 - a chart has that many independent options
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    colour: str,
    dash: str,
    *,
    faint: bool,
    share: bool,
) -> Spec:
    x, y = thin(x, y, POINTS)
    line: Spec = {"color": colour, "width": 1.5 if faint else theme.LINE_WIDTH, "dash": dash}
    trace: Spec = {
        "type": "scatter",
        # One single point makes no line.
        "mode": "lines" if len(y) != 1 else "markers",
        "name": in_html(name),
        "x": typed(x),
        "y": typed(y),
        "line": line,
        "marker": {"color": colour, "size": 8},
    }
    if faint:
        return trace | {"opacity": RAW_OPACITY, "hoverinfo": "skip"}
    return trace | {"hovertemplate": "%{y:.4g}" + "%" * share}


def _layout(  # noqa: PLR0913 - a chart has that many independent options
    quantity: Quantity,
    x_title: str,
    log_y: bool,
    bare: bool,
    empty: str,
    height: int,
    dark: bool,
) -> Spec:
    layout = theme.layout(dark=dark, height=height, margin=(56, 12, 30, 44))
    x_axis: Spec = {"nticks": 6}
    y_axis: Spec = {"rangemode": "tozero", "tickformat": ".3~g", "nticks": 6}
    if quantity == "accuracy":
        # A little more than 100, so that a line at 100 % shows its whole width.
        y_axis = {"range": [0, 103], "tick0": 0, "dtick": 25, "ticksuffix": "%", "fixedrange": True}
    elif quantity == "R²":
        y_axis = {"range": [-0.2, 1.04], "tick0": 0, "dtick": 0.25, "fixedrange": True}
    elif log_y:
        y_axis = {"type": "log", "tickformat": "~g", "nticks": 6}
    if bare:
        x_axis = dict(theme.BARE_AXIS)
        if not log_y:
            y_axis["range"] = y_axis.get("range", [0, 1])
    layout |= theme.over_steps(_(quantity), _(x_title), x_axis, y_axis, dark=dark)
    # With the same revision plotly would keep ranges that were another axis's.
    layout["uirevision"] = f"{x_title} {log_y} {bare}"
    layout["annotations"] = [theme.note(_(empty), dark=dark)] if bare else []
    return layout
