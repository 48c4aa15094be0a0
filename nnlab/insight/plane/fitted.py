"""The output of a network of one input: its curve, and those of its hidden units."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnlab.insight.activations import activations


@dataclass(frozen=True)
class Fitted:
    """The answers over an even grid of inputs."""

    x: NDArray[np.float64]
    """[n], evenly spaced, both ends among them."""
    y: NDArray[np.float32]
    """[n, k]: the network's outputs, as they are."""
    hidden: tuple[NDArray[np.float32], ...]
    """Outputs [n, width] of each hidden layer's units, after activation and batch norm."""


def fitted(network: nn.Sequential, low: float, high: float, points: int) -> Fitted:
    """The curve of a network that takes [n, 1], from `low` to `high`.

    A hidden layer is what stands between two linear layers: its units are what the second of the
    two receives. The network is asked in evaluation mode, and left in the modes that it had.
    """
    x = np.linspace(low, high, points)
    weights = next(network.parameters())
    inputs = torch.from_numpy(x).to(weights.device, weights.dtype)[:, None]
    outputs = activations(network, inputs)
    linear = [index for index, layer in enumerate(network) if isinstance(layer, nn.Linear)]
    hidden = tuple(outputs[index - 1].values for index in linear[1:])
    return Fitted(x, outputs[-1].values, hidden)
