"""The output of every neuron of a small network over the plane, or over a line."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight.plane.boundary import plane_points
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _

GRID = 20
"""Points along each side: a thumbnail has no more pixels."""


@dataclass(frozen=True)
class Neurons:
    """One layer of the drawing: the inputs, or all from one `nn.Linear` up to the next."""

    linear: int | None
    """The place of the `nn.Linear` in the network, from 0; None for the inputs."""
    kinds: tuple[str, ...]
    """The classes of the modules whose work it shows, in their order: `Linear`, `Tanh`."""
    values: NDArray[np.float32]
    """[units, …]: the last module's output, for each example or each place of a grid."""


def neuron_layers(network: nn.Sequential) -> list[list[int]]:
    """The modules of each drawn layer, by their places in the network; the inputs first.

    What stands before the first `nn.Linear` (features, normalisation) makes the inputs; each
    `nn.Linear` takes along what follows it (activation, batch norm, dropout) up to the next.

    Raises:
        NnlabError: the network has no linear layer, or a convolution: it has no neurons to draw.
    """
    groups: list[list[int]] = [[]]
    for place, module in enumerate(network):
        if isinstance(module, nn.Linear):
            groups.append([])
        elif isinstance(module, nn.Conv2d):
            groups = [[]]
            break
        groups[-1].append(place)
    if len(groups) == 1:
        raise NnlabError(
            _(
                "Only a network of linear layers can be drawn neuron by neuron; this one is"
                " {layers}.",
                layers=" → ".join(type(module).__name__ for module in network),
            )
        )
    return groups


def neuron_values(network: nn.Sequential, x: Tensor, last: int | None = None) -> list[Neurons]:
    """Return each neuron's output, after its activation, for some examples.

    Args:
        network: takes [n, inputs]; asked in evaluation mode and left in the modes that it had.
        x: [n, inputs], of the network's device and type.
        last: the layer beyond which nothing is asked, from 0 for the inputs; None: all.

    Returns:
        The inputs (as the first `nn.Linear` gets them), each hidden layer, the outputs; values
        are float32 [units, n].

    Raises:
        NnlabError: as `neuron_layers` does.
    """
    found = []
    with eval_mode(network), torch.inference_mode():
        for group in neuron_layers(network)[: None if last is None else last + 1]:
            for place in group:
                x = network[place](x)
            linear = group[0] if group and isinstance(network[group[0]], nn.Linear) else None
            kinds = tuple(type(network[place]).__name__ for place in group)
            values = x.T.float().contiguous().cpu().numpy()
            found.append(Neurons(linear, kinds, values))
    return found


def neuron_grids(
    network: nn.Sequential,
    inputs: int = 2,
    extent: tuple[float, float] = (-6.0, 6.0),
    resolution: int = GRID,
    *,
    cut: InputSlice | None = None,
) -> list[Neurons]:
    """The activation of every neuron over the square `extent` × `extent`, in one forward pass.

    Args:
        network: takes [n, inputs]; its modes stay as they are.
        inputs: 2 for the plane, 1 for the line.
        extent: lowest and highest value of each input.
        resolution: places along each side; a value is of the middle of its pixel.
        cut: what the plane is of inputs in other units or more than two; None: the inputs.

    Returns:
        As `neuron_values`; values are float32 [units, resolution, resolution], row 0 on top (x₂
        highest), or [units, resolution] from left to right where there is one input.

    Raises:
        NnlabError: as `neuron_layers` does, or neither one nor two inputs, and no cut.
    """
    if cut is None and inputs not in (1, 2):
        raise NnlabError(
            _(
                "Neurons are drawn over one or two inputs, this network has {inputs}.",
                inputs=inputs,
            )
        )
    weights = next(network.parameters())
    points = plane_points(extent, resolution, weights.device, weights.dtype)
    if cut is not None:
        points = cut.inputs(points)
    elif inputs == 1:
        points = points[-resolution:, :1]  # the last row, from left to right
    shape = (-1, resolution, resolution) if cut is not None or inputs == 2 else (-1, resolution)
    return [
        Neurons(layer.linear, layer.kinds, layer.values.reshape(shape))
        for layer in neuron_values(network, points)
    ]
