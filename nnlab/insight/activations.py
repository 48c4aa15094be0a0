"""The output of each layer of a network for its input."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.models.eval_mode import eval_mode


@dataclass(frozen=True)
class Place:
    """One value of one layer, all counted from 0."""

    layer: int
    """-1 is the input."""
    unit: int
    """The map, or the unit of a layer without rows and columns."""
    row: int = 0
    column: int = 0


class LayerOutput(NamedTuple):
    """The output of one layer of an `nn.Sequential`."""

    index: int
    """The layer's place in the network, from 0: `network[index]`."""
    kind: str
    """The name of its class: `Conv2d`, `ReLU`, `Linear` …"""
    values: NDArray[np.float32]
    """[n, …]: as the layer gave it, the batch first. A picture's feature maps: [n, c, h, w]; of
    sequences mostly [n, length, width]."""


def activations(network: nn.Sequential, x: Tensor) -> list[LayerOutput]:
    """The outputs of all layers on the way of `x` through the network, in their order.

    Args:
        network: asked in evaluation mode (dropout passes everything on, batch norm uses its running
            statistics), and left in the modes that it had.
        x: [n, *input_shape], on the network's device.

    Returns:
        One for each child of the network; the last one's values are the network's own outputs.
    """
    found = []
    with eval_mode(network), torch.inference_mode():
        for index, layer in enumerate(network):
            x = layer(x)
            found.append(LayerOutput(index, type(layer).__name__, x.float().cpu().numpy()))
    return found
