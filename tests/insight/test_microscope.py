"""One step under the microscope: against a hand, against autograd, against the real next step."""

import math
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from nnlab.config import Activation, BatchNorm, Dropout, Features, Linear
from nnlab.data.description import Info
from nnlab.data.splits import Part, Splits
from nnlab.errors import NnlabError
from nnlab.insight.microscope import GradientCheck, check_gradient, compare, one_step
from nnlab.training.fit import fit
from nnlab.training.state import State
from tests.training.bench import LINEAR, Script, StandingClock, experiment, run, same, splits

DEEP = (Linear(out_features=6), Activation(kind="tanh"), Linear(out_features=3))
ODD = (
    Features(names=("x1", "x2", "x1*x2")),
    Linear(out_features=8),
    BatchNorm(),
    Activation(kind="relu"),
    Dropout(p=0.3),
    Linear(out_features=3),
)

WAYS: dict[str, dict[str, Any]] = {
    "sgd": {"optimizer": {"kind": "sgd", "lr": 0.1}},
    "momentum and decay": {
        "optimizer": {"kind": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}
    },
    "adam": {"optimizer": {"kind": "adam", "lr": 0.02}},
    "adamw, clipped": {"optimizer": {"kind": "adamw", "lr": 0.02}, "clip_norm": 0.05},
    "rmsprop with L1": {"optimizer": {"kind": "rmsprop", "lr": 0.01}, "l1": 0.01},
    "a schedule": {
        "optimizer": {"kind": "sgd", "lr": 0.1},
        "schedule": {"kind": "exponential", "gamma": 0.5},
    },
    "with replacement": {"optimizer": {"kind": "sgd", "lr": 0.1}, "sampling": "replacement"},
    "gradients kept": {"optimizer": {"kind": "sgd", "lr": 0.01}, "zero_grad": False},
}


def state_after(given, data: Splits, steps: int) -> State:
    fitting = fit(given, data, controls=Script({steps: ["stop"]}), clock=StandingClock())
    for _ in fitting:
        pass
    assert fitting.step == steps
    return fitting.snapshot()


@pytest.mark.parametrize("layers", [DEEP, ODD], ids=["plain", "features, batch norm, dropout"])
@pytest.mark.parametrize("way", WAYS)
def test_the_predicted_weights_are_those_of_the_real_next_step_to_the_last_bit(way, layers):
    given, data = experiment(layers, **WAYS[way]), splits()
    state = state_after(given, data, 6)
    step = one_step(given, data, state)
    real, _ = run(given, data, Script({7: ["stop"]}))
    assert step.step == 7
    assert same(step.after, real)
    assert not same(step.before, step.after)
    assert compare(step.after, real) == (sum(w.numel() for w in real.values()),) * 2
    # And it disturbed nothing: the same again, from the same state.
    assert same(one_step(given, data, state).after, real)


def test_before_the_first_step_there_is_one_too():
    given, data = experiment(DEEP), splits()
    real, _ = run(given, data, Script({1: ["stop"]}))
    assert same(one_step(given, data).after, real)


def test_a_step_worked_out_by_hand():
    # y = 0.5 x₁ - x₂ + 0.25, the mean squared error of two points, SGD at 0.1 with momentum 0.9.
    x, y = torch.tensor([[1.0, 2.0], [3.0, -1.0]]), torch.tensor([[0.0], [1.0]])
    data = Splits(Part(x, y), Part(x[:0], y[:0]), None, Info((2,), None))
    given = experiment(
        (Linear(out_features=1),),
        loss="mse",
        batch_size="all",
        optimizer={"kind": "sgd", "lr": 0.1, "momentum": 0.9},
    )
    changes = [("weights.0.weight.0.0", 0.5), ("weights.0.weight.0.1", -1.0)]
    step = one_step(given, data, None, [*changes, ("weights.0.bias.0", 0.25)])
    errors = [0.5 - 2 + 0.25 - 0, 1.5 + 1 + 0.25 - 1]  # -1.25, 1.75
    assert step.indices.tolist() == [0, 1]
    assert step.outputs.flatten().tolist() == [-1.25, 2.75]
    assert step.losses.tolist() == [errors[0] ** 2, errors[1] ** 2]
    assert step.loss == sum(error**2 for error in errors) / 2
    gradient = [errors[0] * 1 + errors[1] * 3, errors[0] * 2 + errors[1] * -1]
    assert step.gradients["0.weight"].tolist() == [gradient]
    assert step.gradients["0.bias"].tolist() == [errors[0] + errors[1]]
    # The first step of momentum is lr times the gradient.
    hand = [0.5 - 0.1 * gradient[0], -1.0 - 0.1 * gradient[1]]
    assert step.before["0.weight"].tolist() == [[0.5, -1.0]]
    assert step.after["0.weight"].flatten().tolist() == pytest.approx(hand, rel=1e-6)


