"""One frame of the page: a sweep, or its draft."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnlab.config import Experiment, Sweep
from nnlab.config.axis_values import Value
from nnlab.runs.record.status import MOVING, Status
from nnlab.runs.search.begun import Begun
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.runs.sweeps.ranked import best_net
from nnlab.ui.session.sweep_state import SweepState

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SweepFrame:
    """Given to every part of the page that a run changes."""

    state: SweepState
    status: Status | None
    run: Run | None
    """None before the first press of Train."""
    history: SweepHistory | SearchHistory
    """Empty where there is no run."""
    dark: bool

    @property
    def sweep(self) -> Sweep:
        """The sweep shown."""
        return self.state.chosen

    @property
    def is_search(self) -> bool:
        """Whether the networks are trials: runs of their own, which come one after another."""
        return self.sweep.search is not None

    @property
    def moves(self) -> bool:
        """Whether it trains, or is about to."""
        return self.status in MOVING

    @cached_property
    def begun(self) -> Begun | None:
        """The trials of a search; None of a sweep."""
        return Begun(self.history) if isinstance(self.history, SearchHistory) else None

    @cached_property
    def values(self) -> list[tuple[Value, ...]]:
        """Each network's values on the axes; of a search those of trials that have begun."""
        if self.begun is not None:
            return self.begun.values
        return [net.values for net in self.sweep.nets]

    def experiment_of(self, number: int) -> Experiment:
        """Return the experiment of one network alone."""
        if self.is_search:
            return self.sweep.experiment_of(self.values[number])
        return self.sweep.nets[number].experiment

    @property
    def picked(self) -> list[int]:
        """The numbers of the networks in view, the newest last."""
        return [number for number in self.state.picked if number < len(self.values)]

    # Figures -----------------------------------------------------------------------------------

    @property
    def metric(self) -> str:
        """The metric that ranks the networks: as chosen; else `val_loss`, or `train_loss`."""
        chosen = self.state.metric
        return chosen if chosen in self.history.names else self.history.ranking

    @property
    def is_loss(self) -> bool:
        """Whether the lowest figure is the best."""
        return self.metric.endswith("loss")

    @property
    def has_figures(self) -> bool:
        """Whether any network has a figure that ranks it."""
        return self.history.nets > 0 and bool(np.isfinite(self.figures()).any())

    def figures(self, metric: str = "") -> Floats:
        """float64 [networks]: of a metric, the one that ranks unless told; NaN: none."""
        read = self.begun if self.begun is not None else self.history
        return read.figures(metric or self.metric, self.state.of)

    def rank(self, number: int) -> tuple[int, int] | None:
        """The place of a network among those that have a figure, from 1, and how many these are."""
        figures = self.figures()
        if number >= len(figures) or not np.isfinite(figures[number]):
            return None
        known = figures[np.isfinite(figures)]
        before = known < figures[number] if self.is_loss else known > figures[number]
        return int(before.sum()) + 1, len(known)

    @property
    def best(self) -> int | None:
        """The network with the best figure."""
        return best_net(self.figures(), self.metric) if self.history.nets else None

    def reason(self, number: int) -> str:
        """Why a network trains no further; empty where it does."""
        reasons = self.begun.reasons if self.begun is not None else self.history.reasons
        return reasons[number] if number < len(reasons) else ""

    @property
    def diverged(self) -> int:
        """How many networks have diverged."""
        return sum(reason == "diverged" for reason in self.history.reasons)
