"""fit against a loop as anybody would write it, equal to the last bit."""

from functools import partial

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from nnlab.config import LogSoftmax
from nnlab.training.batches import Batches
from nnlab.training.fit import fit
from tests.training.bench import (
    FastClock,
    StandingClock,
    epochs,
    experiment,
    progress,
    run,
    same,
    splits,
)
from tests.training.plain import Plain, train_plainly


def perceptron() -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 3))


OPTIMIZERS = {
    "sgd": (
        {"kind": "sgd", "lr": 0.1},
        partial(torch.optim.SGD, lr=0.1, fused=True),
    ),
    "momentum": (
        {"kind": "sgd", "lr": 0.1, "momentum": 0.9},
        partial(torch.optim.SGD, lr=0.1, momentum=0.9, fused=True),
    ),
    "nesterov and decay": (
        {"kind": "sgd", "lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.01},
        partial(
            torch.optim.SGD, lr=0.1, momentum=0.5, nesterov=True, weight_decay=0.01, fused=True
        ),
    ),
    "adam": (
        {"kind": "adam", "lr": 0.02, "betas": [0.8, 0.99], "eps": 1e-6},
        partial(torch.optim.Adam, lr=0.02, betas=(0.8, 0.99), eps=1e-6, fused=True),
    ),
    "adamw": (
        {"kind": "adamw", "lr": 0.02, "weight_decay": 0.1},
        partial(torch.optim.AdamW, lr=0.02, weight_decay=0.1, fused=True),
    ),
    "rmsprop": (
        {"kind": "rmsprop", "lr": 0.02, "alpha": 0.9, "momentum": 0.5},
        partial(torch.optim.RMSprop, lr=0.02, alpha=0.9, momentum=0.5),
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_weights_and_losses_are_those_of_a_plain_loop(name: str):
    specification, optimizer = OPTIMIZERS[name]
    data = splits()
    weights, events = run(
        experiment(optimizer=specification, seed=7, epochs=4, evaluate_every=1), data
    )
    plain = train_plainly(data, perceptron, optimizer, seed=7, epochs=4, batch_size=7)
    assert same(weights, plain.weights)
    assert [event.train_loss for event in epochs(events)] == plain.epoch_losses


def test_gradients_that_are_not_zeroed_add_up_as_in_a_plain_loop():
    data = splits()
    weights, _ = run(experiment(zero_grad=False, optimizer={"kind": "sgd", "lr": 0.01}), data)
    sgd = partial(torch.optim.SGD, lr=0.01, fused=True)
    plain = partial(train_plainly, data, perceptron, sgd, seed=0, epochs=3, batch_size=7)
    assert same(weights, plain(keep_gradients=True).weights)
    assert not same(weights, plain().weights)


def test_unfused_is_torchs_unfused_form():
    data = splits()
    fitting = fit(experiment(fused=False, optimizer={"kind": "adam"}), data)
    assert fitting.fused is False
    list(fitting)
    unfused = partial(torch.optim.Adam, fused=False)
    plain = train_plainly(data, perceptron, unfused, seed=0, epochs=3, batch_size=7)
    assert same(fitting.weights(), plain.weights)


SCHEDULES = {
    "step": (
        {"step_size": 2, "gamma": 0.5},
        False,
        partial(lr_scheduler.StepLR, step_size=2, gamma=0.5),
    ),
    "exponential": ({"gamma": 0.9}, False, partial(lr_scheduler.ExponentialLR, gamma=0.9)),
    "cosine": (
        {"eta_min": 0.001},
        True,
        partial(lr_scheduler.CosineAnnealingLR, T_max=20, eta_min=0.001),
    ),
    "one_cycle": (
        {"pct_start": 0.25, "anneal_strategy": "linear", "cycle_momentum": True, "div_factor": 5},
        True,
        partial(
            lr_scheduler.OneCycleLR,
            max_lr=0.1,
            total_steps=20,
            pct_start=0.25,
            anneal_strategy="linear",
            div_factor=5,
        ),
    ),
}


def scheduled(kind: str) -> tuple[Plain, list[float], bool]:
    """The plain loop, the rates that fit reports after each step, whether the weights agree."""
    more, by_step, schedule = SCHEDULES[kind]
    data = splits()
    sgd = partial(torch.optim.SGD, lr=0.1, momentum=0.8, fused=True)
    plain = train_plainly(
        data,
        perceptron,
        sgd,
        seed=0,
        epochs=5,
        batch_size=7,
        schedule=schedule,
        by_step=by_step,
    )
    specification = {"kind": kind, **more}
    given = experiment(
        schedule=specification, epochs=5, optimizer={"kind": "sgd", "lr": 0.1, "momentum": 0.8}
    )
    weights, events = run(given, data, clock=FastClock())
    return plain, [event.lr for event in progress(events)], same(weights, plain.weights)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_a_schedule_gives_torchs_own_rates(kind: str):
    plain, rates, weights_agree = scheduled(kind)
    assert len(rates) == 20
    assert len(set(rates)) > 2
    assert rates == plain.rates
    assert weights_agree


def test_replacement_draws_every_batch_at_random():
    data = splits()
    order = torch.Generator().manual_seed(4)
    torch.manual_seed(0)
    net = perceptron()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.03, fused=True)
    for _ in range(2):
        for indices in torch.randint(26, (28,), generator=order).split(7):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(data.train.x[indices]), data.train.y[indices])
            loss.backward()
            optimizer.step()
    weights, _ = run(experiment(sampling="replacement", epochs=2, seed=4), data)
    assert same(weights, net.state_dict())


def test_all_is_one_batch_of_the_data_in_their_order():
    data = splits(train=500)
    torch.manual_seed(0)
    net = perceptron()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.03, fused=True)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(data.train.x), data.train.y).backward()
        optimizer.step()
    fitting = fit(experiment(batch_size="all"), data, clock=StandingClock())
    assert fitting.plan.total_steps == 3
    assert Batches(500, 500, replacement=False, seed=0, device=fitting.device).next() is None
    list(fitting)
    assert same(fitting.weights(), net.state_dict())
    by_number, _ = run(experiment(batch_size=500), data)
    assert same(by_number, net.state_dict())


def test_nll_after_log_softmax_learns_what_cross_entropy_learns():
    data = splits()
    layers = list(experiment().model.layers)
    plain, _ = run(experiment(layers), data)
    nll, _ = run(experiment([*layers, LogSoftmax()], loss="nll"), data)
    assert plain.keys() == nll.keys()
    for name in plain:
        assert torch.allclose(plain[name], nll[name], rtol=0, atol=1e-6)


def test_regression_learns_by_the_mean_squared_error():
    data = splits(classes=None)
    weights, events = run(experiment(loss="mse", epochs=2, evaluate_every=1), data)
    plain = train_plainly(
        data,
        lambda: nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 1)),
        partial(torch.optim.SGD, lr=0.03, fused=True),
        seed=0,
        epochs=2,
        batch_size=7,
        loss_function=nn.functional.mse_loss,
    )
    assert same(weights, plain.weights)
    assert [event.train_loss for event in epochs(events)] == plain.epoch_losses
    assert all(event.train_accuracy is None for event in epochs(events))
    assert all(event.val_accuracy is None for event in epochs(events))
