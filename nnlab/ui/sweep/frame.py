"""What one frame of the page shows: a sweep, or its draft, as it stands."""

from dataclasses import dataclass

import numpy as np

from nnlab.config import Net, Sweep
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.ui.session.sweep_state import SweepState


@dataclass(frozen=True)
class SweepFrame:
    """Given to every part of the page that a run changes."""

    state: SweepState
    status: Status | None
    run: Run | None
    """None before the first press of Train."""
    history: SweepHistory
    """Empty where there is no run."""
    dark: bool

    @property
    def sweep(self) -> Sweep:
        """What is shown."""
        return self.state.chosen

    @property
    def metric(self) -> str:
        """What ranks the networks: as chosen; else `val_loss`, or `train_loss`, as there is."""
        chosen = self.state.metric
        return chosen if chosen in self.history.names else self.history.ranking

    @property
    def has_figures(self) -> bool:
        """Whether any network has a figure that ranks it."""
        return self.history.nets > 0 and bool(np.isfinite(self.figures()).any())

    @property
    def nets(self) -> tuple[Net, ...]:
        """Every network."""
        return self.sweep.nets

    def figures(self) -> np.ndarray:
        """float64 [nets]: of the metric that ranks; NaN: none."""
        return self.history.figures(self.metric, self.state.of)

    def rank(self, number: int) -> tuple[int, int] | None:
        """The place of a network among those that have a figure, from 1, and how many these are."""
        figures = self.figures()
        if number >= len(figures) or not np.isfinite(figures[number]):
            return None
        known = figures[np.isfinite(figures)]
        before = known < figures[number] if self.is_loss else known > figures[number]
        return int(before.sum()) + 1, len(known)

    @property
    def is_loss(self) -> bool:
        """Whether the lowest figure is the best."""
        return self.metric.endswith("loss")

    @property
    def best(self) -> int | None:
        """The network with the best figure."""
        return self.history.best(self.metric, self.state.of) if self.has_figures else None

    @property
    def diverged(self) -> int:
        """How many networks have diverged."""
        return sum(reason == "diverged" for reason in self.history.reasons)
