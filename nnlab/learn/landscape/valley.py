"""The loss on the straight line between two networks, and the ridge that stands there."""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from nnlab.config import Experiment
from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.learn.landscape.surface import of_weights
from nnlab.models.vectors import averages_of, weights_of
from nnlab.texts import _
from nnlab.training.metrics import LossFunction

POINTS = 61
BEYOND = 0.25
"""The line reaches so far beyond both networks."""


class Valley(NamedTuple):
    """Along (1 − α) of the one network's weights and α of the other's."""

    shares: Tensor
    """α, [k], from below 0 to above 1; both ends are among them."""
    losses: Tensor
    """[k]"""
    accuracies: Tensor | None
    """[k], 0 to 1; None of a regression."""
    barrier: float
    """The most by which a loss between them stands above the straight line from the one's loss to
    the other's (Frankle et al., "Linear Mode Connectivity and the Lottery Ticket Hypothesis",
    2020)."""


def must_be_alike(one: Experiment, other: Experiment) -> None:
    """Raises NnlabError where two runs have no line between them: another network, other data."""
    for name, is_same in _same(one, other).items():
        if not is_same:
            raise NnlabError(
                _(
                    "A line between two runs needs both to have the same layers, data and loss,"
                    " and these differ in their {name}: choose a run with the same {name}, or train"
                    " this experiment once more with another seed.",
                    name=name,
                )
            )


def are_alike(one: Experiment, other: Experiment) -> bool:
    """Whether there is a line between two runs: layers, data and loss are the same."""
    return all(_same(one, other).values())


def _same(one: Experiment, other: Experiment) -> dict[str, bool]:
    return {
        _("network"): _layers(one) == _layers(other),
        _("data"): one.data == other.data,
        _("loss"): one.training.loss == other.training.loss,
    }


def _layers(experiment: Experiment) -> list[dict[str, Any]]:
    """Return the layers without the distribution of their initial weights."""
    return [layer.model_dump(exclude={"init"}) for layer in experiment.model.layers]


def valley(one: nn.Sequential, other: nn.Sequential, part: Part, loss: LossFunction) -> Valley:
    """Loss and accuracy over the part along the line from one network's weights to the other's.

    The running averages of batch norm are mixed as the weights are, beyond an end they are its own.

    Raises:
        NnlabError: it would take too much (`nnlab.learn.landscape.surface`).
    """
    between = torch.linspace(0, 1, POINTS - 2 * _outside())
    step = float(between[1])
    outside = step * torch.arange(1, _outside() + 1)
    shares = torch.cat((-outside.flip(0), between, 1 + outside))
    weights, averages = (
        torch.lerp(of(one), of(other), share[:, None])
        for of, share in ((weights_of, shares), (averages_of, shares.clamp(0, 1)))
    )
    losses, accuracies = of_weights(one, part, loss, torch.cat((weights, averages), dim=1))
    inner = losses[_outside() : len(losses) - _outside()]
    line = inner[0] + between * (inner[-1] - inner[0])
    return Valley(shares, losses, accuracies, float((inner - line).max()))


def _outside() -> int:
    """Points beyond each end."""
    return round(POINTS * BEYOND / (1 + 2 * BEYOND))
