"""The curves of the Images page."""

from functools import partial

import streamlit as st

from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.figures.describe import describe_curves
from nnlab.texts import N_
from nnlab.ui.components.chart import show_chart
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.lab.live_curves import follow_run
from nnlab.ui.lab.recipe_panel import reported

HEIGHT = 186
"""Pixels of each chart, of which 116 are between its axes: all of the page is on one screen."""


def draw_curves(frame: ImagesFrame) -> None:
    """Draw the charts of loss and accuracy over epochs.

    Training values are per step, validation values per epoch.
    """
    known, dark = frame.history, frame.dark
    steps_per_epoch = known.started.steps_per_epoch if known.started else 1
    steps, epochs = known.progress, known.epochs
    train_x, val_x = steps["step"] / steps_per_epoch, epochs["step"] / steps_per_epoch
    is_empty = not len(steps) and not len(epochs)
    left, right = st.columns(2, gap="small")
    with left:
        loss = steps["train_loss"], epochs["val_loss"]
        draw = partial(
            loss_figure, reference=reported(frame.state, "loss"), height=HEIGHT, dark=dark
        )
        show_chart(
            draw(train_x, loss[0], val_x, loss[1]),
            key="loss_chart",
            alt=describe_curves(N_("Loss"), *loss),
            follows_run=follow_run(frame.view, "loss", "epoch", draw, is_empty=is_empty),
        )
    with right:
        accuracy = steps["train_accuracy"], epochs["val_accuracy"]
        draw = partial(
            accuracy_figure, reference=reported(frame.state, "accuracy"), height=HEIGHT, dark=dark
        )
        show_chart(
            draw(train_x, accuracy[0], val_x, accuracy[1]),
            key="accuracy_chart",
            alt=describe_curves(N_("Accuracy"), *accuracy, share=True),
            follows_run=follow_run(frame.view, "accuracy", "epoch", draw, is_empty=is_empty),
        )
