"""Leading layers that learn nothing are applied to the whole data once, not to every batch."""

import torch
from torch import nn

from nnlab.data.splits import Part
from nnlab.models.layers import Features, Normalize


def split_fixed(model: nn.Sequential) -> tuple[nn.Sequential, nn.Sequential]:
    """The leading layers that no training changes, and the rest.

    Both share their modules with the model. Applying the former beforehand gives the same numbers
    without their cost in each step.
    """
    modules = list(model)
    count = 0
    while isinstance(modules[count], Features | Normalize | nn.Flatten):
        count += 1
    return nn.Sequential(*modules[:count]), nn.Sequential(*modules[count:])


@torch.no_grad()
def prepared(part: Part, head: nn.Sequential, device: torch.device) -> Part:
    """The part on its device, with the fixed layers applied to its inputs."""
    return Part(head(part.x.to(device)), part.y.to(device))
