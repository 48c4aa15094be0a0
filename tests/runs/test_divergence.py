"""The cause that is named for a run that diverged: not every time it was the rate."""

import pytest

from nnlab.config import Experiment, Model, PlaneValues, Training, mlp
from nnlab.runs.divergence import cause_of, what_broke
from nnlab.runs.record.history import History
from nnlab.training.events import ControlApplied, Diverged, Event, Progress


def given(**training: object) -> Experiment:
    fields = {"loss": "mse", "epochs": 9, **training}
    return Experiment(
        data=PlaneValues(kind="plane"),
        model=Model(layers=mlp(4, outputs=1)),
        training=Training.model_validate(fields),
    )


def history(step: int, *before: Event, first_loss: float | None = None) -> History:
    event = Diverged(
        step=step,
        epoch=1,
        seconds=1,
        quantity="train_loss",
        value=float("inf"),
        first_loss=first_loss,
    )
    return History([*before, event])


def was_set(step: int, path: str, value: float) -> ControlApplied:
    asked = {"path": path, "value": value}
    return ControlApplied(step=step, epoch=1, seconds=0.5, id="a", set=asked)


def grown_to(loss: float) -> Progress:
    return Progress(step=40, epoch=1, seconds=0.1, train_loss=loss, lr=0.1)


MOMENTUM = {"optimizer": {"kind": "sgd", "lr": 1.0, "momentum": 0.95}}


@pytest.mark.parametrize(
    ("experiment", "happened", "says", "is_rate"),
    [
        (given(), history(1), "before any update", False),
        (
            given(),
            history(500, was_set(480, "training.optimizer.lr", 9)),
            "lr was set to 9 20 steps before",
            True,
        ),
        (given(), history(500, was_set(499, "weights.0.bias.0", 1e30)), "set to 1 × 10³⁰", False),
        (given(), history(500, was_set(100, "training.l1", 9)), "learning rate 0.03", True),
        (given(zero_grad=False), history(500), "Gradients add up", False),
        (given(), history(500, first_loss=1e9), "The loss began at 1 × 10⁹", True),
        (given(**MOMENTUM), history(500), "20 times the gradient's", True),
        (
            given(),
            history(500, grown_to(1e30), first_loss=1.0),
            "learning rate 0.03 is too high",
            True,
        ),
    ],
    ids=[
        "at once",
        "a new rate",
        "a weight",
        "a change long ago",
        "gradients kept",
        "large targets",
        "momentum",
        "the rate",
    ],
)
def test_the_likeliest_cause_is_named(
    experiment: Experiment, happened: History, says: str, is_rate: bool
) -> None:
    cause = cause_of(experiment, happened)
    assert says in cause.sentence
    assert cause.is_rate is is_rate


def test_the_quantity_is_named() -> None:
    happened = history(3).diverged
    assert happened is not None
    assert what_broke(happened) == "the training loss became ∞"
    weights = happened.model_copy(update={"quantity": "0.weight", "value": float("nan")})
    assert what_broke(weights) == "the weights 0.weight became NaN"
