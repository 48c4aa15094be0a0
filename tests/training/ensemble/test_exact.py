"""A network of a sweep has the same weights bit for bit as the same network alone."""

import random
from pathlib import Path

import pytest
import torch

from nnlab.config import Experiment, Sweep
from nnlab.config.axis import parse_axis
from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.training.ensemble.sweep_fit import fit_sweep, one_net
from nnlab.training.fit import fit

SGD = {"kind": "sgd", "lr": 0.05}
ADAM = {"kind": "adam", "lr": 0.01}
OPTIMIZERS = {
    "sgd": SGD,
    "momentum": {**SGD, "momentum": 0.9, "weight_decay": 0.001, "dampening": 0.1},
    "nesterov": {**SGD, "momentum": 0.9, "nesterov": True},
    "adam": ADAM,
    "adamw": {**ADAM, "kind": "adamw", "weight_decay": 0.1},
    "rmsprop": {"kind": "rmsprop", "lr": 0.005, "momentum": 0.5},
}


def experiment(
    *, activation="tanh", between=(), width=8, data=None, training=None, loss="cross_entropy"
):
    block = [{"kind": "linear", "out_features": width}, *between, {"kind": activation}]
    outputs = 1 if loss == "mse" else 2
    last = [{"kind": "log_softmax"}] if loss == "nll" else []
    layers = [*block, *block, {"kind": "linear", "out_features": outputs}, *last]
    data = data or {"kind": "plane" if loss == "mse" else "circle"}
    return Experiment.from_dict(
        {
            "data": {"points": 57, "train_share": 0.8, **data},
            "model": {"layers": layers},
            "training": {"loss": loss, "optimizer": ADAM, "steps": 60, **(training or {})},
        }
    )


def sweep(given, *axes):
    axes = axes or ("training.optimizer.lr=0.003,0.03", "model.seed=0..4", "training.seed=1,2")
    return Sweep(experiment=given, axes=tuple(parse_axis(axis) for axis in axes))


def splits_of(data):
    return load(data, Path("no-data-needed"))


def run(fitting):
    return list(fitting)


def must_be_exact(given, count=3):
    together = fit_sweep(given, splits_of)
    run(together)
    state = together.snapshot()
    for number in random.Random(0).sample(range(len(given.nets)), count):
        own = given.nets[number].experiment
        alone = fit(own, splits_of(own.data))
        run(alone)
        assert alone.step == 60
        weights, found = alone.weights(), one_net(state, given, number)["model"]
        assert weights.keys() == found.keys()
        for name, value in weights.items():
            assert torch.isfinite(value).all()
            assert torch.equal(value, found[name]), (number, name)


ACTIVATIONS = ("relu", "tanh", "sigmoid", "leaky_relu", "gelu", "silu")


@pytest.mark.parametrize("batch", [1, 7, 10])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_exact_at_every_batch(activation, batch):
    must_be_exact(sweep(experiment(activation=activation, training={"batch_size": batch})))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_is_exact(name):
    training = {"optimizer": OPTIMIZERS[name]}
    must_be_exact(sweep(experiment(training=training, activation="sigmoid")))


@pytest.mark.parametrize("loss", ["cross_entropy", "nll", "mse"])
def test_every_loss_is_exact(loss):
    must_be_exact(sweep(experiment(loss=loss, activation="silu", width=5)))


@pytest.mark.parametrize(
    "between",
    [
        [{"kind": "batch_norm"}],
        [{"kind": "dropout", "p": 0.3}],
        [{"kind": "batch_norm"}, {"kind": "dropout"}],
    ],
)
@pytest.mark.parametrize("batch", [10, 7, "all"])
def test_normalisation_and_dropout_are_exact(between, batch):
    given = experiment(between=between, activation="gelu", training={"batch_size": batch}, width=3)
    must_be_exact(sweep(given))


@pytest.mark.parametrize(
    "training",
    [
        {"l1": 0.001, "clip_norm": 0.5},
        {"zero_grad": False, "optimizer": {**SGD, "lr": 0.001}},
        {"sampling": "replacement"},
        {"schedule": {"kind": "one_cycle"}},
        {"schedule": {"kind": "step", "step_size": 2, "gamma": 0.5}},
    ],
    ids=str,
)
def test_what_else_a_training_says_is_exact(training):
    must_be_exact(sweep(experiment(training=training)))


def test_data_may_differ_within_a_stack():
    given = sweep(experiment(), "data.noise=0,0.3", "data.seed=0,1", "training.l1=0,0.01")
    must_be_exact(given)


