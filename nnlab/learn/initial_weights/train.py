"""The same network trained from each of the four beginnings, all at once: a second at most."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.learn.initial_weights.schemes import SCHEMES, Function
from nnlab.learn.initial_weights.spread import network

WIDTH = 32
STEPS, EVERY = 160, 20
BATCH, RATE = 64, 0.05
TRAINED_ON = 1400
"""Training examples of scikit-learn's 1,797 digits of 8×8; the others validate."""


@dataclass(frozen=True)
class Trained:
    """Validation figures of each scheme, in the order of `SCHEMES`."""

    steps: tuple[int, ...]
    losses: NDArray[np.float32]
    """[schemes, steps]; NaN where the training diverged."""
    accuracies: NDArray[np.float32]
    """[schemes], at the end, 0 to 1."""


@cache
def _digits() -> tuple[Tensor, Tensor]:
    """Pixels scaled to mean 0 and variance 1 over all, float32 [1797, 64]; classes int64 [1797]."""
    pixels, classes = load_digits(return_X_y=True)
    x = torch.tensor(pixels, dtype=torch.float32)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    return ((x - x.mean()) / x.std())[order], torch.tensor(classes)[order]


def beginnings(function: Function, layers: int, seed: int = 0) -> list[nn.Sequential]:
    """A network of so many linear layers for each scheme, drawn from the same seed."""
    sizes = (64, *[WIDTH] * (layers - 1), 10)
    found = []
    with torch.random.fork_rng(devices=[]):
        for scheme in SCHEMES:
            torch.manual_seed(seed)
            found.append(network(scheme, function, sizes))
    return found


def train(function: Function, layers: int) -> Trained:
    """160 steps of plain SGD. The networks share each operation, and nothing else."""
    networks = beginnings(function, layers)
    linear = [[one for one in net if isinstance(one, nn.Linear)] for net in networks]
    weights = [
        torch.stack([n.weight.detach().T for n in alike]) for alike in zip(*linear, strict=True)
    ]
    biases = [
        torch.stack([n.bias.detach()[None] for n in alike]) for alike in zip(*linear, strict=True)
    ]
    parameters = [one.requires_grad_() for one in (*weights, *biases)]
    activation = torch.relu if function == "relu" else torch.tanh
    x, y = _digits()
    held_x, held_y = x[TRAINED_ON:], y[TRAINED_ON:]

    def outputs(inputs: Tensor) -> Tensor:
        """[schemes, n, 10]."""
        a = inputs.expand(len(networks), -1, -1)
        for at, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            a = torch.baddbmm(bias, activation(a) if at else a, weight)
        return a

    def losses(given: Tensor, targets: Tensor) -> Tensor:
        """[schemes]: the mean loss of each."""
        each = [F.cross_entropy(one, targets) for one in given]
        return torch.stack(each)

    optimizer = torch.optim.SGD(parameters, lr=RATE)
    steps, seen = [], []
    with torch.enable_grad():
        for step, batch in enumerate(batches()):
            if step % EVERY == 0:
                with torch.no_grad():
                    seen.append(losses(outputs(held_x), held_y))
                steps.append(step)
            if step < STEPS:
                optimizer.zero_grad()
                losses(outputs(x[batch]), y[batch]).sum().backward()
                optimizer.step()
    with torch.no_grad():
        right = (outputs(held_x).argmax(2) == held_y).float().mean(1)
    curves = torch.stack(seen, 1)
    curves[~curves.isfinite()] = float("nan")
    return Trained(tuple(steps), curves.numpy(), right.numpy())


def batches() -> list[Tensor]:
    """The examples of each step, int64 [64], and of one more that is not taken."""
    generator = torch.Generator().manual_seed(1)
    return [torch.randint(TRAINED_ON, (BATCH,), generator=generator) for _step in range(STEPS + 1)]
