"""Which classes a network takes for which."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.errors import NnlabError

CHUNK = 1000
"""Examples asked at once: bounds the memory of wide networks."""


def confusion(model: nn.Module, x: Tensor, y: Tensor, classes: int) -> NDArray[np.int64]:
    """How often an example of one class was read as another.

    Args:
        model: takes [n, *input_shape], returns [n, classes]: logits or log-probabilities. It is
            asked in evaluation mode, and left in the modes that it had.
        x: [n, *input_shape], on the model's device; n may be 0.
        y: int64 [n], the true classes, 0 to classes - 1.
        classes: k, how many there are.

    Returns:
        int64 [k, k]: row i, column j counts the examples of class i that the model takes for j,
        as `sklearn.metrics.confusion_matrix` has it. The sum is n, the diagonal what is right.

    Raises:
        NnlabError: a true class is none of the k, or the model does not give k values.
    """
    if len(y) and not 0 <= int(y.min()) <= int(y.max()) < classes:
        raise NnlabError(
            f"The classes go from 0 to {classes - 1}, got {int(y.min())} to {int(y.max())}:"
            " the data do not belong to this network."
        )
    counts = torch.zeros(classes * classes, dtype=torch.int64)
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.inference_mode():
            for inputs, truths in zip(x.split(CHUNK), y.split(CHUNK), strict=True):
                if len(truths) == 0:
                    continue
                outputs = model(inputs)
                if outputs.ndim != 2 or outputs.shape[1] != classes:
                    raise NnlabError(
                        f"A network over {classes} classes gives {classes} values for each"
                        f" example, this one gives {list(outputs.shape[1:])}: the data do not"
                        " belong to it."
                    )
                pairs = truths * classes + outputs.argmax(dim=1)
                counts += pairs.bincount(minlength=classes * classes).cpu()
    finally:
        for module, training in modes:
            module.training = training
    return counts.reshape(classes, classes).numpy()
