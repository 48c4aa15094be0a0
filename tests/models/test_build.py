"""Networks against PyTorch's own modules and against numbers worked out by hand."""

import math

import pytest
import torch
from torch import nn

from nnlab.config import (
    Activation,
    BatchNorm,
    Conv2d,
    Dropout,
    Features,
    Flatten,
    Layer,
    Linear,
    LogSoftmax,
    Model,
    NamedInit,
    NormalInit,
    Normalize,
    Pool2d,
    UniformInit,
    mlp,
)
from nnlab.config.layers import ActivationKind
from nnlab.models import build, trace

CNN: tuple[Layer, ...] = (
    Normalize(mean=0.1307, std=0.3081),
    Conv2d(out_channels=4, kernel_size=5, stride=2, padding=2),
    BatchNorm(momentum=0.2, eps=1e-4),
    Activation(kind="relu"),
    Pool2d(kind="max_pool2d", kernel_size=3, stride=2),
    Conv2d(out_channels=3, bias=False),
    Pool2d(kind="avg_pool2d"),
    Flatten(),
    Dropout(p=0.25),
    Linear(out_features=10),
    LogSoftmax(),
)


class NormalizeByHand(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - 0.1307) / 0.3081


def cnn_by_hand() -> nn.Sequential:
    return nn.Sequential(
        NormalizeByHand(),
        nn.Conv2d(1, 4, 5, stride=2, padding=2),
        nn.BatchNorm2d(4, momentum=0.2, eps=1e-4),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2),
        nn.Conv2d(4, 3, 3, bias=False),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Linear(12, 10),
        nn.LogSoftmax(dim=1),
    )


@pytest.mark.parametrize(
    ("hidden", "parameters"),
    [
        ((256, 128), 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10),
        ((128, 256), 784 * 128 + 128 + 128 * 256 + 256 + 256 * 10 + 10),
    ],
)
def test_a_perceptron_has_the_parameters_of_the_formula(hidden, parameters):
    layers = (Flatten(), *mlp(*hidden, outputs=10))
    network = build(Model(layers=layers), (1, 28, 28))
    assert sum(p.numel() for p in network.parameters()) == parameters
    assert sum(row.parameters for row in trace(layers, (1, 28, 28))) == parameters
    assert parameters == {(256, 128): 235_146, (128, 256): 136_074}[hidden]


def test_each_layer_gives_what_torchs_own_module_gives():
    network = build(Model(layers=CNN), (1, 28, 28))
    expected = cnn_by_hand()
    expected.load_state_dict(network.state_dict())
    x = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    for mode in (True, False):  # the running means of the first show in the second
        network.train(mode)
        expected.train(mode)
        a = b = x
        for ours, theirs, row in zip(network, expected, trace(CNN, (1, 28, 28)), strict=True):
            torch.manual_seed(3)
            a = ours(a)
            torch.manual_seed(3)
            b = theirs(b)
            assert torch.equal(a, b)
            assert a.shape[1:] == row.output_shape
            assert sum(p.numel() for p in ours.parameters()) == row.parameters


def test_the_network_starts_with_the_weights_that_torch_would_draw():
    torch.manual_seed(11)
    expected = cnn_by_hand().state_dict()
    weights = build(Model(layers=CNN, seed=11), (1, 28, 28)).state_dict()
    assert list(weights) == list(expected)
    assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_the_seed_and_nothing_else_decides_the_weights():
    def first(seed: int) -> torch.Tensor:
        return next(build(Model(layers=mlp(8, outputs=2), seed=seed), (2,)).parameters())

    torch.manual_seed(1)
    same = first(5)
    torch.manual_seed(2)
    assert torch.equal(first(5), same)
    assert not torch.equal(first(6), same)


