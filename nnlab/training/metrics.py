"""Loss and accuracy, measured by one function for training and validation alike."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.data.splits import Part
from nnlab.models.eval_mode import eval_mode

LossFunction = Callable[[Tensor, Tensor], Tensor]


def cross_entropy(outputs: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
    """Return the mean cross-entropy of outputs [n, k] with targets [n], or [n, l, k] with [n, l].

    PyTorch wants the classes of several answers in the second place: [n, k, l]. `reduction` is
    PyTorch's; `none` gives the shape of the targets.
    """
    if outputs.dim() == 3:
        outputs = outputs.transpose(1, 2)
    return F.cross_entropy(outputs, targets, reduction=reduction)


LOSSES: dict[str, LossFunction] = {
    "cross_entropy": cross_entropy,
    "nll": F.nll_loss,
    "mse": F.mse_loss,
}
"""Loss functions from outputs [n, k] and targets (int64 [n], or float32 [n, 1]) to their mean loss;
with a class for each token from outputs [n, length, k] and targets int64 [n, length]."""

CHUNK = 1000
"""Examples evaluated at once: bounds the memory of wide networks; figures depend on it only in
their last bits, so it is fixed."""


@dataclass
class Totals:
    """Sums over examples, so that means over batches of unequal size come out exact."""

    count: int = 0
    loss: float = 0.0
    correct: int = 0
    classes: bool = True

    def add(self, count: int, mean_loss: float, correct: int = 0) -> None:
        """Count in a batch of `count` examples.

        One by one, in double precision: the sum does not depend on how often somebody looked.
        """
        self.count += count
        self.loss += mean_loss * count
        self.correct += correct

    @property
    def mean_loss(self) -> float | None:
        """None where nothing was counted."""
        return self.loss / self.count if self.count else None

    @property
    def accuracy(self) -> float | None:
        """The share of right classes, 0 to 1. None for regression, or where nothing was counted."""
        return self.correct / self.count if self.count and self.classes else None


def count_correct(outputs: Tensor, targets: Tensor) -> int:
    """How many rows of outputs [n, k] are largest at their class; 0 for regression targets.

    Of outputs [n, length, k] a row is right where all of its tokens are.
    """
    if targets.is_floating_point():
        return 0
    right = outputs.argmax(-1) == targets
    return int((right if right.dim() == 1 else right.all(1)).sum())


@torch.inference_mode()
def evaluate(model: nn.Module, part: Part, loss_function: LossFunction) -> Totals:
    """Loss and correct answers of the model over a part, in evaluation mode.

    The model's own mode is put back afterwards.
    """
    totals = Totals(classes=not part.y.is_floating_point())
    with eval_mode(model):
        for x, y in zip(part.x.split(CHUNK), part.y.split(CHUNK), strict=True):
            if len(y) == 0:
                continue
            outputs = model(x)
            totals.add(len(y), loss_function(outputs, y).item(), count_correct(outputs, y))
    return totals
