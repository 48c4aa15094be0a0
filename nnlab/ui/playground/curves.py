"""The Playground's curves by step: the loss, and accuracy or R²; training and validation."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from nnlab.figures.curve_annotations import Course, Parent, describe_course, with_course
from nnlab.figures.curves import accuracy_figure, loss_figure, r2_figure
from nnlab.figures.describe import describe_curves
from nnlab.figures.overlay import smooth
from nnlab.texts import N_
from nnlab.ui.components.chart import show_chart
from nnlab.ui.lab.live_curves import follow_run
from nnlab.ui.playground.course import course_of, parent_curves
from nnlab.ui.playground.frame import Frame
from nnlab.ui.runtime.r_squared import Variances, variances_of

Four = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Steps and values of training, then of validation."""
QUANTITIES: dict[str, Literal["loss", "accuracy", "r2"]] = {
    "Loss": "loss",
    "Accuracy": "accuracy",
    "R²": "r2",
}
"""Quantities by the titles of the charts."""


def draw_curves(frame: Frame) -> None:
    """Both charts, side by side where there is room."""
    course, look = course_of(frame), frame.state.look
    recorded = frame.history.curve
    loss: Four = (*recorded("train_loss"), *recorded("val_loss"))
    parent = parent_curves(frame, "loss")
    draw = partial(_drawn, loss_figure, frame, log_y=look.log_loss)
    _show(frame, draw, N_("Loss"), loss, course, parent)
    variances = variances_of(frame.state.draft.data)
    if variances is None:
        accuracy: Four = (*recorded("train_accuracy"), *recorded("val_accuracy"))
        parent = parent_curves(frame, "accuracy")
        draw = partial(_drawn, accuracy_figure, frame)
        _show(frame, draw, N_("Accuracy"), accuracy, course, parent)
        return
    r2: Four = (*variances.curve(frame.history, "train"), *variances.curve(frame.history, "val"))
    draw = partial(_drawn, r2_figure, frame)
    _show(frame, draw, "R²", r2, course, _r2_of(parent, variances), variances)


def _drawn(
    draw: Callable[..., go.Figure],
    frame: Frame,
    train_x: np.ndarray,
    train: np.ndarray,
    val_x: np.ndarray,
    val: np.ndarray,
    **more: bool,
) -> go.Figure:
    weight = frame.state.look.smoothing
    return draw(
        train_x,
        smooth(train, weight),
        val_x,
        smooth(val, weight),
        x_title=N_("step"),
        dark=frame.dark,
        **more,
    )


def _show(  # noqa: PLR0913 - the options of a chart
    frame: Frame,
    draw: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], go.Figure],
    what: str,
    values: Four,
    course: Course,
    parent: Parent | None,
    variances: Variances | None = None,
) -> None:
    share = what == "Accuracy"
    _train_x, train, _val_x, val = values

    def figure(*values: np.ndarray) -> go.Figure:
        return with_course(draw(*values), course, parent, share=share, dark=frame.dark)

    words = describe_curves(what, train, val, share=share, best_is_high=what != "Loss")
    course_words = describe_course(course, has_parent=parent is not None)
    show_chart(
        figure(*values),
        key="loss_chart" if what == "Loss" else "accuracy_chart",
        alt=f"{words} {course_words}".strip(),
        follows_run=follow_run(
            frame.view,
            QUANTITIES[what],
            "step",
            figure,
            is_empty=not len(train) and not len(val),
            smoothing=frame.state.look.smoothing,
            variances=variances,
        ),
    )


def _r2_of(parent: Parent | None, variances: Variances) -> Parent | None:
    """The losses of the run before as R²: a branch has the same data."""
    if parent is None:
        return None
    train, val = (
        1 - loss / variance if variance > 0 else np.full_like(loss, np.nan)
        for loss, variance in ((parent.train, variances.train), (parent.val, variances.val))
    )
    return parent._replace(train=train, val=val)
