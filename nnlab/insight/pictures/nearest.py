"""Which known pictures are the most similar to a network: neighbours in its last hidden layer."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight.parts import in_parts
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _

CHUNK = 500
"""Pictures asked at once: bounds the memory of convolutions."""


@dataclass(frozen=True)
class Neighbours:
    """The nearest first."""

    indices: NDArray[np.int64]
    """[k]: rows of the features that were searched."""
    distances: NDArray[np.float32]
    """[k]: Euclidean, in the space of the features."""


def features(network: nn.Sequential, x: Tensor) -> NDArray[np.float32]:
    """Return the last hidden layer's output for each picture: the input of the last weights.

    Args:
        network: asked in evaluation mode, and left in the modes that it had; on the CPU.
        x: [n, *input_shape].

    Returns:
        float32 [n, d]: what enters the last linear or convolutional layer. Where that is the only
        one, these are the inputs themselves, as its fixed layers leave them.

    Raises:
        NnlabError: the network has no such layer, or its values are not finite.
    """
    body = network[: last_weights(network)]
    with eval_mode(network), torch.inference_mode():
        found = in_parts(lambda part: body(part).flatten(1), x, CHUNK)
    if not bool(torch.isfinite(found).all()):
        raise NnlabError(
            _(
                "The last hidden layer's values are not finite numbers: the training diverged."
                " Choose another model, or train one with a lower learning rate."
            )
        )
    return found.float().numpy()


def last_weights(network: nn.Sequential) -> int:
    """The index of the last linear or convolutional layer.

    Raises:
        NnlabError: there is none.
    """
    places = [i for i, layer in enumerate(network) if isinstance(layer, nn.Linear | nn.Conv2d)]
    if not places:
        raise NnlabError(
            _(
                "Neighbours are looked for before the last layer with weights, and this network has"
                " none: choose one with a linear layer."
            )
        )
    return places[-1]


def nearest(known: NDArray[np.float32], point: NDArray[np.float32], count: int = 12) -> Neighbours:
    """The `count` rows of `known` ([n, d]) that are nearest to `point` ([d]); n where that is less.

    Euclidean distances; of two equal ones the lower row comes first.
    """
    distances = np.linalg.norm(known - point, axis=1)
    order = np.argsort(distances, kind="stable")[:count]
    return Neighbours(order.astype(np.int64), distances[order].astype(np.float32))
