"""The curves of one metric, whatever it is called: of one run, or of several upon each other."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import typed
from nnlab.figures.curves import POINTS, thin
from nnlab.figures.overlay import DASHES, Curve, run_colour
from nnlab.figures.theme import Spec
from nnlab.texts import N_, _, number
from nnlab.visible import in_html

HEIGHT = 200
LOG_FROM = 50.0
"""Values that are all above 0 stand on a logarithmic axis where the largest is so many times the
smallest: on a linear one half of them would lie on its lower edge."""
LONGEST = 34
"""Characters of a metric's name above its chart."""


def fits_log(curves: Sequence[Curve]) -> bool:
    """Whether a logarithmic axis shows more than a linear one, and all of the values."""
    known = [curve.y[np.isfinite(curve.y)] for curve in curves]
    values = np.concatenate([np.empty(0), *known])
    return len(values) > 1 and float(values.min()) > 0 and values.max() > LOG_FROM * values.min()


def metric_figure(
    name: str,
    curves: Sequence[Curve],
    *,
    x_title: str = N_("step"),
    log_y: bool | None = None,
    height: int = HEIGHT,
    dark: bool,
) -> go.Figure:
    """The metric over the steps: one curve in the colour of ink, several each in its run's.

    Args:
        name: of the metric, as its author wrote it.
        curves: at most 6, in the order of `run_colour`; NaN and infinite values are gaps.
        x_title: what `x` counts; it goes through `_` here.
        log_y: a logarithmic axis; None: where it fits.
        height: pixels.
        dark: the page's theme.
    """
    is_log = fits_log(curves) if log_y is None else log_y
    alone = len(curves) == 1
    traces = [
        _trace(
            curve,
            theme.ink(dark) if alone else run_colour(index, dark),
            "solid" if alone else DASHES[index],
        )
        for index, curve in enumerate(curves)
    ]
    bare = not any(np.isfinite(curve.y).any() for curve in curves)
    layout = theme.layout(dark=dark, height=height, margin=(56, 10, 36, 34))
    x_axis: Spec = {"nticks": 5, "tickangle": 0, "tickformat": "~s", "hoverformat": ",.4~f"}
    y_axis: Spec = {"tickformat": ".3~g", "nticks": 5}
    if is_log:
        y_axis = {"type": "log", "tickformat": "~g", "nticks": 4} | _powers(curves)
    if bare:
        x_axis = dict(theme.BARE_AXIS)
        y_axis = {"range": [0, 1], "tickfont": {"color": "rgba(0,0,0,0)"}, "showgrid": False}
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    layout |= theme.over_steps(in_html(short), _(x_title), x_axis, y_axis, dark=dark)
    layout["title"]["pad"] = {"b": 14}  # the highest number of the axis stands beneath it
    # With the same revision plotly would keep ranges that were another axis's.
    layout["uirevision"] = f"{x_title} {is_log} {bare}"
    layout["annotations"] = _notes(curves, is_log=is_log, bare=bare, dark=dark)
    return theme.figure(traces, layout)


def _powers(curves: Sequence[Curve]) -> Spec:
    """Label only powers of ten where two decades or more are shown: more would not fit."""
    known = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in curves])
    decades = float(np.log10(known.max() / known.min())) if len(known) else 0.0
    return {"dtick": max(1, round(decades / 4))} if decades >= 2 else {}


def gaps(curve: Curve) -> int:
    """Count the curve's values that are not finite."""
    return int(len(curve.y) - np.isfinite(curve.y).sum())


def gaps_in_words(count: int) -> str:
    """Describe values that are not finite, as in `3 values were NaN or infinite`."""
    return _(
        "{n:,} value was NaN or infinite", "{n:,} values were NaN or infinite", n=count
    )  # fmt: skip


def describe_metric(name: str, curves: Sequence[Curve]) -> str:
    """Describe each curve: first and last value, lowest and highest, number of gaps."""
    alone = len(curves) == 1
    said = [_course(curve) if alone else f"{curve.name}: {_course(curve)}" for curve in curves]
    return f"{name}: {'; '.join(said)}."


def _course(curve: Curve) -> str:
    known = curve.y[np.isfinite(curve.y)]
    count = gaps(curve)
    if not len(known):
        return gaps_in_words(count) if count else _("nothing recorded")
    first, last, low, high = (
        number(float(value), 4) for value in (known[0], known[-1], known.min(), known.max())
    )
    said = (
        first
        if len(known) == 1
        else _(
            "from {first} to {last}, between {low} and {high}",
            first=first,
            last=last,
            low=low,
            high=high,
        )
    )
    return f"{said}; {gaps_in_words(count)}" if count else said


def _trace(curve: Curve, colour: str, dash: str) -> Spec:
    y = np.where(np.isfinite(curve.y), curve.y, np.nan)
    x, y = thin(curve.x, y, POINTS)
    known = np.isfinite(y)
    # A point between two gaps makes no line, as one single point does not.
    lonely = bool(len(y)) and not (known[1:] & known[:-1]).any()
    return {
        "type": "scatter",
        "mode": "markers" if lonely else "lines",
        "name": in_html(curve.name),
        "x": typed(x),
        "y": typed(y),
        "line": {"color": colour, "width": theme.LINE_WIDTH, "dash": dash},
        "marker": {"color": colour, "size": 8},
        "hovertemplate": "%{y:.4g}",
    }


def _notes(curves: Sequence[Curve], *, is_log: bool, bare: bool, dark: bool) -> list[Spec]:
    """Above the chart on the right: what its axis is, and what it leaves out."""
    said = [_("logarithmic")] if is_log and not bare else []
    if count := sum(map(gaps, curves)):
        said.append(_("{n:,} gap", "{n:,} gaps", n=count))
    place: Spec = {"x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"}
    font: Spec = {"size": theme.FONT_SIZE - 1, "color": theme.quiet(dark)}
    notes = [theme.note(" · ".join(said), dark=dark, font=font, **place)] if said else []
    if bare:
        empty = N_("no finite value") if said else N_("nothing recorded")
        notes.append(theme.note(_(empty), dark=dark))
    return notes