def test_shapes_and_batches_may_differ():
    must_be_exact(sweep(experiment(), "width=2,5,8", "depth=1,2", "training.batch_size=5,10"), 6)


def test_the_engine_agrees_with_pytorch_to_rounding():
    """PyTorch's own modules and optimizers, over 60 steps, as an independent source."""
    for name, optimizer in OPTIMIZERS.items():
        given = experiment(training={"optimizer": optimizer, "l1": 0.001, "clip_norm": 1.0})
        data = splits_of(given.data)
        theirs, ours = fit(given, data), fit(given.with_set("engine", "stack"), data)
        run(theirs)
        run(ours)
        for key, value in theirs.weights().items():
            torch.testing.assert_close(ours.weights()[key], value, rtol=2e-4, atol=2e-5, msg=name)


def test_batch_norm_agrees_with_pytorch():
    # Not Adam: the bias before a normalisation has a gradient of rounding alone, which it enlarges.
    training = {"optimizer": SGD, "steps": 20}
    given = experiment(between=[{"kind": "batch_norm"}], training=training)
    data = splits_of(given.data)
    theirs, ours = fit(given, data), fit(given.with_set("engine", "stack"), data)
    run(theirs)
    run(ours)
    for key, value in theirs.weights().items():
        torch.testing.assert_close(ours.weights()[key], value, rtol=1e-3, atol=1e-4)


def test_a_diverged_network_is_named_and_leaves_its_neighbours_alone():
    given = sweep(
        experiment(activation="relu", loss="mse", training={"optimizer": SGD, "batch_size": 7}),
        "training.optimizer.lr=0.01,1000",
        "model.seed=0..3",
    )
    together = fit_sweep(given, splits_of)
    events = run(together)
    gone = {e.net for e in events if e.type == "net_ended" and e.reason == "diverged"}
    assert gone == {4, 5, 6, 7}
    state = together.snapshot()
    for number in range(4):
        own = given.nets[number].experiment
        alone = fit(own, splits_of(own.data))
        run(alone)
        for name, value in alone.weights().items():
            assert torch.equal(value, one_net(state, given, number)["model"][name])


def test_the_last_figures_are_those_of_the_network_alone():
    given = sweep(
        experiment(training={"early_stopping": {"patience": 2}, "epochs": 30, "steps": None})
    )
    together = fit_sweep(given, splits_of)
    events = run(together)
    last = next(e for e in events if e.type == "nets_figures")
    for number in (0, 7, 13):
        own = given.nets[number].experiment
        ended = run(fit(own, splits_of(own.data)))[-1]
        assert ended.reason == last.reasons[number]
        assert ended.step == last.steps[number]
        for name in ("train_loss", "train_accuracy", "val_loss", "val_accuracy", "best_val_loss"):
            assert getattr(ended, name) == getattr(last, name)[number], name


def test_a_sweep_goes_on_bit_for_bit():
    given = sweep(
        experiment(
            between=[{"kind": "dropout"}, {"kind": "batch_norm"}],
            training={"early_stopping": {"patience": 1}, "evaluate_every": 1},
        )
    )
    whole = fit_sweep(given, splits_of)
    state = None
    for event in whole:
        if event.type == "net_ended" and state is None:
            state = whole.snapshot()
    assert state is not None
    again = fit_sweep(given, splits_of, state)
    run(again)
    for number in range(len(given.nets)):
        one = one_net(whole.snapshot(), given, number)["model"]
        other = one_net(again.snapshot(), given, number)["model"]
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_one_network_trains_on_alone_from_a_state():
    given = sweep(experiment(between=[{"kind": "dropout"}]))
    whole = fit_sweep(given, splits_of)
    state = None
    for _event in whole:
        if whole.step and state is None:
            state = whole.snapshot()
    assert state is not None
    final = whole.snapshot()
    own = given.nets[3].experiment
    alone = fit(own, splits_of(own.data), one_net(state, given, 3))
    run(alone)
    ours = one_net(final, given, 3)["model"]
    assert all(torch.equal(value, ours[name]) for name, value in alone.weights().items())


def test_pictures_have_no_stack():
    given = Experiment.from_dict(
        {
            "data": {"kind": "digits"},
            "model": {"layers": [{"kind": "flatten"}, {"kind": "linear", "out_features": 10}]},
            "training": {"steps": 1},
        }
    )
    with pytest.raises(NnlabError, match="pictures"):
        given.with_set("engine", "stack")
