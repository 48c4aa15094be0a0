"""The weights of the first layer that has any, as pictures."""

from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import nn


class FirstWeights(NamedTuple):
    """The weights of the first layer that has some."""

    kind: str
    """`Linear` or `Conv2d`."""
    name: str
    """Name in the `state_dict()`: `1.weight`."""
    maps: NDArray[np.float32]
    """[n, c, h, w]: a picture for each unit (h, w are the input's) or each kernel; c channels."""


def first_weights(network: nn.Sequential, shape: tuple[int, ...]) -> FirstWeights | None:
    """The first layer's weights as pictures.

    Args:
        network: for pictures [c, h, w].
        shape: c, h, w.

    Returns:
        None where no layer has weights, or where a linear layer does not see each pixel by itself
        (behind a pooling).
    """
    for place, layer in enumerate(network):
        if isinstance(layer, nn.Conv2d | nn.Linear):
            weights = layer.weight.detach().float().cpu().numpy()
            if isinstance(layer, nn.Conv2d):
                return FirstWeights("Conv2d", f"{place}.weight", weights)
            if layer.in_features == prod(shape):
                return FirstWeights("Linear", f"{place}.weight", weights.reshape(-1, *shape))
            return None
    return None
