"""Which metrics of a recorded run are its losses and accuracies, by the names that people use."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nnlab.runs.recorded.history import RecordedHistory

FIGURES: dict[str, tuple[str, ...]] = {
    "train_loss": (
        *("train_loss", "training_loss", "loss", "loss_train"),
        *("train_loss_epoch", "train_loss_step"),
    ),
    "train_accuracy": (
        *("train_accuracy", "train_acc", "training_accuracy", "accuracy", "acc"),
        *("accuracy_train", "acc_train", "train_accuracy_epoch", "train_acc_epoch"),
    ),
    "val_loss": (
        *("val_loss", "valid_loss", "validation_loss", "eval_loss", "dev_loss"),
        *("loss_val", "loss_valid"),
    ),
    "val_accuracy": (
        *("val_accuracy", "val_acc", "valid_accuracy", "valid_acc", "validation_accuracy"),
        *("eval_accuracy", "dev_accuracy", "accuracy_val", "acc_val", "accuracy_valid"),
    ),
}
"""The lab's name of each figure, and what people call it: the first that a run has is taken."""


def usual(names: Iterable[str]) -> dict[str, str]:
    """The lab's figures by the names of a run's metrics: `{"train_loss": "loss"}`.

    Large and small letters are the same, and so are `train/loss`, `train-loss` and `train loss`.
    """
    names = list(names)
    known = {re.sub(r"\W+", "_", name.casefold()): name for name in reversed(names)}
    known |= {name: name for name in names}
    found = {}
    for figure, spellings in FIGURES.items():
        name = next((known[spelling] for spelling in spellings if spelling in known), None)
        if name is not None:
            found[figure] = name
    return found


def shared_names(names: Iterable[str]) -> dict[str, str]:
    """Return each metric's name beside those of other runs: `loss` is `train_loss`."""
    names = list(names)
    figures = {name: figure for figure, name in usual(names).items()}
    return {name: figures.get(name, name) for name in names}


@dataclass(frozen=True)
class Figures:
    """The last and the best of a run, None where it has (so far) none. Accuracies are in 0..1.

    A loss that was NaN or infinite at last is so here.
    """

    train_loss: float | None = None
    train_accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    best_val_loss: float | None = None
    """The lowest."""
    best_val_accuracy: float | None = None
    """Accuracy at the step of the lowest loss; None where it was not given there."""


def usual_figures(history: RecordedHistory) -> Figures:
    """The figures that a list of runs shows."""
    names = usual(history.curves)
    last: dict[str, float | None] = {
        figure: history.curves[name].values[-1] for figure, name in names.items()
    }
    for figure in ("train_accuracy", "val_accuracy"):
        if figure in names:
            last[figure] = _share(last[figure], history.curve(names[figure])[1])
    best_loss, best_accuracy = _best(history, names)
    return Figures(**last, best_val_loss=best_loss, best_val_accuracy=best_accuracy)


def _best(history: RecordedHistory, names: dict[str, str]) -> tuple[float | None, float | None]:
    steps, losses = history.curve(names.get("val_loss", ""))
    if not np.isfinite(losses).any():
        return None, None
    at = int(np.nanargmin(np.where(np.isfinite(losses), losses, np.nan)))
    shares_at, shares = history.curve(names.get("val_accuracy", ""))
    there = shares[(shares_at == steps[at]) & np.isfinite(shares)]
    return float(losses[at]), _share(float(there[-1]), shares) if len(there) else None


def _share(value: float | None, curve: np.ndarray) -> float | None:
    """An accuracy in 0..1: where one of the curve is above 1 (and none above 100) it is percent."""
    known = curve[np.isfinite(curve)]
    if value is None or not math.isfinite(value):
        return None
    if known.max() <= 1:
        return value
    return value / 100 if known.max() <= 100 else None
