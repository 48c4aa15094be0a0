"""A classifier's probabilities for one picture."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnlab.errors import NnlabError
from nnlab.texts import _


@torch.inference_mode()
def class_probabilities(network: nn.Module, picture: NDArray[np.float32]) -> NDArray[np.float64]:
    """The softmax of the network's outputs: float64 [k] in [0, 1], of sum 1.

    After a last log_softmax it changes nothing, so it serves both losses.

    Args:
        network: in evaluation mode, on the CPU; takes [n, 1, h, w].
        picture: float32 [h, w] in [0, 1].

    Raises:
        NnlabError: an output is not a finite number.
    """
    outputs = network(torch.from_numpy(picture)[None, None])[0].double()
    if not bool(torch.isfinite(outputs).all()):
        raise NnlabError(
            _(
                "The network's outputs are not finite numbers: its training diverged. Choose"
                " another model, or train one with a lower learning rate."
            )
        )
    return outputs.softmax(0).numpy()
