"""Weights, biases and their gradients of a network at several moments, counted into bins.

Layers are those with weights, counted from 1, also within others (attention has four); the last one
gives the outputs. Gradients are those
of the mean loss over the training examples, without penalties, in evaluation mode: dropout passes
everything on and batch norm uses its running statistics, so that a moment has one histogram alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.insight.doctor.diagnosis import EXPLODED, VANISHED
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import N_, _
from nnlab.training.metrics import LossFunction

Floats = NDArray[np.floating]
Kind = Literal["weights", "biases", "weight_gradients", "bias_gradients"]
KINDS: dict[Kind, str] = {
    "weights": N_("Weights"),
    "biases": N_("Biases"),
    "weight_gradients": N_("Gradients of weights"),
    "bias_gradients": N_("Gradients of biases"),
}

MOST_EXAMPLES, FEWEST_EXAMPLES = 2000, 32
MOST_WORK = 20_000_000
"""Examples times parameters of one backward pass: some hundredths of a second."""
MOST_VALUES = 10_000
"""Limit for the counted weights of a layer, evenly chosen; always the same ones."""
FEWEST_BINS, MOST_BINS = 20, 40
TOLD = 10.0
"""Gradients of two layers that differ by less than this factor are not worth a word."""


@dataclass(frozen=True)
class LayerNumbers:
    """The numbers of one layer at one step."""

    number: int
    """Number from 1."""
    units: int
    """Outputs, or maps."""
    size: int
    """Weights in all; of a large layer not all of them are in the arrays."""
    weights: Floats
    biases: Floats
    """Empty where the layer has none."""
    weight_gradients: Floats
    bias_gradients: Floats
    gradient_rms: float
    """The root mean square of the gradients of all weights and biases."""


def examples_for(parameters: int, examples: int) -> int:
    """Return how many examples, from the first, to take for gradients of that many parameters."""
    affordable = max(FEWEST_EXAMPLES, MOST_WORK // max(1, parameters))
    return min(examples, MOST_EXAMPLES, affordable)


def layer_numbers(
    network: nn.Sequential, x: Tensor, y: Tensor, loss: LossFunction
) -> tuple[LayerNumbers, ...]:
    """The numbers of each layer of weights. The network is left as it was.

    Args:
        network: of at least one layer with weights.
        x: [n, *input_shape], n at least 1.
        y: int64 [n] (classes; [n, length] with one for each token), or float [n, 1] (values).
        loss: gives their mean loss.
    """
    kinds = nn.Linear | nn.Conv2d | nn.Embedding
    layers = [layer for layer in network.modules() if isinstance(layer, kinds)]
    parameters: list[Tensor] = [p for layer in layers for p in layer.parameters()]
    with eval_mode(network), torch.enable_grad():
        gradients = torch.autograd.grad(loss(network(x), y), parameters)
    of = dict(zip(parameters, gradients, strict=True))
    found = []
    for number, layer in enumerate(layers, start=1):
        all_gradients = torch.cat([of[p].flatten() for p in layer.parameters()]).double()
        nothing = np.empty(0, np.float32)
        bias = getattr(layer, "bias", None)
        found.append(
            LayerNumbers(
                number,
                len(layer.weight),
                layer.weight.numel(),
                some_values(layer.weight),
                nothing if bias is None else some_values(bias),
                some_values(of[layer.weight]),
                nothing if bias is None else some_values(of[bias]),
                float(all_gradients.square().mean().sqrt()),
            )
        )
    return tuple(found)


def some_values(values: Tensor) -> Floats:
    """Return at most `MOST_VALUES` of a tensor's numbers as float32 [n], always the same ones."""
    flat = values.detach().flatten()
    if len(flat) > MOST_VALUES:
        flat = flat[torch.linspace(0, len(flat) - 1, MOST_VALUES).long()]
    return flat.float().cpu().numpy().copy()


# Bins --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Histograms:
    """Histograms of the same numbers at several steps, in common bins."""

    edges: Floats
    """float64 [bins + 1], evenly spaced, rounded outwards so that they seldom change."""
    shares: Floats
    """float64 [moments, bins]: of the values of a moment; a row sums to 1."""


def histograms(values: Sequence[Floats]) -> Histograms:
    """Count the values of each moment.

    Args:
        values: at least one array [n] of finite numbers for each moment, n at least 1.
    """
    low = min(float(array.min()) for array in values)
    high = max(float(array.max()) for array in values)
    if low == high:  # all alike: one bin in the middle holds them
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    unit = 10.0 ** math.floor(math.log10(high - low)) / 2
    low, high = math.floor(low / unit) * unit, math.ceil(high / unit) * unit
    count = max(len(array) for array in values)
    bins = min(MOST_BINS, max(FEWEST_BINS, math.ceil(2 * count ** (1 / 3))))  # Rice's rule
    edges = np.linspace(low, high, bins + 1)
    counts = [np.histogram(array, edges)[0] / len(array) for array in values]
    return Histograms(edges, np.stack(counts))


def spread_over(steps: Sequence[int], most: int) -> list[int]:
    """Return at most `most` of the steps in order, evenly spread from the first to the last."""
    known = sorted(set(steps))
    if len(known) <= most:
        return known
    wanted = np.linspace(known[0], known[-1], most)
    places = np.searchsorted(known, wanted).clip(1, len(known) - 1)
    return sorted(
        {
            min(known[place - 1], known[place], key=lambda step, goal=goal: abs(step - goal))
            for place, goal in zip(places.tolist(), wanted.tolist(), strict=True)
        }
    )


# Words -------------------------------------------------------------------------------------------


def compare_gradients(layers: Sequence[LayerNumbers]) -> str:
    """Compare the gradients of the first and the last layer in words; empty if unremarkable.

    Vanishing and exploding are what `nnlab.insight.doctor.diagnosis` calls so.
    """
    first, last = layers[0], layers[-1]
    if len(layers) < 2 or not math.isfinite(first.gradient_rms + last.gradient_rms):
        return ""
    small, large = sorted((first, last), key=lambda layer: layer.gradient_rms)
    if large.gradient_rms == 0:
        return _("All gradients are 0: nothing learns here.")
    if small.gradient_rms == 0:
        return _("All gradients of layer {number} are 0.", number=small.number)
    times = large.gradient_rms / small.gradient_rms
    if times < TOLD:
        return ""
    said = _(
        "Gradients of layer {small} are {times:,.0f} times smaller than those of layer {large}",
        small=small.number,
        times=times,
        large=large.number,
    )
    if small is first and first.gradient_rms < VANISHED * last.gradient_rms:
        return _("{said}: vanishing gradients.", said=said)
    if small is last and first.gradient_rms > EXPLODED * last.gradient_rms:
        return _("{said}: exploding gradients.", said=said)
    return _("{said} (root mean square).", said=said)
