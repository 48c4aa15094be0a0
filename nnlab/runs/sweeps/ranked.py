"""Which network of a sweep is the best, by what its history tells."""

from abc import ABC, abstractmethod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Of = Literal["last", "best"]
"""The newest value of a metric, or the best of the run."""
Columns = NDArray[np.float64]


class Ranked(ABC):
    """A history of many networks, of which each metric has a figure for each."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The metrics that were told of any network."""

    @abstractmethod
    def figures(self, metric: str, of: Of = "last") -> Columns:
        """float64 [nets]: a metric of each network; NaN: it has none."""

    @property
    def ranking(self) -> str:
        """The metric that ranks the networks: `val_loss`, or `train_loss` where none validate."""
        return "val_loss" if "val_loss" in self.names else "train_loss"

    def best(self, metric: str = "", of: Of = "last") -> int | None:
        """The network with the best figure, `ranking` unless told; None where none has one."""
        metric = metric or self.ranking
        return best_net(self.figures(metric, of), metric)


def best_net(figures: Columns, metric: str) -> int | None:
    """The network with the lowest loss or the highest accuracy; None where none has a figure."""
    if not np.isfinite(figures).any():
        return None
    return int(np.nanargmin(figures) if metric.endswith("loss") else np.nanargmax(figures))
