"""A run's events folded into columns: what charts and tables read."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from nnlab.training.events import (
    CheckpointSaved,
    ControlApplied,
    Diverged,
    EpochEnded,
    Evaluated,
    Event,
    FitEnded,
    FitStarted,
    Progress,
    Sharpness,
)

AXES = ("step", "epoch", "seconds")
METRICS = ("train_loss", "train_accuracy", "val_loss", "val_accuracy", "lr", "grad_norm")
PAUSED = "paused"


class Columns:
    """Metrics by name over steps; what an event does not say is NaN."""

    def __init__(self) -> None:
        self._lists: dict[str, list[float]] = {name: [] for name in (*AXES, *METRICS, PAUSED)}

    def __len__(self) -> int:
        return len(self._lists["step"])

    def __getitem__(self, name: str) -> np.ndarray:
        """float64 [n]: steps, epochs and seconds, losses, accuracies in [0, 1]."""
        return np.asarray(self._lists[name], dtype=np.float64)

    def last(self, name: str) -> float | None:
        """The value at the newest step, None where there is none or it is NaN.

        A pause tells of its step once more, without what was told of it just before.
        """
        values, steps = self._lists[name], self._lists["step"]
        for value, step in zip(reversed(values), reversed(steps), strict=False):
            if step != steps[-1]:
                return None
            if not math.isnan(value):
                return value
        return None

    def tail(self, name: str, count: int) -> list[float]:
        """The newest values, at most `count`, oldest first."""
        return self._lists[name][-count:]

    def append(self, event: Event) -> None:
        """One more row."""
        for name, values in self._lists.items():
            value = getattr(event, name, None)
            values.append(math.nan if value is None else value)

    def cut_after(self, step: int) -> None:
        """Forget rows beyond `step`: the run goes on from an earlier checkpoint."""
        keep = sum(1 for value in self._lists["step"] if value <= step)
        for values in self._lists.values():
            del values[keep:]


class History:
    """A pure fold of events: rows of `progress` (ten a second at most) and `epochs`, the rest."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.progress, self.epochs = Columns(), Columns()
        self.started: FitStarted | None = None
        self.ended: FitEnded | None = None
        self.diverged: Diverged | None = None
        self.evaluated: Evaluated | None = None
        """The figures of weights that were set by hand, until newer ones come."""
        self.paused = False
        self.pace = 0.0
        """Steps a second at most, as it was asked for in this session; 0: as fast as it goes."""
        self.controls: list[ControlApplied] = []
        self.checkpoints: list[CheckpointSaved] = []
        self.sharpness: list[Sharpness] = []
        """Sharpness measured while somebody asked for it."""
        self.sharpness_refused: str | None = None
        """Why it is not measured, where the newest request of this session was refused."""
        self._controls_in: dict[int, int] = {0: 0}
        """How many controls came before the checkpoint of a step was saved."""
        self.step = self.epoch = 0
        self.seconds = 0.0
        self.extend(events)

    def extend(self, events: Iterable[Event]) -> None:
        """Fold more events in, in the order in which they came."""
        for event in events:
            self._add(event)

    def _add(self, event: Event) -> None:
        if not isinstance(event, CheckpointSaved):  # the best one is written after its step
            self.step, self.epoch, self.seconds = event.step, event.epoch, event.seconds
        match event:
            case FitStarted():
                self.started, self.ended, self.diverged, self.paused = event, None, None, False
                self.evaluated = None
                self.pace = 0.0
                self.sharpness_refused = None
                self._cut_after(event.step)
            case Progress():
                self.progress.append(event)
                self.paused, self.evaluated = event.paused, None
            case EpochEnded():
                self.epochs.append(event)
                self.evaluated = None
            case Evaluated():
                self.evaluated = event
            case Sharpness():
                self.sharpness.append(event)
            case ControlApplied(sharpness=float()):
                self.sharpness_refused = event.error  # it comes again and again: no change
            case ControlApplied():
                self.controls.append(event)
                self.pace = self.pace if event.pace is None else event.pace
                self.paused = self.paused and event.do not in ("resume", "step", "epoch")
            case CheckpointSaved():
                self.checkpoints.append(event)
                if not event.best:
                    self._controls_in[event.step] = len(self.controls)
            case Diverged():
                self.diverged = event
            case FitEnded():
                self.ended = event

    def _cut_after(self, step: int) -> None:
        """Forget what a session did beyond the checkpoint from which the next one goes on."""
        self.progress.cut_after(step)
        self.epochs.cut_after(step)
        del self.controls[self._controls_in.get(step, len(self.controls)) :]
        self.checkpoints = [event for event in self.checkpoints if event.step <= step]
        self.sharpness = [event for event in self.sharpness if event.step <= step]

    def curve(self, name: str, axis: str = "step") -> tuple[np.ndarray, np.ndarray]:
        """Return all values of a metric, `progress` and `epochs` together, in order of steps.

        Training figures of the moment of a pause are left out: they are often those of one batch
        alone, and would stand as a spike among means over many.

        Args:
            name: one of METRICS.
            axis: `step`, `seconds`, or `epoch` (with its fraction).

        Returns:
            float64 [n] and [n], all finite.
        """
        parts = []
        for table in (self.progress, self.epochs):
            columns = [table[key] for key in ("step", "seconds", name, PAUSED)]
            whole = min(len(column) for column in columns)  # a viewer beside may be folding more
            step, seconds, values, paused = (column[:whole] for column in columns)
            kept = np.isfinite(values)
            if name.startswith("train_"):
                kept &= paused != 1
            parts.append(np.stack([step[kept], seconds[kept], values[kept]]))
        step, seconds, values = np.concatenate(parts, axis=1)
        _, order = np.unique(step, return_index=True)  # one point a step, in their order
        if axis == "epoch":
            step = step / (self.started.steps_per_epoch if self.started else 1)
        return (seconds if axis == "seconds" else step)[order], values[order]

    def latest(self, name: str) -> float | None:
        """The newest figure of that name.

        Of the end, else of weights set by hand, else of the newer of progress and epoch.
        """
        for event in (self.ended, self.evaluated):
            value = getattr(event, name, None)
            if value is not None:
                return float(value)
        tables = sorted(
            (table for table in (self.progress, self.epochs) if table.last(name) is not None),
            key=lambda table: table.last("step") or 0,
        )
        return tables[-1].last(name) if tables else None

    def final_figures(self) -> dict[str, Any]:
        """Return the losses and accuracies of `fit_ended`; empty before it."""
        if self.ended is None:
            return {}
        return self.ended.model_dump(
            exclude={"type", "step", "epoch", "seconds", "reason", "error"}, exclude_none=True
        )
