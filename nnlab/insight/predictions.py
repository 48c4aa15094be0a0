"""A network's predictions for many pictures, with their probabilities."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight.confusion import confusion_table
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _

CHUNK = 500
"""Pictures asked at once: bounds the memory of convolutions."""


class Predictions(NamedTuple):
    """The answers of a network to n examples."""

    truths: NDArray[np.int64]
    """[n]: the true classes."""
    answers: NDArray[np.int64]
    """[n]: the likeliest classes."""
    confidence: NDArray[np.float32]
    """[n]: the probability of the answer, above 0 up to 1."""


def predictions(network: nn.Module, x: Tensor, y: Tensor) -> Predictions:
    """Ask the network for every example.

    Args:
        network: takes [n, *input_shape], returns [n, k] logits or log-probabilities. It is asked in
            evaluation mode, and left in the modes that it had.
        x: [n, *input_shape], on the network's device; n may be 0.
        y: int64 [n].

    Raises:
        NnlabError: outputs that are not finite.
    """
    answers, confidence = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    with eval_mode(network), torch.inference_mode():
        for chunk in x.split(CHUNK) if len(x) else ():
            outputs = network(chunk)
            if not bool(torch.isfinite(outputs).all()):
                raise NnlabError(
                    _(
                        "The network's outputs are not finite numbers: its training diverged."
                        " Train it with a lower learning rate."
                    )
                )
            largest, places = outputs.softmax(dim=1).max(dim=1)
            answers.append(places.cpu().numpy())
            confidence.append(largest.float().cpu().numpy())
    return Predictions(y.cpu().numpy(), np.concatenate(answers), np.concatenate(confidence))


def counts(found: Predictions, classes: int) -> NDArray[np.int64]:
    """[k, k]: row i, column j counts the examples of class i that were taken for j."""
    return confusion_table(found.truths, found.answers, classes)


def of_cell(found: Predictions, truth: int, answer: int) -> NDArray[np.int64]:
    """The places of the examples of one class that were taken for another, the surest first."""
    places = np.flatnonzero((found.truths == truth) & (found.answers == answer))
    return places[np.argsort(-found.confidence[places], kind="stable")]


def confident_mistakes(found: Predictions, most: int) -> NDArray[np.int64]:
    """The places of the mistakes that the network was surest of, the surest first."""
    places = np.flatnonzero(found.truths != found.answers)
    return places[np.argsort(-found.confidence[places], kind="stable")][:most]
