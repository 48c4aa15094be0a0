"""Hypothesis' way to any network that the lab can make, with weights as training leaves them."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import get_args

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from nnlab.config import (
    Activation,
    Attention,
    BatchNorm,
    Conv2d,
    Dropout,
    Embedding,
    Features,
    Flatten,
    Layer,
    LayerNorm,
    Linear,
    LogSoftmax,
    Model,
    NamedInit,
    NormalInit,
    Normalize,
    Pool2d,
    Positions,
    UniformInit,
)
from nnlab.config.layers import ActivationKind, DefaultInit, FeatureName
from nnlab.models import build
from nnlab.models.shapes import Shape, trace_as_far
from nnlab.models.token_layers import Positions as PositionsModule

ACTIVATIONS = get_args(ActivationKind)
FEATURES = get_args(FeatureName)
INITS = st.sampled_from(
    [
        DefaultInit(),
        NormalInit(std=0.5),
        UniformInit(a=-1, b=1),
        NamedInit(kind="xavier_uniform"),
        NamedInit(kind="kaiming_normal"),
        NamedInit(kind="zeros"),
    ]
)
ACTIVATION = st.sampled_from(ACTIVATIONS).map(lambda kind: Activation(kind=kind))
LINEARS = st.builds(
    Linear,
    out_features=st.integers(1, 17) | st.sampled_from([32, 100]),
    bias=st.booleans(),
    init=INITS,
)
CONVOLUTIONS = st.builds(
    Conv2d,
    out_channels=st.integers(1, 8),
    kernel_size=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    bias=st.booleans(),
    init=INITS,
)
POOLS = st.builds(
    Pool2d,
    kind=st.sampled_from(["max_pool2d", "avg_pool2d"]),
    kernel_size=st.integers(1, 4),
    stride=st.none() | st.integers(1, 3),
)
NORMS = st.builds(BatchNorm, eps=st.sampled_from([1e-5, 1e-3, 0.1]))
DROPOUTS = st.builds(Dropout, p=st.sampled_from([0.1, 0.5]))


@dataclass(frozen=True)
class Case:
    """A network in evaluation mode, and inputs for it."""

    layers: tuple[Layer, ...]
    shape: Shape
    n: int
    seed: int
    network: nn.Sequential = field(repr=False, compare=False)
    x: Tensor = field(repr=False, compare=False)
    """[n, *shape]."""

    def in_float64(self) -> "Case":
        """The same with twice the digits: what float32 rounds."""
        x = self.x.double() if self.x.is_floating_point() else self.x
        return replace(self, network=deepcopy(self.network).double(), x=x)


def a_case(layers: tuple[Layer, ...], seed: int, shape: Shape = (2,)) -> Case:
    """These layers with the weights of a seed, and five inputs."""
    x = torch.randn(5, *shape, generator=torch.Generator().manual_seed(7))
    network = build(Model(layers=layers, seed=seed), shape).eval()
    return Case(layers, shape, len(x), seed, network, x)


def _case(layers: list[Layer], shape: Shape, x: Tensor, seed: int) -> Case:
    """As much of the layers as fits.

    Norms get statistics and weights as after training, and positions larger vectors.
    """
    rows, _ = trace_as_far(layers, shape)
    fitting = tuple(row.layer for row in rows)
    network = build(Model(layers=fitting, seed=seed), shape).eval()
    random = torch.Generator().manual_seed(seed)
    for module in network:
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            for tensor in (module.weight.data, module.bias.data, module.running_mean):
                assert tensor is not None
                tensor.normal_(generator=random)
            assert module.running_var is not None
            module.running_var.uniform_(0.1, 3, generator=random)
        elif isinstance(module, nn.LayerNorm | PositionsModule):
            for tensor in module.parameters():
                tensor.data.normal_(generator=random)
    return Case(fitting, shape, len(x), seed, network, x)


@st.composite
def _hidden(draw: st.DrawFn, most: int) -> list[Layer]:
    layers: list[Layer] = []
    for _ in range(draw(st.integers(0, most))):
        layers.append(draw(LINEARS))
        if draw(st.booleans()):
            layers.append(draw(NORMS))
        layers.append(draw(ACTIVATION))
        if draw(st.integers(0, 3)) == 0:
            layers.append(draw(DROPOUTS))
    return layers


@st.composite
def _head(draw: st.DrawFn) -> list[Layer]:
    layers = [*draw(_hidden(4)), Linear(out_features=draw(st.integers(1, 10)), init=draw(INITS))]
    return [*layers, LogSoftmax()] if draw(st.booleans()) else layers


def _grid(inputs: int, side: int, reach: float) -> Tensor:
    """Of the line or the plane, both ends among it; of a table a random cloud."""
    line = torch.linspace(-reach, reach, side)
    if inputs <= 2:
        return torch.cartesian_prod(*[line] * inputs).reshape(-1, inputs)
    return reach * torch.randn(side, inputs, generator=torch.Generator().manual_seed(side))


@st.composite
def perceptrons(draw: st.DrawFn) -> Case:
    """Of one input, of the plane, or of up to nine columns of a table."""
    inputs = draw(st.sampled_from([1, 2, 2, 2, 5, 9]))
    layers: list[Layer] = []
    if draw(st.booleans()):
        numbers = st.floats(-3, 3), st.floats(0.2, 4)
        if draw(st.booleans()):
            numbers = tuple(st.tuples(*[each] * inputs) for each in numbers)
        layers.append(draw(st.builds(Normalize, mean=numbers[0], std=numbers[1])))
    if inputs <= 2 and draw(st.booleans()):
        names = [name for name in FEATURES if inputs == 2 or "x2" not in name]
        layers.append(Features(names=tuple(draw(st.lists(st.sampled_from(names), min_size=1)))[:9]))
    x = _grid(inputs, draw(st.integers(2, 15)), draw(st.sampled_from([1.0, 6.0])))
    return _case([*layers, *draw(_head())], (inputs,), x, draw(st.integers(0, 2**32 - 1)))


@st.composite
def picture_networks(draw: st.DrawFn) -> Case:
    """Of grey or coloured pictures of 8 to 28 pixels a side, with convolutions or without."""
    shape = (draw(st.sampled_from([1, 3])), *draw(st.tuples(*[st.sampled_from([8, 11, 28])] * 2)))
    layers: list[Layer] = []
    if draw(st.booleans()):
        layers.append(Normalize(mean=0.1307, std=0.3081))
    for _ in range(draw(st.integers(0, 3))):
        layers += draw(st.lists(CONVOLUTIONS | POOLS | NORMS | ACTIVATION, min_size=1, max_size=4))
    rows, _error = trace_as_far(layers, shape)  # what does not fit any more is left out
    layers = [row.layer for row in rows]
    if draw(st.integers(0, 4)):
        layers += [Flatten(), *draw(_head())]
    seed, n = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 6))
    x = torch.rand((n, *shape), generator=torch.Generator().manual_seed(seed))
    return _case(layers or [Flatten()], shape, x, seed)


@st.composite
def sequence_networks(draw: st.DrawFn) -> Case:
    """Of tokens, with attention of one head or of several: an answer for each, or one for all."""
    length, symbols = draw(st.integers(2, 16)), draw(st.integers(2, 16))
    heads = draw(st.sampled_from([1, 1, 2, 3]))
    width = heads * draw(st.integers(1, 12))
    layers: list[Layer] = [Embedding(num_embeddings=symbols, embedding_dim=width)]
    if draw(st.booleans()):
        layers.append(Positions())
    attention = st.builds(
        Attention, heads=st.just(heads), causal=st.booleans(), residual=st.booleans()
    )
    of_each_token = attention | st.builds(LayerNorm) | ACTIVATION | DROPOUTS
    layers += draw(st.lists(of_each_token, min_size=1, max_size=5))
    layers += draw(st.lists(LINEARS | ACTIVATION | st.builds(LayerNorm), max_size=3))
    if draw(st.booleans()):
        layers.append(Flatten())
    layers.append(Linear(out_features=draw(st.integers(1, 10)), init=draw(INITS)))
    seed, n = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 6))
    x = torch.randint(symbols, (n, length), generator=torch.Generator().manual_seed(seed))
    return _case(layers, (length,), x, seed)
