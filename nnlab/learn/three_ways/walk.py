"""One example on its way through the three networks, layer by layer."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nnlab.config import Layer, Model
from nnlab.learn.three_ways.functional import KNOWN, apply_layer
from nnlab.learn.three_ways.module import Network
from nnlab.models.code import Style
from nnlab.models.layer_source import LayerSource, layer_source
from nnlab.models.shapes import LayerShape, Shape, trace


@dataclass(frozen=True)
class Walked:
    """Each layer's source in one way of writing, and its output."""

    style: Style
    lines: tuple[tuple[str, ...], ...]
    """The lines that call each layer."""
    outputs: tuple[Tensor, ...]
    """The output of each layer, [1, ...]."""


def can_walk(layers: Sequence[Layer]) -> bool:
    """Whether all layers are known in the three ways."""
    return all(isinstance(layer, KNOWN) for layer in layers)


@torch.no_grad()
def walk(
    model: Model, input_shape: Shape, network: nn.Sequential, x: Tensor
) -> tuple[Walked, Walked, Walked]:
    """The example through raw tensors, `Module` and `Sequential`: the same weights in all three.

    Args:
        model: of `KNOWN` layers.
        input_shape: of one example.
        network: built from it, in evaluation mode; its weights are not copied.
        x: [1, *input_shape].
    """
    rows = trace(model.layers, input_shape)
    sources = [layer_source(row) for row in rows]
    module = Network(rows, network).eval()
    attributes = _module_lines(sources, module)
    calls = tuple((f"x = network[{i}](x)  # {one.module}",) for i, one in enumerate(sources))
    return (
        Walked("tensors", _tensor_lines(sources), tuple(_by_tensors(rows, network, x))),
        Walked("module", attributes, tuple(module.outputs(x))),
        Walked("sequential", calls, tuple(_by_sequential(network, x))),
    )


def same_bits(one: Tensor, other: Tensor) -> bool:
    """Whether two float32 tensors hold the same bits; NaN equals the same NaN."""
    return one.shape == other.shape and torch.equal(
        one.contiguous().view(torch.int32), other.contiguous().view(torch.int32)
    )


def bits(value: float) -> str:
    """The 32 bits of a float32, as eight hexadecimal digits."""
    return struct.pack(">f", value).hex()


def _by_tensors(rows: list[LayerShape], network: nn.Sequential, x: Tensor) -> list[Tensor]:
    state = network.state_dict()
    found = []
    for index, row in enumerate(rows):
        start = f"{index}."
        own = {name.removeprefix(start): state[name] for name in state if name.startswith(start)}
        x = apply_layer(row.layer, own, x)
        found.append(x)
    return found


def _by_sequential(network: nn.Sequential, x: Tensor) -> list[Tensor]:
    found = []
    for layer in network:
        x = layer(x)
        found.append(x)
    return found


def _tensor_lines(sources: list[LayerSource]) -> tuple[tuple[str, ...], ...]:
    lines, number = [], 0
    for one in sources:
        number += bool(one.names)
        lines.append(tuple(line.format(n=number) for line in one.forward))
    return tuple(lines)


def _module_lines(sources: list[LayerSource], module: Network) -> tuple[tuple[str, ...], ...]:
    return tuple(
        one.forward if name is None else (f"x = self.{name}(x)",)
        for one, name in zip(sources, module.names, strict=True)
    )