def test_building_leaves_the_global_random_state_untouched():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    build(Model(layers=CNN, seed=4), (1, 28, 28))
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("x1", lambda a, b: a),
        ("x2", lambda a, b: b),
        ("x1^2", lambda a, b: a**2),
        ("x2^2", lambda a, b: b**2),
        ("x1*x2", lambda a, b: a * b),
        ("sin(x1)", lambda a, b: math.sin(a)),
        ("sin(x2)", lambda a, b: math.sin(b)),
        ("cos(x1)", lambda a, b: math.cos(a)),
        ("cos(x2)", lambda a, b: math.cos(b)),
    ],
)
def test_a_feature_is_its_formula(name, formula):
    points = [(-6.0, 2.5), (0.5, -3.0), (1.25, 0.0)]
    network = build(Model(layers=(Features(names=("x2", name)), *mlp(outputs=2))), (2,))
    columns = network[0](torch.tensor(points))
    assert columns.shape == (3, 2)
    assert columns[:, 0].tolist() == [2.5, -3.0, 0.0]
    expected = [formula(a, b) for a, b in points]
    assert columns[:, 1].tolist() == pytest.approx(expected, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize(
    ("kind", "at_minus_1", "at_2"),
    [
        ("relu", 0.0, 2.0),
        ("tanh", math.tanh(-1), math.tanh(2)),
        ("sigmoid", 1 / (1 + math.e), 1 / (1 + math.exp(-2))),
        ("leaky_relu", -0.01, 2.0),
        ("gelu", -0.5 * (1 + math.erf(-1 / math.sqrt(2))), 1 + math.erf(math.sqrt(2))),
        ("silu", -1 / (1 + math.e), 2 / (1 + math.exp(-2))),
    ],
)
def test_an_activation_is_its_formula(kind: ActivationKind, at_minus_1: float, at_2: float):
    network = build(Model(layers=(Activation(kind=kind), *mlp(outputs=2))), (2,))
    outputs = network[0](torch.tensor([-1.0, 2.0])).tolist()
    assert outputs == pytest.approx([at_minus_1, at_2], abs=1e-6)


def weight_and_bias(init: object, **layer: object) -> tuple[torch.Tensor, torch.Tensor]:
    linear = Linear.model_validate({"out_features": 300, "init": init, **layer})
    weights = build(Model(layers=(linear,), seed=3), (200,)).state_dict()
    return weights["0.weight"], weights["0.bias"]


@pytest.mark.parametrize(
    ("init", "mean", "std"),
    [
        (NormalInit(mean=2.0, std=0.25), 2.0, 0.25),
        (UniformInit(a=-1, b=3), 1.0, 4 / math.sqrt(12)),
        (NamedInit(kind="xavier_normal"), 0.0, math.sqrt(2 / 500)),
        (NamedInit(kind="xavier_uniform"), 0.0, math.sqrt(2 / 500)),
        (NamedInit(kind="kaiming_normal"), 0.0, math.sqrt(2 / 200)),
        (NamedInit(kind="kaiming_uniform"), 0.0, math.sqrt(2 / 200)),
    ],
)
def test_an_init_draws_from_its_distribution_and_zeroes_the_bias(init, mean, std):
    weight, bias = weight_and_bias(init)
    assert weight.mean().item() == pytest.approx(mean, abs=5 * std / math.sqrt(60_000))
    assert weight.std().item() == pytest.approx(std, rel=0.02)
    assert bias.eq(0).all()


def test_uniform_stays_between_its_bounds_and_zeros_are_zeros():
    weight, _ = weight_and_bias(UniformInit(a=-1, b=3))
    assert -1 <= weight.min() < -0.99
    assert 2.99 < weight.max() <= 3
    weight, bias = weight_and_bias(NamedInit(kind="zeros"))
    assert weight.eq(0).all()
    assert bias.eq(0).all()
    weight, _ = weight_and_bias(NormalInit(mean=0.5, std=0))
    assert weight.eq(0.5).all()


def test_the_default_init_is_within_one_over_the_root_of_the_inputs():
    weight, bias = weight_and_bias({"kind": "default"})
    bound = 1 / math.sqrt(200)
    assert 0.99 * bound < weight.abs().max() <= bound
    assert 0.9 * bound < bias.abs().max() <= bound


def test_a_layer_without_bias_has_none():
    network = build(Model(layers=(Linear(out_features=3, bias=False),)), (4,))
    assert [name for name, _ in network.named_parameters()] == ["0.weight"]
