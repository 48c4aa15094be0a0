"""A recorded run's events folded into columns by name: what its charts and tables read."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nnlab.runs.recorded.record import MOST_METRICS
from nnlab.training.events import CheckpointSaved, Event, FitEnded, FitStarted, Metrics


class Curve:
    """One metric over the steps at which it was said."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.seconds: list[float] = []
        self.values: list[float] = []
        """NaN and infinities as they came."""


class RecordedHistory:
    """A pure fold of the events of a recorded run."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.curves: dict[str, Curve] = {}
        """Curves by the metric's name, in the order in which the names came."""
        self.started: FitStarted | None = None
        self.ended: FitEnded | None = None
        self.checkpoints: list[CheckpointSaved] = []
        self.step = 0
        self.epoch = 0
        self.seconds = 0.0
        self.extend(events)

    def extend(self, events: Iterable[Event]) -> None:
        """Fold in what came since."""
        for event in events:
            self.step, self.epoch = max(self.step, event.step), max(self.epoch, event.epoch)
            self.seconds = max(self.seconds, event.seconds)
            match event:
                case FitStarted():
                    self.started = event
                case Metrics():
                    self._add(event)
                case CheckpointSaved():
                    self.checkpoints.append(event)
                case FitEnded():
                    self.ended = event
                case _:
                    pass

    def _add(self, event: Metrics) -> None:
        for name, value in event.values.items():
            if name not in self.curves and len(self.curves) >= MOST_METRICS:
                continue  # no recorder writes so many
            curve = self.curves.setdefault(name, Curve())
            curve.steps.append(event.step)
            curve.seconds.append(event.seconds)
            curve.values.append(value)

    def curve(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The steps and values of a metric: float64 [n] and [n]. Values may be NaN or infinite."""
        curve = self.curves.get(name, Curve())
        whole = min(len(curve.steps), len(curve.values))  # a viewer beside may be folding more
        return np.array(curve.steps[:whole], np.float64), np.array(curve.values[:whole], np.float64)

    def latest(self, name: str) -> float | None:
        """The newest finite value of a metric, None where there is none."""
        values = self.curves.get(name, Curve()).values
        return next((value for value in reversed(values) if math.isfinite(value)), None)
