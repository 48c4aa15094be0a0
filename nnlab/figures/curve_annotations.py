"""Annotations of a run's curves: live changes, a rewound step, the parent run.

The moment that is looked at, with what came later dimmed; what was changed while it trained; and
the run that it branched from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import cut, typed
from nnlab.figures.curves import thin
from nnlab.figures.theme import Spec
from nnlab.texts import _, number
from nnlab.visible import in_html

MOST_CHANGES = 40
"""The newest that are marked: a slider that was dragged makes many."""
PARENT_POINTS = 60
DIMMED = 0.72


class Change(NamedTuple):
    """Something that was changed while the run trained, and from which step on it holds."""

    step: int
    what: str
    """`learning rate = 0.01`"""


class Parent(NamedTuple):
    """The curves of one quantity of the run before: steps and values, as the chart's own."""

    train_x: np.ndarray
    train: np.ndarray
    val_x: np.ndarray
    val: np.ndarray
    top: float | None = None
    """Limit at which a chart of losses is cut, if one of the runs diverged and would flatten the
    other."""


@dataclass(frozen=True)
class Course:
    """All by steps."""

    past: int | None = None
    """The step that is looked at; None: the newest."""
    last: int = 0
    changes: Sequence[Change] = ()


def with_course(
    figure: go.Figure,
    course: Course,
    parent: Parent | None = None,
    *,
    share: bool = False,
    dark: bool,
) -> go.Figure:
    """A chart of `nnlab.figures.curves` over steps, with more in it.

    Args:
        figure: a loss or an accuracy over steps. Left as it was.
        course: what happened on the way.
        parent: the curves of the run that this one branched from.
        share: the parent's values are shares in 0..1, and the chart is in percent.
        dark: the page's theme.
    """
    spec = figure.to_plotly_json()
    traces, layout = list(spec["data"]), dict(spec["layout"])
    ends = [course.last]
    if parent is not None:
        factor = 100 if share else 1
        train, val = (cut(values, parent.top) for values in (parent.train, parent.val))
        both = (
            (_("parent, train"), parent.train_x, train, "2px,3px"),
            (_("parent, validation"), parent.val_x, val, "7px,5px"),
        )
        traces = [_before(n, x, factor * y, d, share, dark) for n, x, y, d in both] + traces
        ends += [int(x[-1]) for x in (parent.train_x, parent.val_x) if len(x)]
        layout["annotations"] = _with_parent(list(layout.get("annotations", ())), dark)
        if parent.top is not None:
            _cut_axis(layout, parent.top, dark)
    shapes: list[Spec] = []
    if course.changes:
        changes = list(course.changes)[-MOST_CHANGES:]
        traces.append(_marks(changes, dark))
        layout["yaxis2"] = {
            "overlaying": "y",
            "range": [0, 1],
            "visible": False,
            "fixedrange": True,
        }
        shapes += [_line(change.step, theme.quiet(dark), "2px,3px", 1) for change in changes]
    if course.past is not None:
        shapes.append(_line(course.past, theme.ink(dark), "solid", 2))
        if max(ends) > course.past:
            shapes.append(_veil(course.past, max(ends), dark))
    if shapes:
        layout["shapes"] = shapes
    return theme.figure(traces, layout)


def describe_course(course: Course, *, has_parent: bool) -> str:
    """The same in words, to stand after what the chart's own say; empty where there is nothing."""
    parts = []
    if course.past is not None:
        parts.append(
            _(
                "Marked is step {step:,} of {last:,}; what is later is dim.",
                step=course.past,
                last=course.last,
            )
        )
    if course.changes:
        newest = course.changes[-1]
        parts.append(
            _(
                "Changed while it trained: {times} times, last at step {step:,}: {what}.",
                times=len(course.changes),
                step=newest.step,
                what=newest.what,
            )
        )
    if has_parent:
        parts.append(_("Thin and grey: the run that it branched from."))
    return " ".join(parts)


def _before(name: str, x: np.ndarray, y: np.ndarray, dash: str, share: bool, dark: bool) -> Spec:
    x, y = thin(x, y, PARENT_POINTS)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": typed(x),
        "y": typed(y),
        "line": {"color": theme.quiet(dark), "width": 1.5, "dash": dash},
        "hovertemplate": "%{y:.4g}" + "%" * share,
    }


def _with_parent(annotations: list[Spec], dark: bool) -> list[Spec]:
    """The key says it, too: the first annotation."""
    if annotations:
        key = dict(annotations[0])
        key["text"] += f'  <span style="color:{theme.quiet(dark)}">┄┄ {_("parent")}</span>'
        annotations[0] = key
    return annotations


def _cut_axis(layout: Spec, top: float, dark: bool) -> None:
    """A word on where curves are cut, and the axis ends there."""
    if layout["yaxis"].get("type") != "log":  # which shows what is higher, too
        layout["yaxis"] = {**layout["yaxis"], "range": [0, top], "autorange": False}
    said = _("cut at {top}: a run diverged", top=number(top, 2))
    place = {"x": 1, "xanchor": "right", "y": 1, "yanchor": "top"}
    layout["annotations"] = [*layout["annotations"], theme.note(said, dark=dark, **place)]


def _marks(changes: Sequence[Change], dark: bool) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": _("changed"),
        "x": [change.step for change in changes],
        "y": [0.03] * len(changes),
        "yaxis": "y2",
        "text": [in_html(change.what) for change in changes],
        "marker": {"symbol": "triangle-up", "size": 11, "color": theme.ink(dark)},
        "hovertemplate": "%{text}",
        "cliponaxis": False,
    }


def _line(step: int, colour: str, dash: str, width: int) -> Spec:
    return {
        "type": "line",
        "x0": step,
        "x1": step,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": width, "dash": dash},
    }


def _veil(start: int, end: int, dark: bool) -> Spec:
    return {
        "type": "rect",
        "x0": start,
        "x1": end,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "fillcolor": theme.paper(dark),
        "opacity": DIMMED,
        "line": {"width": 0},
    }
