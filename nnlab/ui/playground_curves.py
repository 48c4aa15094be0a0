"""The Playground's curves: loss and accuracy, of training and of validation, by step."""

from nnlab.figures.course import Course, describe_course, with_course
from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.figures.describe import describe_curves
from nnlab.ui.chart import show_chart
from nnlab.ui.playground_course import course_of, parent_curves
from nnlab.ui.playground_frame import Frame


def draw_curves(frame: Frame) -> None:
    """Both charts, one below the other."""
    course = course_of(frame)
    train_x, train = frame.history.curve("train_loss")
    val_x, val = frame.history.curve("val_loss")
    parent = parent_curves(frame, "loss")
    figure = loss_figure(train_x, train, val_x, val, x_title="step", dark=frame.dark)
    show_chart(
        with_course(figure, course, parent, dark=frame.dark),
        key="loss_chart",
        alt=_said(describe_curves("Loss", train, val), course, parent is not None),
    )
    train_x, train = frame.history.curve("train_accuracy")
    val_x, val = frame.history.curve("val_accuracy")
    parent = parent_curves(frame, "accuracy")
    figure = accuracy_figure(train_x, train, val_x, val, x_title="step", dark=frame.dark)
    show_chart(
        with_course(figure, course, parent, share=True, dark=frame.dark),
        key="accuracy_chart",
        alt=_said(describe_curves("Accuracy", train, val, share=True), course, parent is not None),
    )


def _said(curves: str, course: Course, has_parent: bool) -> str:
    return f"{curves} {describe_course(course, has_parent=has_parent)}".strip()
