"""A run's figures beside those that were reported."""

import pytest

from nnlab.recipes import Compared
from nnlab.recipes.recipe import Metric, Moment
from nnlab.runs.compared import value_of
from nnlab.runs.record.history import History
from nnlab.training.events import EpochEnded, FitEnded

ACCURACIES = (0.5, 0.9, 0.8)


def history() -> History:
    """Three epochs, then an end with figures of its own."""
    epochs = [
        EpochEnded(
            step=epoch, epoch=epoch, seconds=epoch, train_loss=1 / epoch, val_accuracy=share, lr=0.1
        )
        for epoch, share in enumerate(ACCURACIES, start=1)
    ]
    ended = FitEnded(step=3, epoch=3, seconds=4.5, reason="completed", val_accuracy=0.81)
    return History([*epochs, ended])


@pytest.mark.parametrize(
    ("metric", "at", "expected"),
    [
        ("val_accuracy", "first", 0.5),
        ("val_accuracy", "best", 0.9),
        ("val_accuracy", "last", 0.8),
        ("val_accuracy", "end", 0.81),
        ("train_loss", "best", 1 / 3),
        ("seconds", "end", 4.5),
        ("test_accuracy", "end", None),
        ("val_loss", "last", None),
    ],
)
def test_a_line_takes_its_figure_from_its_moment(
    metric: Metric, at: Moment, expected: float | None
) -> None:
    assert value_of(Compared("it", 0.0, 0.0, metric=metric, at=at), history()) == expected


def test_a_line_in_words_or_of_another_experiment_has_no_figure_of_this_run() -> None:
    assert value_of(Compared("it", "settles", "settles"), history()) is None
    changed = Compared(
        "it", 0.9, 0.9, metric="val_accuracy", changes=(("training.optimizer.lr", 0.01),)
    )
    assert value_of(changed, history()) is None


@pytest.mark.parametrize(
    ("what", "metric", "value", "words"),
    [
        ("test accuracy", "test_accuracy", 0.97959, "97.959 %"),
        ("accuracy", "val_accuracy", 0.7, "70 %"),
        ("training accuracy", "train_accuracy", 59998 / 60000, "99.997 %"),
        ("loss", "val_loss", 0.3873, "0.3873"),
        ("time", "seconds", 71.90 * 60, "71.90 minutes"),
        ("time", "seconds", 1.5, "1.50 s"),
        ("curve", None, "settles", "settles"),
    ],
)
def test_figures_are_written_with_the_digits_that_were_published(
    what: str, metric: Metric | None, value: float | str, words: str
) -> None:
    assert Compared(what, 0.0, 0.0, metric=metric).in_words(value) == words
