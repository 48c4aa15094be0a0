"""R² of a run: where a regression's losses stand against the variance of its targets.

The loss of a regression is its mean squared error, so that R² follows from it and from the data;
no event has to record it.
"""

from dataclasses import dataclass

import numpy as np

from nnlab.config import Data
from nnlab.config.data import task_of
from nnlab.data import registry
from nnlab.errors import NnlabError
from nnlab.insight.regression import r_squared
from nnlab.runs.record.history import History
from nnlab.ui import services
from nnlab.ui.runtime.cache import kept


@dataclass(frozen=True)
class Variances:
    """Variances of the training targets, and of the validation targets; 0 where there are none."""

    train: float
    val: float

    def r2(self, name: str, loss: float | None) -> float | None:
        """R² of a loss by its name: `train_loss`, `val_loss`, `best_val_loss`."""
        if loss is None:
            return None
        return r_squared(loss, self.train if name.startswith("train") else self.val)

    def curve(
        self, history: History, part: str, axis: str = "step"
    ) -> tuple[np.ndarray, np.ndarray]:
        """R² of `train` or `val` as `History.curve` has the loss; nothing where there is none."""
        x, loss = history.curve(f"{part}_loss", axis)
        variance = getattr(self, part)
        return (x, 1 - loss / variance) if variance > 0 else (x[:0], loss[:0])


@kept
def variances_of(data: Data) -> Variances | None:
    """None for classification, and where the data are not to be had any more."""
    if task_of(data) == "classification":
        return None
    try:
        splits = registry.load(data, services.settings().data_dir)
    except NnlabError:
        return None
    train, val = (
        float(part.y.double().numpy().var()) if len(part) else 0.0
        for part in (splits.train, splits.val)
    )
    return Variances(train, val)
