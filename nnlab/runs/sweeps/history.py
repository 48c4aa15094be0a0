"""The events of a sweep folded into columns: a number for each network."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnlab.runs.sweeps.ranked import Columns, Of, Ranked
from nnlab.training.events import (
    CheckpointSaved,
    ControlApplied,
    Event,
    FitEnded,
    FitStarted,
    NetEnded,
    NetsFigures,
    NetsProgress,
)
from nnlab.training.figures import FIGURES

METRICS = (*FIGURES, "test_loss", "test_accuracy")
"""Metrics of the final weights."""


class Moment(NamedTuple):
    """Figures of the networks at one step during the sweep."""

    step: int
    epoch: int
    seconds: float
    paused: bool


class SweepHistory(Ranked):
    """A pure fold of a sweep's events."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.started: FitStarted | None = None
        self.ended: FitEnded | None = None
        self.paused = False
        self.step = self.epoch = 0
        self.seconds = 0.0
        self.nets = 0
        """How many there are; 0 before the first session."""
        self.steps: NDArray[np.int64] = np.zeros(0, np.int64)
        """[nets]: optimizer updates of each so far."""
        self.reasons: list[str] = []
        """Why each trains no further; `""` where it does."""
        self.epochs: list[int | None] = []
        """Epochs of each network, known at the end of a session; None before."""
        self.moments: list[Moment] = []
        """The moment of each row of `told`."""
        self._curves: dict[str, list[Columns]] = {name: [] for name in FIGURES}
        self._ends: dict[int, NetEnded] = {}
        self._final: dict[str, Columns] = {}
        """Figures at the end of the newest session, by name; NaN for missing ones."""
        self.extend(events)

    def extend(self, events: Iterable[Event]) -> None:
        """Fold more events in, in the order in which they came."""
        for event in events:
            self._add(event)

    def _add(self, event: Event) -> None:
        if not isinstance(event, CheckpointSaved | NetEnded):
            self.step, self.epoch, self.seconds = event.step, event.epoch, event.seconds
        match event:
            case FitStarted():
                self._begin(event)
            case NetsProgress():
                self._append(event)
                self.paused = event.paused
            case ControlApplied():
                self.paused = self.paused and event.do not in ("resume", "step", "epoch")
            case NetEnded(net=net) if net < self.nets:
                self._ends[net] = event
                self.reasons[net] = event.reason
                self.steps[net] = event.step
            case NetsFigures():
                self._take_final(event)
            case FitEnded():
                self.ended = event
            case _:
                pass

    # Folding -----------------------------------------------------------------------------------

    def _begin(self, event: FitStarted) -> None:
        """A session begins: what an earlier one did beyond this step is forgotten."""
        self.started, self.ended, self.paused = event, None, False
        self.nets = event.nets or 0
        self.moments = [moment for moment in self.moments if moment.step <= event.step]
        for values in self._curves.values():
            del values[len(self.moments) :]
        # Who ended at this very step has ended in the checkpoint, too: it is taken between steps.
        self._ends = {net: end for net, end in self._ends.items() if end.step <= event.step}
        self.reasons = [""] * self.nets
        self.epochs = [None] * self.nets
        self.steps = np.full(self.nets, event.step, np.int64)
        for net, end in self._ends.items():
            self.reasons[net], self.steps[net] = end.reason, end.step
        self._final = {}

    def _append(self, event: NetsProgress) -> None:
        if len(event.steps) != self.nets:
            return  # of no sweep that began here
        self.moments.append(Moment(event.step, event.epoch, event.seconds, event.paused))
        self.steps = np.asarray(event.steps, np.int64)
        for name, values in self._curves.items():
            values.append(_column(getattr(event, name), self.nets))

    def _take_final(self, event: NetsFigures) -> None:
        until = event.first + len(event.reasons)
        if event.first < 0 or until > self.nets:
            return
        self.reasons[event.first : until] = event.reasons
        self.epochs[event.first : until] = event.epochs
        self.steps[event.first : until] = event.steps
        for name in (*METRICS, "best_val_loss", "best_val_accuracy", "best_epoch"):
            figures = getattr(event, name)
            if figures is not None and len(figures) == len(event.reasons):
                column = self._final.setdefault(name, np.full(self.nets, np.nan))
                column[event.first : until] = np.array(figures, np.float64)

    # Reading -----------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics that were told of any network."""
        return tuple(
            name
            for name in METRICS
            if np.isfinite(self.final(name)).any()
            or any(np.isfinite(row).any() for row in self._curves.get(name, ()))
        )

    def final(self, name: str) -> Columns:
        """float64 [nets]: what the end of the session says of a metric; NaN: nothing.

        `best_val_loss`, `best_val_accuracy` and `best_epoch` are here, too.
        """
        return self._final.get(name, np.full(self.nets, np.nan))

    def figures(self, metric: str, of: Of = "last") -> Columns:
        """float64 [nets]: a metric of each network; NaN: it has none.

        `last` is of the newest weights: none of a network that diverged. `best` is the lowest loss
        or the highest accuracy that was told on the way or at the end.
        """
        rows = self.told(metric)
        final = self.final(metric)
        if of == "last":
            last = np.where(np.isfinite(final), final, _newest(rows))
            last[[reason == "diverged" for reason in self.reasons]] = np.nan
            return last
        best = np.fmin if metric.endswith("loss") else np.fmax
        told = best.reduce(np.vstack([rows, final[None], self.final(f"best_{metric}")[None]]))
        return np.where(np.isfinite(told), told, np.nan)

    def curve(self, metric: str) -> tuple[Columns, Columns]:
        """Return a metric's values during training: the sweep's steps [k] and figures [k, nets].

        One that has ended keeps its last figure; NaN stands for none. Training figures of the
        moment of a pause are left out: they are often those of one batch alone, and would stand as
        a spike among means over many.
        """
        rows = self.told(metric)
        moments = self.moments[: len(rows)]
        kept = np.isfinite(rows).any(axis=1)
        if metric.startswith("train_"):
            kept &= ~np.array([moment.paused for moment in moments], bool)
        steps = np.array([moment.step for moment in moments], np.float64)[kept]
        _, order = np.unique(steps, return_index=True)  # one point a step, in their order
        return steps[order], rows[kept][order]

    def told(self, metric: str) -> Columns:
        """float64 [len(moments), nets]: all that was told of a metric on the way; NaN: nothing."""
        values = list(self._curves.get(metric, ()))
        return np.stack(values) if values else np.zeros((0, self.nets))

    def diverged_at(self, net: int) -> float | None:
        """The loss that was not finite; None where the network has not diverged."""
        end = self._ends.get(net)
        return end.value if end is not None and end.reason == "diverged" else None


def _column(figures: tuple[float | None, ...] | None, nets: int) -> Columns:
    if figures is None or len(figures) != nets:
        return np.full(nets, np.nan)
    return np.array(figures, np.float64)


def _newest(rows: Columns) -> Columns:
    """The last finite figure of each column; NaN where there is none."""
    if not len(rows):
        return np.full(rows.shape[1], np.nan)
    finite = np.isfinite(rows)
    last = len(rows) - 1 - np.argmax(finite[::-1], axis=0)
    found = rows[last, np.arange(rows.shape[1])]
    return np.where(finite.any(axis=0), found, np.nan)
