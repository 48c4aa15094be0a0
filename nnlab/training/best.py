"""The best evaluation so far, and the patience that early stopping has left."""

from typing import Any, TypedDict

from nnlab.config import EarlyStopping
from nnlab.training.metrics import Totals


class Best(TypedDict):
    """The evaluation with the lowest loss: validation, or training where nothing validates."""

    loss: float
    val_loss: float | None
    val_accuracy: float | None
    epoch: int
    step: int


class BestSoFar:
    """Remembers the best evaluation, and counts evaluations since the last improvement."""

    def __init__(self, stopping: EarlyStopping | None) -> None:
        self.best: Best | None = None
        self._stopping = stopping
        self._last_gain: float | None = None
        self._without_gain = 0

    def see(self, train_loss: float, val: Totals, *, epoch: int, step: int) -> bool:
        """Record an evaluation. Return whether it is the best so far."""
        loss = train_loss if val.mean_loss is None else val.mean_loss
        gain = self._stopping.min_delta if self._stopping else 0.0
        # Against the loss of the last gain, not the best: many small gains add up to one.
        if self._last_gain is None or loss < self._last_gain - gain:
            self._last_gain, self._without_gain = loss, 0
        else:
            self._without_gain += 1
        if self.best is not None and loss >= self.best["loss"]:
            return False
        self.best = Best(
            loss=loss, val_loss=val.mean_loss, val_accuracy=val.accuracy, epoch=epoch, step=step
        )
        return True

    @property
    def out_of_patience(self) -> bool:
        """Whether early stopping ends the run now; False where it is off."""
        return self._stopping is not None and self._without_gain >= self._stopping.patience

    def state(self) -> dict[str, Any]:
        """Return the state for `restore`, as plain values."""
        return {
            "best": self.best,
            "last_gain": self._last_gain,
            "without_gain": self._without_gain,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from `state()`."""
        self.best = state["best"]
        self._last_gain, self._without_gain = state["last_gain"], state["without_gain"]
