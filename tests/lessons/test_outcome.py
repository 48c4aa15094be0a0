"""What a run shows: told from figures that are written by hand."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from nnlab.config import Experiment
from nnlab.data.splits import Part
from nnlab.lessons import Step
from nnlab.lessons.figures import Evidence, moved
from nnlab.lessons.measure import Measure
from nnlab.lessons.outcome import judge
from nnlab.runs.record.history import History
from tests.lessons.conftest import changed, circle, diverged, ended, epoch, evaluated, history

GOOD: dict[str, Any] = {
    "train_loss": 0.1,
    "train_accuracy": 0.99,
    "val_loss": 0.2,
    "val_accuracy": 0.9,
}


def nothing(*_: object) -> Any:
    raise AssertionError("neither the network nor the data is needed")


def evidence(
    past: History,
    experiment: Experiment | None = None,
    network: Callable[[], nn.Sequential] = nothing,
    part: Callable[[str], Part] = nothing,
) -> Evidence:
    return Evidence(experiment or circle(), past, network, part)


def step(question: dict[str, Any], outcome: dict[str, Any], **more: Any) -> Step:
    return Step.model_validate(
        {
            "text": "t",
            "explanation": "e",
            "experiment": {"recipe": "circle", "set": {"training.epochs": 4}},
            "question": {"text": "q", **question},
            "outcome": outcome,
            **more,
        }
    )


def choice(*when: dict[str, Any], **more: Any) -> Step:
    choices = [f"choice {number}" for number in range(len(when))]
    return step({"kind": "choice", "choices": choices}, {"stated": 1, "when": when}, **more)


ACCURACY = choice(
    {"figure": "val_accuracy", "below": 0.7},
    {"figure": "val_accuracy", "above": 0.7, "below": 0.9},
    {"figure": "val_accuracy", "above": 0.9},
)


@pytest.mark.parametrize(("share", "told"), [(0.69, 1), (0.7, 2), (0.89, 2), (0.9, 3), (1.0, 3)])
def test_a_choice_is_what_the_bounds_say(share: float, told: int) -> None:
    with_share: dict[str, Any] = {**GOOD, "val_accuracy": share}
    run = history(epoch(1), ended(**with_share))
    outcome = judge(ACCURACY, evidence(run), told)
    assert (outcome.choice, outcome.is_right, outcome.is_known) == (told, True, True)
    assert f"{share:.1%}" in outcome.words
    assert judge(ACCURACY, evidence(run), told % 3 + 1).is_right is False


def test_a_run_between_the_answers_fits_none() -> None:
    gap = choice(
        {"figure": "val_accuracy", "below": 0.5}, {"figure": "val_accuracy", "above": 0.95}
    )
    outcome = judge(gap, evidence(history(epoch(1), ended(**GOOD))), 1)
    assert (outcome.choice, outcome.is_right, outcome.is_known) == (None, False, True)
    assert "between the answers" in outcome.words


RUN = history(
    epoch(1, train_loss=0.9, val_loss=0.8, val_accuracy=0.5),
    epoch(2, train_loss=0.4, val_loss=0.3, val_accuracy=0.95),
    epoch(4, train_loss=0.2, val_loss=0.6, val_accuracy=0.8),
    ended(**GOOD),
)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ({"figure": "val_loss"}, 0.2),
        ({"figure": "val_loss", "at": "last"}, 0.6),
        ({"figure": "val_loss", "at": "best"}, 0.3),
        ({"figure": "val_accuracy", "at": "best"}, 0.95),
        ({"figure": "train_loss", "at": "epoch 1"}, 0.9),
        ({"figure": "train_loss", "at": "epoch 3"}, 0.2),
        ({"figure": "train_loss", "at": "epoch 5"}, None),
        ({"figure": "gap"}, 0.99 - 0.9),
        ({"figure": "rise"}, 0.2 / 0.3),
        ({"figure": "steps"}, 100.0),
        ({"figure": "diverged"}, 0.0),
        ({"figure": "epochs", "of": "train_loss", "reaches": 0.4}, 2.0),
        ({"figure": "epochs", "of": "train_loss", "reaches": 0.1}, math.inf),
        ({"figure": "epochs", "of": "val_accuracy", "reaches": 0.9}, 2.0),
    ],
)
def test_a_figure_is_read_from_the_history(measure: dict[str, Any], value: float | None) -> None:
    assert evidence(RUN).value(Measure.model_validate(measure)) == (
        None if value is None else pytest.approx(value)
    )


def test_a_run_that_diverged_has_no_figures_at_its_end() -> None:
    sure = choice(
        {"all": [{"figure": "diverged", "below": 0.5}, {"figure": "train_loss", "below": 1}]},
        {"any": [{"figure": "diverged", "above": 0.5}, {"figure": "train_loss", "above": 1}]},
    )
    run = history(epoch(1), diverged(), ended("diverged"))
    assert judge(sure, evidence(run), 2).choice == 2


def test_a_number_is_right_within_its_tolerance_and_in_hundredths_where_the_unit_is_percent() -> (
    None
):
    asked = {"kind": "number", "unit": "%", "low": 0, "high": 100, "tolerance": 5}
    one = step(asked, {"figure": "val_accuracy", "stated": [0, 100]})
    run = evidence(history(epoch(1), ended(**GOOD)))
    assert judge(one, run, 86.0).number == pytest.approx(90)
    assert [judge(one, run, said).is_right for said in (84.9, 85.1, 94.9, 95.1)] == [
        False, True, True, False,
    ]  # fmt: skip


# The network -------------------------------------------------------------------------------------


class _Line(nn.Module):
    """Logits whose difference is x₁ + x₂."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([torch.zeros(len(x)), x.sum(dim=1)], dim=1)


