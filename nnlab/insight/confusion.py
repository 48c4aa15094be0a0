"""Which classes a network takes for which."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _

CHUNK = 1000
"""Examples asked at once: bounds the memory of wide networks."""


def confusion(model: nn.Module, x: Tensor, y: Tensor, classes: int) -> NDArray[np.int64]:
    """Count how often an example of one class was read as another.

    Args:
        model: takes [n, *input_shape], returns [n, classes]: logits or log-probabilities; of
            sequences also [n, length, classes]. It is asked in evaluation mode, and left in the
            modes that it had.
        x: [n, *input_shape], on the model's device; n may be 0.
        y: int64 [n], the true classes, 0 to classes - 1; [n, length] with one for each token,
            which are then counted one by one.
        classes: k, how many there are.

    Returns:
        int64 [k, k], as `confusion_table` has it.

    Raises:
        NnlabError: a true class is none of the k, or the model does not give k values.
    """
    if len(y) and not 0 <= int(y.min()) <= int(y.max()) < classes:
        raise NnlabError(
            _(
                "The classes go from 0 to {last}, got {low} to {high}:"
                " the data do not belong to this network.",
                last=classes - 1,
                low=int(y.min()),
                high=int(y.max()),
            )
        )
    answers = [np.zeros(0, np.int64)]
    with eval_mode(model), torch.inference_mode():
        for inputs, truths in zip(x.split(CHUNK), y.split(CHUNK), strict=True) if len(x) else ():
            outputs = model(inputs)
            if outputs.shape != (*truths.shape, classes):
                raise NnlabError(
                    _(
                        "A network over {classes} classes gives {classes} values for each"
                        " example, this one gives {shape}: the data do not belong to it.",
                        classes=classes,
                        shape=list(outputs.shape[1:]),
                    )
                )
            answers.append(outputs.argmax(dim=-1).flatten().cpu().numpy())
    return confusion_table(y.flatten().cpu().numpy(), np.concatenate(answers), classes)


def confusion_table(
    truths: NDArray[np.int64], answers: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Counts of examples, by what they are and what they were read as.

    Args:
        truths: [n], the true classes, 0 to classes - 1; n may be 0.
        answers: [n], the classes that they were read as.
        classes: k, how many there are.

    Returns:
        int64 [k, k]: row i, column j counts the examples of class i that were read as j, by
        `sklearn.metrics.confusion_matrix`. The sum is n, the diagonal what is right.
    """
    if not len(truths):  # scikit-learn refuses labels of which none occurs
        return np.zeros((classes, classes), np.int64)
    # Imported late: it takes a third of a second, and a page stands before it is asked for.
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(truths, answers, labels=np.arange(classes)).astype(np.int64)
