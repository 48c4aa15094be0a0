"""The curves of the run, by step: loss and accuracy, of training and of held-out sequences."""

from functools import partial

from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.figures.describe import describe_curves
from nnlab.runs.record.history import History
from nnlab.texts import N_
from nnlab.ui.components.chart import show_chart
from nnlab.ui.lab.live_curves import follow_run
from nnlab.ui.runtime.run_view import RunView

HEIGHT = 165
"""Pixels of each chart."""


def draw_curves(history: History, view: RunView | None, *, dark: bool) -> None:
    """Loss above accuracy."""
    x_title = N_("step")
    loss = *history.curve("train_loss"), *history.curve("val_loss")
    draw = partial(loss_figure, x_title=x_title, height=HEIGHT, dark=dark)
    show_chart(
        draw(*loss),
        key="loss_chart",
        alt=describe_curves(N_("Loss"), loss[1], loss[3]),
        follows_run=follow_run(view, "loss", "step", draw, is_empty=not len(loss[1])),
    )
    accuracy = *history.curve("train_accuracy"), *history.curve("val_accuracy")
    draw = partial(accuracy_figure, x_title=x_title, height=HEIGHT, dark=dark)
    show_chart(
        draw(*accuracy),
        key="accuracy_chart",
        alt=describe_curves(N_("Accuracy"), accuracy[1], accuracy[3], share=True),
        follows_run=follow_run(view, "accuracy", "step", draw, is_empty=not len(accuracy[1])),
    )