def test_the_batch_its_loss_and_the_gradients_are_what_autograd_says():
    given, data = experiment(DEEP), splits()
    step = one_step(given, data, state_after(given, data, 5))
    x, y = data.train.x[step.indices], data.train.y[step.indices]
    assert len(set(step.indices.tolist())) == 7
    outputs = step.network(x)
    loss = F.cross_entropy(outputs, y)
    loss.backward()
    assert torch.equal(step.outputs, outputs)
    assert step.loss == loss.item()
    assert step.loss == pytest.approx(step.losses.mean().item(), rel=1e-6)
    for name, parameter in step.network.named_parameters():
        assert parameter.grad is not None
        assert torch.equal(step.gradients[name], parameter.grad)
        assert torch.equal(step.used[name], parameter.grad)
    assert not step.is_clipped


def test_an_epoch_of_steps_visits_every_point_once():
    given, data = experiment(LINEAR), splits()
    seen = [one_step(given, data, state_after(given, data, k)).indices for k in (4, 5, 6, 7)]
    assert sorted(torch.cat(seen).tolist()) == list(range(26))


def test_clipping_is_seen_and_its_norm_holds():
    step = one_step(experiment(DEEP, clip_norm=0.05), splits())
    norm = math.sqrt(sum(float(g.square().sum()) for g in step.used.values()))
    assert step.is_clipped
    assert norm == pytest.approx(0.05, rel=1e-3)


def test_changes_made_at_the_pause_are_in_the_step():
    given, data = experiment(DEEP), splits()
    change = ("training.optimizer.lr", 0.5), ("weights.0.weight.1.0", 2.0)
    step = one_step(given, data, state_after(given, data, 3), change)
    real, _ = run(given, data, Script({3: list(change), 4: ["stop"]}))
    assert same(step.after, real)
    assert step.lr == 0.5
    assert step.before["0.weight"][1, 0] == 2.0
    assert step.training.optimizer.lr == 0.5


@pytest.mark.parametrize("layers", [DEEP, ODD], ids=["plain", "features, batch norm, dropout"])
@pytest.mark.parametrize("l1", [0.0, 0.02])
def test_a_finite_difference_agrees_with_the_gradient_that_training_used(layers, l1):
    given, data = experiment(layers, l1=l1), splits()
    step = one_step(given, data, state_after(given, data, 4))
    name = "1.weight" if layers is ODD else "2.weight"
    for index in ((0, 0), (1, 2), (2, 1)):
        check = check_gradient(step, name, index)
        assert check.relative_error < 1e-6
        assert check.autograd == pytest.approx(step.gradients[name][index].item(), abs=1e-6)


def test_the_check_is_the_central_difference():
    check = GradientCheck(epsilon=0.5, plus=3.0, minus=1.0, numeric=2.0, autograd=2.5)
    assert check.relative_error == pytest.approx(0.2)
    step = one_step(experiment(DEEP), splits())
    near, far = (check_gradient(step, "0.weight", (0, 0), e) for e in (1e-3, 1e-1))
    assert near.numeric == (near.plus - near.minus) / 2e-3
    # Its error falls with the square of ε.
    errors = abs(near.numeric - near.autograd), abs(far.numeric - far.autograd)
    assert 1e3 < errors[1] / errors[0] < 1e5


def test_a_slope_that_is_0_in_truth_is_not_called_wrong():
    # What a bias adds, the batch norm after it takes away again.
    step = one_step(experiment(ODD), splits())
    check = check_gradient(step, "1.bias", (2,))
    assert abs(check.autograd) < 1e-15
    assert abs(check.numeric) <= 8 * check.rounding < 1e-9
    assert GradientCheck(1e-5, 0.9, 0.9, numeric=0.0, autograd=1e-17).relative_error < 1e-5


def test_where_there_is_no_next_step_it_says_so():
    given, data = experiment(DEEP, steps=3), splits()
    with pytest.raises(NnlabError, match="no next step"):
        one_step(given, data, state_after(given, data, 3))


def test_the_step_of_the_engine_of_sweeps_is_the_real_one_to_rounding():
    given = experiment(LINEAR).with_set("engine", "stack")
    state = state_after(given, splits(), 5)
    seen = one_step(given, splits(), state)
    real = state_after(given, splits(), 6)["model"]
    for name, value in real.items():
        torch.testing.assert_close(seen.after[name], value)


def test_dropout_of_the_engine_of_sweeps_is_not_guessed():
    given = experiment(ODD, optimizer={"kind": "sgd"}).with_set("engine", "stack")
    with pytest.raises(NnlabError, match="dropout"):
        one_step(given, splits())