@pytest.mark.parametrize(
    ("place", "is_right"),
    [((0.0, 0.0), True), ((-3.0, 3.0), True), ((0.6, 0.6), True), ((0.8, 0.8), False)],
)
def test_a_place_is_right_where_the_boundary_comes_close(
    place: tuple[float, float], is_right: bool
) -> None:
    """(0.6, 0.6) lies 0.85 from the line x₁ + x₂ = 0, and (0.8, 0.8) lies 1.13."""
    one = step(
        {"kind": "place", "tolerance": 1.0}, {"above": 0.5, "below": 0.5, "stated": [0.0, 0.0]}
    )
    run = evidence(history(epoch(1), ended(**GOOD)), network=lambda: nn.Sequential(_Line()).eval())
    assert judge(one, run, place).is_right is is_right


def test_dead_units_are_those_that_no_training_example_wakes() -> None:
    first = nn.Linear(2, 4)
    with torch.no_grad():
        first.weight.zero_()
        first.bias.copy_(torch.tensor([-1.0, -1.0, -1.0, 1.0]))
    network = nn.Sequential(first, nn.ReLU(), nn.Linear(4, 2))
    part = Part(torch.randn(8, 2), torch.tensor([0, 1] * 4))
    run = evidence(RUN, network=lambda: network, part=lambda _: part)
    assert run.value(Measure(figure="dead")) == 0.75


@pytest.mark.parametrize(("by", "at"), [((2, 0), (3, 5)), ((0, -3), (0, 3)), ((-1, 1), (4, 2))])
def test_pictures_move_to_the_right_and_down(by: tuple[int, int], at: tuple[int, int]) -> None:
    pictures = torch.zeros(1, 1, 6, 6)
    pictures[0, 0, 3, 3] = 1
    expected = torch.zeros(1, 1, 6, 6)
    expected[0, 0, 3 + by[1], 3 + by[0]] = 1
    assert torch.equal(moved(pictures, by), expected)


# What cannot tell --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (history(epoch(1)), "not ended yet"),
        (history(epoch(1), ended("stopped", **GOOD)), "stopped at epoch 4, before its end"),
        (history(epoch(1), ended("failed", error="x")), "failed"),
        (
            history(changed("training.optimizer.lr", 1.0), epoch(1), ended(**GOOD)),
            "training.optimizer.lr was changed",
        ),
        (history(changed("weights.0.weight.0.0", 1.0), ended(**GOOD)), "was changed"),
    ],
)
def test_a_run_that_is_not_the_steps_or_not_done_says_so(run: History, said: str) -> None:
    outcome = judge(ACCURACY, evidence(run), 1)
    assert not outcome.is_known
    assert outcome.is_right is None
    assert said in outcome.words


def test_another_experiment_cannot_tell_but_another_seed_can() -> None:
    run = history(epoch(1), ended(**GOOD))
    seeds = circle().with_set("model.seed", 7).with_set("data.seed", 3)
    assert judge(ACCURACY, evidence(run, seeds), 3).is_right
    other = judge(ACCURACY, evidence(run, circle().with_set("data.noise", 0.1)), 3)
    assert not other.is_known
    assert "another experiment" in other.words


def test_weights_set_by_hand_are_told_of_once_all_are_set() -> None:
    one = choice(
        {"figure": "train_accuracy", "below": 0.5},
        {"figure": "train_accuracy", "above": 0.5},
        weights={"0.weight.0.0": 1.0, "0.bias.0": 2.0},
    )
    first = changed("weights.0.weight.0.0", 3.0)
    waits = judge(one, evidence(history(first, evaluated(train_accuracy=0.9))), 2)
    assert not waits.is_known
    assert "1 weight is still" in waits.words
    both = history(first, changed("weights.0.bias.0", -1.0), evaluated(train_accuracy=0.9))
    assert judge(one, evidence(both), 2).is_right
