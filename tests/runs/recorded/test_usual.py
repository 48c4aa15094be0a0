"""Losses and accuracies of a recorded run, found by the names that people use."""

import math

import pytest

from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.usual import FIGURES, shared_names, usual, usual_figures
from nnlab.training.events import Metrics


def history(*rows: dict[str, float]) -> RecordedHistory:
    return RecordedHistory(
        Metrics(step=step, epoch=0, seconds=step, values=row) for step, row in enumerate(rows)
    )


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        *(("loss", "train_loss"), ("Train/Loss", "train_loss"), ("train_loss_epoch", "train_loss")),
        *(("acc", "train_accuracy"), ("val-acc", "val_accuracy"), ("Valid Loss", "val_loss")),
        *(("eval_loss", "val_loss"), ("val/accuracy", "val_accuracy")),
    ],
)
def test_a_usual_name_is_known_however_it_is_written(name: str, figure: str) -> None:
    assert usual([name]) == {figure: name}


@pytest.mark.parametrize("name", ["lr", "f1", "test_loss", "lossy", "policy_loss", ""])
def test_others_are_no_figure_of_the_list(name: str) -> None:
    assert usual([name]) == {}


def test_no_name_stands_for_two_figures() -> None:
    spellings = [name for names in FIGURES.values() for name in names]
    assert len(spellings) == len(set(spellings))


def test_of_two_spellings_the_plainer_one_is_taken_and_no_two_metrics_share_a_name() -> None:
    assert usual(["loss", "train_loss"]) == {"train_loss": "train_loss"}
    assert shared_names(["loss", "val_acc", "lr"]) == {
        "loss": "train_loss",
        "val_acc": "val_accuracy",
        "lr": "lr",
    }
    names = ["Train Loss", "train_loss", "loss", "val/loss"]
    assert len(set(shared_names(names).values())) == len(names)


def test_the_last_values_and_the_best_are_those_of_its_curves() -> None:
    found = usual_figures(
        history(
            {"loss": 0.9, "val_loss": 0.8, "val_acc": 0.6},
            {"loss": 0.5, "val_loss": 0.4, "val_acc": 0.7},
            {"loss": math.nan, "val_loss": 0.6, "val_acc": 0.9},
        )
    )
    assert (found.val_loss, found.val_accuracy) == (0.6, 0.9)
    assert math.isnan(found.train_loss or 0.0)  # the list does not hide that it diverged
    assert (found.best_val_loss, found.best_val_accuracy) == (0.4, 0.7)
    assert found.train_accuracy is None


def test_an_accuracy_above_1_is_percent_and_above_100_none() -> None:
    assert usual_figures(history({"acc": 0.5}, {"acc": 97.5})).train_accuracy == 0.975
    assert usual_figures(history({"acc": 0.5}, {"acc": 1.0})).train_accuracy == 1.0
    assert usual_figures(history({"acc": 250.0})).train_accuracy is None


def test_metrics_of_other_names_and_of_nan_alone_give_no_figures() -> None:
    found = usual_figures(history({"f1": 0.5, "val_acc": math.nan}))
    assert set(vars(found).values()) == {None}
