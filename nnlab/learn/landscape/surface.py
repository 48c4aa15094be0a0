"""Loss and accuracy of a network over a plane of its weights, many networks at once."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.insight.parts import in_parts
from nnlab.learn.landscape.many import outputs_at
from nnlab.learn.landscape.plane import Plane
from nnlab.models.eval_mode import eval_mode
from nnlab.models.token_layers import Attention, Positions
from nnlab.texts import _
from nnlab.training.metrics import LossFunction
from nnlab.training.prepare import prepared, split_fixed

VALUES_AT_ONCE = 2_000_000
"""Numbers that one layer of the networks evaluated together may put out: 8 MB of float32, which
stays near the processor."""
MOST_OPERATIONS = 60_000_000_000
"""Limit for a whole surface: a few seconds of two cores."""

Grid = tuple[Tensor, Tensor]
"""Places along `u` [m] and along `v` [n]."""


class Surface(NamedTuple):
    """The network's loss at each place of a grid: rows along `v`, columns along `u`."""

    losses: Tensor
    """[n, m]; not finite where the loss is not."""
    accuracies: Tensor | None
    """[n, m], shares of right answers from 0 to 1; None of a regression."""


def square_grid(places: Tensor, count: int, margin: float = 0.35) -> Grid:
    """A grid of `count` × `count` places around places [t, 2], with equal steps both ways.

    It reaches `margin` of the longer side beyond them, so that a path is seen whole.
    """
    low, high = places.amin(0), places.amax(0)
    middle, half = (low + high) / 2, float((high - low).amax()) * (0.5 + margin)
    steps = torch.linspace(-half, half, count, dtype=places.dtype)
    return middle[0] + steps, middle[1] + steps


def surface(
    network: nn.Sequential, part: Part, loss: LossFunction, plane: Plane, grid: Grid
) -> Surface:
    """Loss and accuracy over the whole part, in evaluation mode, at each place of the grid.

    Nothing is interpolated: each place is an evaluation of the network with the weights of the
    plane there, as many at once as `torch.vmap` may take. The network is not changed; its buffers
    (of batch norm) are the same everywhere. `torch.func` says how: "Model ensembling".

    Args:
        network: on the CPU.
        part: at least one example.
        loss: one of `nnlab.training.metrics.LOSSES`.
        plane: of the network's weights.
        grid: places along `u` [m] and along `v` [n].

    Raises:
        NnlabError: it would take more than `MOST_OPERATIONS`.
    """
    along_u, along_v = (places.to(plane.u.dtype) for places in grid)
    b, a = torch.meshgrid(along_v, along_u, indexing="ij")
    places = torch.stack((a.flatten(), b.flatten()), dim=1)
    losses, accuracies = at_places(network, part, loss, plane, places)
    shape = len(along_v), len(along_u)
    return Surface(losses.reshape(shape), None if accuracies is None else accuracies.reshape(shape))


def at_places(
    network: nn.Sequential, part: Part, loss: LossFunction, plane: Plane, places: Tensor
) -> Surface:
    """Return losses [k] and accuracies [k], as `surface` does, at places [k, 2] of the plane."""
    basis = torch.stack((plane.u, plane.v))
    places = places.to(plane.u.dtype)
    return _measured(
        network, part, loss, places, lambda some: plane.origin + some @ basis, len(plane.origin)
    )


def of_weights(network: nn.Sequential, part: Part, loss: LossFunction, weights: Tensor) -> Surface:
    """Return losses [k] and accuracies [k] of weights [k, p], measured as by `surface`.

    With the running averages behind them, [k, p + q], each network has its own of these.
    """
    return _measured(network, part, loss, weights, lambda some: some, weights.shape[1])


@torch.no_grad()
def _measured(
    network: nn.Sequential,
    part: Part,
    loss: LossFunction,
    places: Tensor,
    weights_at: Callable[[Tensor], Tensor],
    size: int,
) -> Surface:
    """Measure the loss at places [k, …]; `weights_at` makes weights [k, size] of them."""
    head, body = split_fixed(network)
    part = prepared(part, head, torch.device("cpu"))
    outputs_of = outputs_at(body, part.x)

    def measured(some: Tensor) -> Tensor:
        """[m, 2]: loss and share of right answers at each of m places."""
        outputs = outputs_of(weights_at(some))
        # One by one, as `vmap` would import a second's worth of PyTorch for the loss.
        losses = [loss(of_one, part.y) for of_one in outputs]
        right = [share_right(of_one, part.y) for of_one in outputs]
        return torch.stack((torch.stack(losses), torch.stack(right)), dim=1)

    with eval_mode(body):
        operations, widest = _of_one_example(body, part.x[:1])
    _must_be_affordable(len(places), len(part), operations)
    at_once = max(1, VALUES_AT_ONCE // max(len(part) * widest, size))
    losses, right = in_parts(measured, places, at_once).T
    is_regression = part.y.is_floating_point()
    return Surface(losses, None if is_regression else right)


def share_right(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the share of right answers, a scalar in [0, 1]; 0 for a regression.

    An answer of several classes, one for each place of a sequence, is right if all of them are.
    """
    if targets.is_floating_point():
        return torch.zeros(())
    if targets.dim() > 1:
        return (outputs.argmax(-1) == targets).flatten(1).all(1).float().mean()
    return (outputs.argmax(1) == targets).float().mean()


@torch.no_grad()
def cost_of(network: nn.Sequential, x: Tensor) -> tuple[int, int]:
    """Return the operations and bytes of a forward pass of one example x [1, …].

    Floating-point operations, about, and the numbers that the widest layer puts out.
    """
    head, body = split_fixed(network)
    with eval_mode(body):
        return _of_one_example(body, head(x))


def _of_one_example(body: nn.Sequential, x: Tensor) -> tuple[int, int]:
    """Operations, about, and the numbers that the widest layer puts out.

    Each weight of a layer is used once for each place that it puts out: a dense layer has one,
    a convolution as many as pixels, a layer over tokens as many as these. An embedding looks up
    its rows, and a position is added once.
    """
    operations, widest = 0, x.numel()
    for layer in body:
        x = layer(x)
        widest = max(widest, x.numel())
        if isinstance(layer, nn.Embedding | Positions):
            operations += x.numel()
            continue
        if isinstance(layer, Attention):  # scores and mixing, each token with each
            scores = layer.heads * x.shape[1] ** 2
            operations += 2 * 2 * scores * (x.shape[2] // layer.heads)
            widest = max(widest, scores)
        for parameter in layer.parameters():
            operations += 2 * parameter.numel() * max(1, x.numel() // len(parameter))
    return operations, widest


def _must_be_affordable(networks: int, examples: int, operations: int) -> None:
    needed = networks * examples * operations
    if needed > MOST_OPERATIONS:
        raise NnlabError(
            _(
                "{networks:,} networks of this size over {examples:,} examples take {needed}"
                " operations, and a landscape may take {most}: take fewer places, fewer examples"
                " or a smaller network.",
                networks=networks,
                examples=examples,
                needed=f"{needed:.1e}",
                most=f"{MOST_OPERATIONS:.1e}",
            )
        )
