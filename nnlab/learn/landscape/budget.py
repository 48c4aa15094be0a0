"""Limits for a landscape's resolution and examples, so that it is computed within a second."""

from torch import Tensor, nn

from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.learn.landscape.surface import cost_of
from nnlab.texts import _

OPERATIONS = 8_000_000_000
"""Limit for a landscape: about a second."""
SIDES = (41, 31, 21)
LEAST_EXAMPLES = 200


def affordable(network: nn.Sequential, part: Part) -> tuple[int, Part]:
    """The side of the grid, and the part or as many of its first examples as it may be over.

    Raises:
        NnlabError: the network is too large for a landscape of any kind.
    """
    each = max(1, cost_of(network, part.x[:1])[0])
    for side in SIDES:
        examples = min(len(part), OPERATIONS // (each * side**2))
        if examples >= min(len(part), LEAST_EXAMPLES):
            return side, Part(part.x[:examples], part.y[:examples])
    size = sum(parameter.numel() for parameter in network.parameters())
    raise NnlabError(
        _(
            "A network of {size:,} weights with {each:,} operations for an example is too large for"
            " its landscape, which is {places} networks over {examples} examples or more: take a"
            " run of a smaller network.",
            size=size,
            each=each,
            places=SIDES[-1] ** 2,
            examples=LEAST_EXAMPLES,
        )
    )


def share_held(path: Tensor, shadows: Tensor) -> float:
    """The share of the variance of a path [t, p] that its shadows [t, p] on a plane have."""
    total = (path - path.mean(0)).double().square().sum()
    held = (shadows - shadows.mean(0)).double().square().sum()
    return float(held / total) if total > 0 else 0.0
