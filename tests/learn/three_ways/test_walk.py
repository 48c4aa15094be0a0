"""The three ways give the same bits, and the sources that are shown are what is computed."""

from typing import Any, get_args

import pytest
import torch

from nnlab.config import (
    Activation,
    BatchNorm,
    Conv2d,
    Dropout,
    Features,
    Flatten,
    Linear,
    LogSoftmax,
    Model,
    Normalize,
    Pool2d,
)
from nnlab.config.layers import ActivationKind, Layer
from nnlab.learn.three_ways.functional import apply_layer
from nnlab.learn.three_ways.walk import bits, can_walk, same_bits, walk
from nnlab.models import build
from nnlab.models.code import code, source

PLANE: tuple[Layer, ...] = (
    Features(names=("x1", "x2", "x1*x2", "sin(x1)")),
    Linear(out_features=6),
    *(Activation(kind=kind) for kind in get_args(ActivationKind)),
    BatchNorm(),
    Dropout(p=0.25),
    Linear(out_features=3, bias=False),
    LogSoftmax(),
)
PICTURE: tuple[Layer, ...] = (
    Normalize(mean=0.1307, std=0.3081),
    Conv2d(out_channels=4, kernel_size=5, stride=2, padding=1),
    Activation(kind="relu"),
    Pool2d(kind="max_pool2d"),
    Conv2d(out_channels=3, kernel_size=3, bias=False),
    BatchNorm(),
    Pool2d(kind="avg_pool2d", kernel_size=2, stride=1),
    Flatten(),
    Linear(out_features=10),
)
COLUMNS: tuple[Layer, ...] = (
    Normalize(mean=(5.1, -0.3, 1e4), std=(0.4, 2.0, 300.0)),
    Linear(out_features=2),
)
NETWORKS = {"plane": (PLANE, (2,)), "picture": (PICTURE, (1, 28, 28)), "table": (COLUMNS, (3,))}


def trained(name: str) -> tuple[Model, torch.nn.Sequential, torch.Tensor]:
    """A network whose every tensor is another one than its seed gives."""
    layers, shape = NETWORKS[name]
    model = Model(layers=layers, seed=3)
    network = build(model, shape)
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                tensor.add_(torch.rand(tensor.shape, generator=generator) * 0.1)
    return model, network.eval(), torch.randn(1, *shape, generator=generator)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_layer_gives_the_same_bits_in_all_three_ways(name: str) -> None:
    model, network, x = trained(name)
    ways = walk(model, NETWORKS[name][1], network, x)
    assert [way.style for way in ways] == ["tensors", "module", "sequential"]
    for way in ways:
        assert len(way.lines) == len(way.outputs) == len(model.layers)
        assert same_bits(way.outputs[-1], network(x))
        for one, other in zip(way.outputs, ways[2].outputs, strict=True):
            assert same_bits(one, other)


@pytest.mark.parametrize("way", range(3))
@pytest.mark.parametrize("name", NETWORKS)
def test_the_source_itself_with_these_weights_gives_what_is_shown(name: str, way: int) -> None:
    model, network, x = trained(name)
    shape = NETWORKS[name][1]
    shown = walk(model, shape, network, x)[way]
    scope: dict[str, Any] = {}
    exec(code(model, shape, shown.style), scope)
    state = network.state_dict()
    with torch.no_grad():
        for key, expression in source(model, shape, shown.style).names.items():
            eval(expression, scope).copy_(state[key])
        if isinstance(scope["network"], torch.nn.Module):
            scope["network"].eval()
        assert same_bits(scope["network"](x), shown.outputs[-1])
    text = code(model, shape, shown.style)
    for lines in shown.lines:
        if shown.style != "sequential":
            assert all(line in text for line in lines)


def test_the_lines_of_a_sequential_name_its_modules() -> None:
    model, network, x = trained("picture")
    lines = walk(model, (1, 28, 28), network, x)[2].lines
    assert lines[1] == ("x = network[1](x)  # nn.Conv2d(1, 4, 5, stride=2, padding=1)",)


def test_other_bits_are_told_apart_even_where_numbers_are_equal() -> None:
    zero, negative = torch.tensor([0.0]), torch.tensor([-0.0])
    assert torch.equal(zero, negative)
    assert not same_bits(zero, negative)
    nan = torch.tensor([float("nan")])
    assert same_bits(nan, nan.clone())
    assert (bits(1.0), bits(-2.0)) == ("3f800000", "c0000000")  # IEEE 754


def test_a_layer_of_another_kind_is_refused() -> None:
    class Other:
        pass

    assert not can_walk([Other()])  # ty: ignore[invalid-argument-type]
    with pytest.raises(TypeError, match="Other"):
        apply_layer(Other(), {}, torch.zeros(1))  # ty: ignore[invalid-argument-type]
