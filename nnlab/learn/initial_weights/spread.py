"""The spread of each layer's numbers on the way forward, and of their gradients on the way back."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.learn.initial_weights.schemes import FUNCTIONS, Function, Scheme, begin, variance

Floats = NDArray[np.float64]
WIDTH = 128
EXAMPLES = 256
NODES, FARTHEST = 4001, 10.0
"""Evenly spaced places of the standard normal over which expectations are summed."""
SATURATED = 0.99


@dataclass(frozen=True)
class Spread:
    """Spreads in a network of `layers` linear layers, 128 wide, each followed by its function."""

    forward: Floats
    """[layers]: the standard deviation of z = Wx, before the function; float32 arithmetic."""
    backward: Floats
    """[layers]: of the loss's gradient with respect to z."""
    forward_expected: Floats
    """[layers]: what the formulas say for infinitely wide layers."""
    backward_expected: Floats
    idle: Floats
    """[layers]: the share of outputs that pass no gradient on: exactly 0 after ReLU, or beyond
    ±0.99 after tanh."""


def spread(scheme: Scheme, function: Function, layers: int, seed: int = 0) -> Spread:
    """Inputs are N(0, 1), and so is the gradient that comes from the end; biases are 0."""
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(seed)
        activation = FUNCTIONS[function]()
        a, sums, idle = torch.randn(EXAMPLES, WIDTH, requires_grad=True), [], []
        for _layer in range(layers):
            weight = torch.empty(WIDTH, WIDTH)
            begin(weight, scheme, function)
            z = a @ weight.T
            a = activation(z)
            sums.append(z)
            idle.append(_idle(a.detach(), function))
        # As `grad_outputs` it would be the same, and PyTorch would import SymPy for it: a second.
        gradients = torch.autograd.grad((a * torch.randn_like(a)).sum(), sums)
    forward, backward = _expected(scheme, function, layers)
    return Spread(_spreads(sums), _spreads(gradients), forward, backward, np.array(idle))


def _spreads(values: list[Tensor] | tuple[Tensor, ...]) -> Floats:
    return np.array([one.detach().double().std().item() for one in values])


def _idle(outputs: Tensor, function: Function) -> float:
    passes = outputs != 0 if function == "relu" else outputs.abs() < SATURATED
    return 1 - passes.float().mean().item()


def _expected(scheme: Scheme, function: Function, layers: int) -> tuple[Floats, Floats]:
    """Standard deviations by the recursion of wide layers.

    Var z₁ = n Var w; Var zₗ₊₁ = n Var w · E f(zₗ)², with zₗ normal; backwards by E f'(zₗ)². For
    ReLU both expectations are halves, and this is He 2015, eq. 7 and 13; for small z of tanh it is
    Glorot 2010, eq. 5 and 6; in general Poole 2016, eq. 3, and Schoenholz 2017, eq. 5.
    """
    gain = WIDTH * variance(scheme, function, WIDTH, WIDTH)
    forward = [gain]
    for _layer in range(layers - 1):
        forward.append(gain * _mean(function, forward[-1])[0])
    backward = [_mean(function, forward[-1])[1]]
    for q in reversed(forward[:-1]):
        backward.append(gain * _mean(function, q)[1] * backward[-1])
    return np.sqrt(forward), np.sqrt(backward[::-1])


def _mean(function: Function, q: float) -> tuple[float, float]:
    """E f(z)² and E f'(z)² for z from N(0, q)."""
    if function == "relu":
        return (q / 2, 0.5) if q > 0 else (0.0, 0.0)  # PyTorch's derivative at 0 is 0
    # Where q is large tanh' is a narrow peak, which few nodes of a quadrature would miss.
    nodes = np.linspace(-FARTHEST, FARTHEST, NODES)
    values = np.tanh(np.sqrt(q) * nodes)
    share = np.exp(-(nodes**2) / 2)
    share /= share.sum()
    return float(share @ values**2), float(share @ (1 - values**2) ** 2)


def network(scheme: Scheme, function: Function, sizes: tuple[int, ...]) -> nn.Sequential:
    """Linear layers of these sizes with the function between them, begun by a scheme; biases 0."""
    modules: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layer = nn.Linear(inputs, outputs)
        begin(layer.weight, scheme, function)
        nn.init.zeros_(layer.bias)
        modules += [layer, FUNCTIONS[function]()]
    return nn.Sequential(*modules[:-1])
