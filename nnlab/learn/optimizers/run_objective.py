"""The loss of a network over the plane in which its training moved, as what optimizers minimise."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.learn.landscape.many import outputs_at
from nnlab.learn.landscape.plane import plane_of
from nnlab.learn.landscape.surface import VALUES_AT_ONCE, cost_of, square_grid
from nnlab.learn.optimizers.objective import Objective
from nnlab.texts import _
from nnlab.training.metrics import LossFunction
from nnlab.training.prepare import prepared, split_fixed

SIDE = 33
"""Places along each side of the picture."""
MARGIN = 1.5
"""Margin on all sides, as a multiple of the longer side of the run's path."""
AT_ONCE = 64
"""Networks that are evaluated together, at most."""
MOST_EXAMPLES, FEWEST_EXAMPLES = 1000, 100
"""Limits for the training examples used, spread evenly over the set."""
MOST_WORK = 2_000_000
"""Weights times examples: six paths of 200 steps take about a second."""
PER_OUTPUT = 16
"""An output of a layer, with its activation, takes as long as so many weights."""


def of_run(
    network: nn.Sequential, part: Part, loss: LossFunction, path: Tensor
) -> tuple[Objective, Tensor, float]:
    """The training loss at `origin + x u + y v`, where u and v are the plane of a path of weights.

    It is evaluated in evaluation mode, over the whole part or an even selection of as many of its
    examples as `MOST_WORK` allows, at each place anew. A race begins where the path begins.

    Args:
        network: on the CPU.
        part: what it was trained on.
        loss: of `nnlab.training.metrics.LOSSES`.
        path: [t, p] of its weights, in the order of time.

    Returns:
        The objective, the path in the plane [t, 2], the share of its variance that lies there.

    Raises:
        NnlabError: the path spans no plane, or the network is too large.
    """
    size, (_operations, widest) = path.shape[1], cost_of(network, part.x[:1])
    examples = examples_of(len(part), size, widest)
    if examples < min(len(part), FEWEST_EXAMPLES):
        raise NnlabError(
            _(
                "A race takes thousands of evaluations, so the weights of its network and {times}"
                " times the outputs of its widest layer are at most {most:,}, got {weights:,} and"
                " {times} times {widest:,}: choose a smaller network.",
                times=PER_OUTPUT,
                most=MOST_WORK // FEWEST_EXAMPLES,
                weights=size,
                widest=widest,
            )
        )
    if examples < len(part):
        chosen = torch.linspace(0, len(part) - 1, examples).round().long()
        part = Part(part.x[chosen], part.y[chosen])
    plane, share = plane_of(path)
    places = plane.project(path)
    grid = square_grid(places, SIDE, MARGIN)
    low, high = (tuple(float(axis[end]) for axis in grid) for end in (0, -1))
    start = tuple(places[0].tolist())
    losses_of = _losses(network, part, loss)
    basis = torch.stack((plane.u, plane.v))
    at_once = max(1, min(AT_ONCE, VALUES_AT_ONCE // (len(part) * widest)))

    def values(points: Tensor) -> Tensor:
        weights = plane.origin + points.to(basis.dtype) @ basis
        found = torch.empty(len(points), dtype=torch.float64)
        # Into one piece: small answers between large ones leave memory that nobody can use.
        for at in range(0, len(points), at_once):
            found[at : at + at_once] = losses_of(weights[at : at + at_once])
        return found

    return Objective(values, low, high, start, side=SIDE), places, share


def examples_of(examples: int, size: int, widest: int) -> int:
    """Return how many examples a race uses, for `size` weights and `widest` outputs of a layer."""
    return min(examples, MOST_EXAMPLES, MOST_WORK // (size + PER_OUTPUT * widest))


def _losses(network: nn.Sequential, part: Part, loss: LossFunction) -> Callable[[Tensor], Tensor]:
    """A function of weights [k, p] to losses [k], differentiable."""
    head, body = split_fixed(network)
    part = prepared(part, head, torch.device("cpu"))
    outputs_of = outputs_at(body, part.x)

    def losses(weights: Tensor) -> Tensor:
        return torch.stack([loss(one, part.y) for one in outputs_of(weights)])

    return losses
