"""The curves of the Images page."""

from typing import Any, Literal

import numpy as np
import streamlit as st

from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.figures.describe import describe_curves
from nnlab.texts import N_
from nnlab.ui.components.chart import show_chart
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.lab.recipe_panel import reported


def draw_curves(frame: ImagesFrame) -> None:
    """Loss and accuracy: training step by step, validation epoch by epoch, both over epochs."""
    known, dark = frame.history, frame.dark
    steps_per_epoch = known.started.steps_per_epoch if known.started else 1
    steps, epochs = known.progress, known.epochs
    train_x, val_x = steps["step"] / steps_per_epoch, epochs["step"] / steps_per_epoch
    left, right = st.columns(2, gap="small")
    with left:
        loss = steps["train_loss"], epochs["val_loss"]
        show_chart(
            loss_figure(
                train_x,
                loss[0],
                val_x,
                loss[1],
                reference=reported(frame.state, "loss"),
                dark=dark,
            ),
            key="loss_chart",
            alt=describe_curves(N_("Loss"), *loss),
            follows_run=_live(frame, "loss"),
        )
    with right:
        accuracy = steps["train_accuracy"], epochs["val_accuracy"]
        show_chart(
            accuracy_figure(
                train_x,
                accuracy[0],
                val_x,
                accuracy[1],
                reference=reported(frame.state, "accuracy"),
                dark=dark,
            ),
            key="accuracy_chart",
            alt=describe_curves(N_("Accuracy"), *accuracy, share=True),
            follows_run=_live(frame, "accuracy"),
        )


def _live(frame: ImagesFrame, what: Literal["loss", "accuracy"]) -> dict[str, Any] | None:
    """How a chart follows the run over the wire."""
    if frame.view is None:
        return None
    layout = None
    if not len(frame.history.progress) and not len(frame.history.epochs):
        # Of a chart with curves, for the first of them: an empty one has other axes.
        figure, some = (loss_figure if what == "loss" else accuracy_figure), np.arange(2.0)
        reference = reported(frame.state, what)
        drawn = figure(some, some, some, some, reference=reference, dark=frame.dark)
        layout = drawn.to_plotly_json()["layout"]
    return {
        "run": frame.view.run.id,
        "what": what,
        "axis": "epoch",
        "smoothing": 0,
        "variances": None,
        "layout": layout,
    }
