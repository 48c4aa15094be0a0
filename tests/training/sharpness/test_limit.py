"""Where an optimizer's steps begin to grow, seen on a quadratic; and where no limit is known."""

import pytest
import torch

from nnlab.config import BatchNorm, Dropout, Experiment
from nnlab.recipes import get
from nnlab.training.sharpness.limit import REASONS, limit_of

RATE = 0.1
SGD = {"kind": "sgd", "lr": RATE}


def experiment(**training: object) -> Experiment:
    found = get("spiral").experiment.with_set("training.batch_size", "all")
    for path, value in {"optimizer": SGD, **training}.items():
        found = found.with_set(f"training.{path}", value)
    return found


def limit(one: Experiment, *, whole_batch: bool = True) -> tuple[float | None, str | None]:
    return limit_of(one, one.training, whole_batch=whole_batch)


def grows(sharpness: float, momentum: float) -> bool:
    """Whether steps of `torch.optim.SGD` on a quadratic lead away from its foot."""
    weight = torch.nn.Parameter(torch.tensor(1.0, dtype=torch.float64))
    steps = torch.optim.SGD([weight], lr=RATE, momentum=momentum)
    for _step in range(3000):
        steps.zero_grad()
        (0.5 * sharpness * weight.square()).backward()
        steps.step()
    return abs(float(weight.detach())) > 1


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_steps_of_sgd_grow_just_above_the_limit_and_not_just_below(momentum: float) -> None:
    factor, why = limit(experiment(optimizer={**SGD, "momentum": momentum}))
    assert why is None
    assert factor is not None
    assert factor == pytest.approx(2 * (1 + momentum))
    assert not grows(0.99 * factor / RATE, momentum)
    assert grows(1.01 * factor / RATE, momentum)


@pytest.mark.parametrize(("share", "is_growing"), [(0.99, False), (1.01, True)])
def test_steps_of_adam_with_second_moments_that_stand_still_grow_above_38_over_the_rate(
    share: float, is_growing: bool
) -> None:
    one = experiment(optimizer={"kind": "adam", "lr": 0.01})
    factor, why = limit(one)
    assert (factor, why) == (38, None)
    sharpness = share * 38 / 0.01
    weight, mean = 1.0, 0.0
    for _step in range(3000):
        mean = 0.9 * mean + 0.1 * sharpness * weight
        weight -= 0.01 * mean
    assert (abs(weight) > 1) == is_growing


@pytest.mark.parametrize(
    ("training", "reason"),
    [
        ({"sampling": "replacement"}, "replacement"),
        ({"zero_grad": False}, "kept_gradients"),
        ({"schedule": {"kind": "exponential", "gamma": 0.1}}, "schedule"),
        ({"schedule": {"kind": "one_cycle", "cycle_momentum": True}}, "schedule"),
        ({"optimizer": {**SGD, "lr": 1e-310}}, "rate"),
        ({"clip_norm": 1.0}, "clip_norm"),
        ({"l1": 0.1}, "l1"),
        ({"optimizer": {**SGD, "weight_decay": 0.1}}, "weight_decay"),
        ({"optimizer": {**SGD, "momentum": 0.9, "nesterov": True}}, "nesterov"),
        ({"optimizer": {**SGD, "momentum": 0.9, "dampening": 0.5}}, "dampening"),
        ({"optimizer": {"kind": "adam", "betas": [0.8, 0.999]}}, "betas"),
        ({"optimizer": {"kind": "rmsprop"}}, "rmsprop"),
    ],
)
def test_in_all_other_cases_there_is_no_limit_but_a_reason(
    training: dict[str, object], reason: str
) -> None:
    assert limit(experiment(**training)) == (None, reason)


def test_batches_dropout_and_batch_norm_have_no_limit() -> None:
    assert limit(experiment(), whole_batch=False) == (None, "batches")
    first, *rest = experiment().model.layers
    for layer, reason in ((Dropout(), "dropout"), (BatchNorm(), "batch_norm")):
        layers = [one.model_dump() for one in (first, layer, *rest)]
        assert limit(experiment().with_set("model.layers", layers)) == (None, reason)
    assert "augment" in REASONS
