"""The plane (or the line) of the inputs in the coordinates of two neurons of one layer."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.insight.parts import in_parts
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.insight.plane.neurons import neuron_layers, neuron_values

LINES, ALONG = 13, 61
"""Lines each way, and points along each: 13 lines are 1 apart on [-6, 6]."""
ON_A_LINE = 161
FINER = 10
"""Times as many places are asked about; the points that are kept stand where a line bends."""
AT_ONCE = 512
"""Places."""
NOISE = 3e-6
"""Smaller bends, as a share of the picture, are rounding errors of float32."""


@dataclass(frozen=True)
class Bent:
    """The input grid and the data, mapped by the network up to a layer."""

    lines: NDArray[np.float32]
    """[lines, points, 2]: first those of constant x₁ from left to right, then those of constant x₂
    from below; of one input the line itself, alone."""
    data: NDArray[np.float32]
    """[n, 2]: the examples."""
    separator: tuple[float, float, float] | None
    """(a, b, c): both classes are equally likely where a·h₁ + b·h₂ + c = 0. Only where the two
    neurons are all that the last layer sees, and it tells two classes apart."""


def bent(
    network: nn.Sequential,
    x: Tensor,
    layer: int,
    units: tuple[int, int],
    extent: tuple[float, float] = (-6.0, 6.0),
    *,
    cut: InputSlice | None = None,
) -> Bent:
    """The input grid over `extent` as two neurons see it, after their activation.

    Args:
        network: takes [n, 1] or [n, 2], or what `cut` makes of [n, 2]; left in its modes.
        x: [n, inputs], the examples.
        layer: 0 for the inputs of the first linear layer, 1 for the first hidden layer, and so on.
        units: the two neurons, from 0; they may be the same one.
        extent: lowest and highest value of each input.
        cut: what the plane is, of inputs in other units or more than two.

    Raises:
        NnlabError: as `nnlab.insight.plane.neurons.neuron_layers`.
    """
    line = cut is None and x.shape[1] == 1
    places = _line(extent) if line else _grid(extent)
    weights = next(network.parameters())
    flat = torch.from_numpy(places.reshape(-1, places.shape[-1])).to(weights.device, weights.dtype)
    grid = _seen(network, flat if cut is None else cut.inputs(flat), layer, units)
    return Bent(
        _kept(grid.reshape(*places.shape[:2], 2)),
        _seen(network, x.to(weights.device), layer, units),
        _separator(network, layer, units),
    )


def _line(extent: tuple[float, float]) -> np.ndarray:
    return np.linspace(*extent, FINER * (ON_A_LINE - 1) + 1)[None, :, None]


def _grid(extent: tuple[float, float]) -> np.ndarray:
    across, along = np.linspace(*extent, LINES), np.linspace(*extent, FINER * (ALONG - 1) + 1)
    upright = np.stack(np.meshgrid(across, along, indexing="ij"), axis=-1)
    return np.concatenate([upright, upright[..., ::-1]])


def _kept(lines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Reduce lines [lines, 10 k + 1, 2] to k + 1 points each, the denser the more a line bends.

    A chord of length h is h²·|P''| / 8 from its arc: a density like the root of |P''| makes all
    chords alike (de Boor, "A Practical Guide to Splines", 1978, chapter XII). A third of the points
    or so is spread evenly, and a straight line has its points evenly.
    """
    count = (lines.shape[1] - 1) // FINER
    finite = lines[np.isfinite(lines)]
    size = float(np.ptp(finite)) if len(finite) else 0.0
    second = np.nan_to_num(np.abs(np.diff(lines, n=2, axis=1)).max(axis=2), posinf=0.0)
    bends = np.sqrt(np.where(second > NOISE * size, second / (size or 1.0), 0.0))
    bends = np.pad(bends, ((0, 0), (1, 1)), mode="edge")
    weight = (bends[:, 1:] + bends[:, :-1]) / 2 + 1 / (FINER * count)
    reached = np.pad(np.cumsum(weight, axis=1), ((0, 0), (1, 0)))
    places = [
        np.rint(np.interp(np.linspace(0, way[-1], count + 1), way, np.arange(len(way))))
        for way in reached
    ]
    return np.take_along_axis(lines, np.array(places, dtype=int)[..., None], axis=1)


def _seen(
    network: nn.Sequential, x: Tensor, layer: int, units: tuple[int, int]
) -> NDArray[np.float32]:
    # By parts: of all places together each neuron of each layer would be kept.
    def both(part: Tensor) -> Tensor:
        return torch.from_numpy(neuron_values(network, part, layer)[layer].values[list(units)].T)

    return in_parts(both, x, AT_ONCE).numpy()


def _separator(
    network: nn.Sequential, layer: int, units: tuple[int, int]
) -> tuple[float, float, float] | None:
    groups = neuron_layers(network)
    if layer != len(groups) - 2:
        return None
    last = network[groups[-1][0]]
    if not isinstance(last, nn.Linear) or last.weight.shape != (2, 2) or set(units) != {0, 1}:
        return None
    with torch.no_grad():
        weight = last.weight[1] - last.weight[0]
        bias = 0.0 if last.bias is None else float(last.bias[1] - last.bias[0])
    return float(weight[units[0]]), float(weight[units[1]]), bias
