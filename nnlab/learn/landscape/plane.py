"""A plane in the space of a network's weights: that of a run's path, or one drawn at random.

A network's weights are one vector of p numbers here: its parameters in their order, as
`torch.nn.utils.parameters_to_vector` has them. Buffers (of batch norm) are no weights.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.texts import _


@dataclass(frozen=True)
class Plane:
    """All weights `origin + a u + b v`. Immutable."""

    origin: Tensor
    """[p]"""
    u: Tensor
    """[p]; of the plane of a path of length 1."""
    v: Tensor
    """[p]; of the plane of a path of length 1 and at right angles to `u`."""

    def point(self, a: float, b: float) -> Tensor:
        """The weights [p] at a place of the plane."""
        return self.origin + a * self.u + b * self.v

    def project(self, weights: Tensor) -> Tensor:
        """The places [t, 2] of the plane that are closest to weights [t, p], in float64."""
        basis = torch.stack((self.u, self.v), dim=1).double()
        away = (weights - self.origin).double()
        return torch.linalg.lstsq(basis, away.T).solution.T


def plane_of(path: Tensor) -> tuple[Plane, float]:
    """The plane in which a path [t, p] of weights moved most, through its last point.

    Its directions are the two principal components of the path (singular vectors of the centred
    path, computed in float64), each with the sign that lets the path end to the right of, and
    above, its beginning.

    Returns:
        The plane, and the share of the path's variance that lies in it, 0 to 1.

    Raises:
        NnlabError: the path has one point or one weight, does not move, or is not finite.
    """
    points, weights = path.shape
    if points < 2 or weights < 2:
        raise NnlabError(
            _(
                "A plane needs a path of at least 2 moments of at least 2 weights, got {points} of"
                " {weights}: let the network train longer.",
                points=points,
                weights=weights,
            )
        )
    centred = path.double() - path.double().mean(0)
    if not torch.isfinite(centred).all():
        raise NnlabError(
            _("The path holds weights that are no finite numbers: take a run that did not diverge.")
        )
    _left, sizes, directions = torch.linalg.svd(centred, full_matrices=False)
    variance = sizes.square()
    if not variance[0] > 0:
        raise NnlabError(
            _("The weights did not move: train with a learning rate above 0, or for longer.")
        )
    u, v = (_towards(direction, path[-1] - path[0]) for direction in directions[:2])
    share = float(variance[:2].sum() / variance.sum())
    return Plane(path[-1], u.to(path.dtype), v.to(path.dtype)), share


def random_plane(network: nn.Module, seed: int) -> Plane:
    """A plane through the network's weights in two random directions, filter by filter as long.

    After Li et al. (2018), "Visualizing the Loss Landscape of Neural Nets", section 4: a direction
    is drawn from N(0, 1), and the part of each filter (of a dense layer: of each neuron's incoming
    weights) is scaled to the length of that filter itself; biases and the weights of batch norm do
    not move. The two are nearly, not exactly, at right angles.
    """
    generator = torch.Generator().manual_seed(seed)
    parameters = [parameter.detach().cpu() for parameter in network.parameters()]
    u, v = (
        torch.cat([_like_filters(one, generator).flatten() for one in parameters])
        for _number in range(2)
    )
    return Plane(nn.utils.parameters_to_vector(parameters), u, v)


def _towards(direction: Tensor, way: Tensor) -> Tensor:
    return direction if direction @ way.double() >= 0 else -direction


def _like_filters(parameter: Tensor, generator: torch.Generator) -> Tensor:
    if parameter.dim() < 2:
        return torch.zeros_like(parameter)
    drawn = torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype)
    filters = tuple(range(1, parameter.dim()))
    length = torch.linalg.vector_norm(parameter, dim=filters, keepdim=True)
    return drawn * length / torch.linalg.vector_norm(drawn, dim=filters, keepdim=True)
