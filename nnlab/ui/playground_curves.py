"""The Playground's curves: loss and accuracy, of training and of validation, by step."""

from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.figures.describe import describe_curves
from nnlab.ui.chart import show_chart
from nnlab.ui.playground_frame import Frame


def draw_curves(frame: Frame) -> None:
    """Both charts, one below the other."""
    train_x, train = frame.history.curve("train_loss")
    val_x, val = frame.history.curve("val_loss")
    show_chart(
        loss_figure(train_x, train, val_x, val, x_title="step", dark=frame.dark),
        key="loss_chart",
        alt=describe_curves("Loss", train, val),
    )
    train_x, train = frame.history.curve("train_accuracy")
    val_x, val = frame.history.curve("val_accuracy")
    show_chart(
        accuracy_figure(train_x, train, val_x, val, x_title="step", dark=frame.dark),
        key="accuracy_chart",
        alt=describe_curves("Accuracy", train, val, share=True),
    )
