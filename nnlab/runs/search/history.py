"""The events of a search folded into columns: what became of each trial."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from nnlab.config.axis_values import Value
from nnlab.runs.sweeps.history import METRICS
from nnlab.runs.sweeps.ranked import Columns, Of, Ranked
from nnlab.training.events import ControlApplied, Event, FitEnded, FitStarted, Trial


@dataclass
class TrialRow:
    """One trial: the newest that was said of it, and all that was said after its epochs."""

    newest: Trial
    epochs: list[Trial] = field(default_factory=list)

    def add(self, event: Trial) -> None:
        """Take over the next event on this trial."""
        self.newest = event
        if event.trial_epoch > 0:
            self.epochs.append(event)

    def curve(self, metric: str) -> tuple[Columns, Columns]:
        """Return the steps [k] and figures [k] after each epoch and at the end, all finite."""
        told = [(epoch.trial_step, getattr(epoch, metric)) for epoch in self.epochs]
        # One a step: the end is told at the step of the last epoch.
        last = {step: value for step, value in told if value is not None and np.isfinite(value)}
        steps, values = np.array(sorted(last.items()), np.float64).reshape(-1, 2).T
        return steps, values


class SearchHistory(Ranked):
    """A pure fold of a search's events, read like `nnlab.runs.sweeps.history.SweepHistory`.

    Networks have the numbers of the trials. Those that did not begin yet have no figures.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.started: FitStarted | None = None
        self.ended: FitEnded | None = None
        self.paused = False
        self.step = self.epoch = 0
        """`step`: trials that have ended."""
        self.seconds = 0.0
        self.nets = 0
        """Trials planned; 0 before the first session."""
        self.trials: dict[int, TrialRow] = {}
        """Trials that have begun, by number."""
        self.extend(events)

    def extend(self, events: Iterable[Event]) -> None:
        """Fold more events in, in the order in which they came."""
        for event in events:
            self.step, self.epoch, self.seconds = event.step, event.epoch, event.seconds
            match event:
                case FitStarted():
                    self.started, self.ended, self.paused = event, None, False
                    self.nets = event.nets or 0
                case Trial(number=number) if 0 <= number < self.nets:
                    self.trials.setdefault(number, TrialRow(event)).add(event)
                case ControlApplied(do="pause", error=None):
                    self.paused = True
                case ControlApplied(do="resume", error=None):
                    self.paused = False
                case FitEnded():
                    self.ended = event
                case _:
                    pass

    # Reading -----------------------------------------------------------------------------------

    @property
    def runs(self) -> list[str | None]:
        """The id of each trial's run; None: it has not begun, or could not be made."""
        return [row.newest.run if row else None for row in self._rows()]

    @property
    def values(self) -> list[tuple[Value, ...] | None]:
        """Each trial's values on the axes; None: it has not begun."""
        return [row.newest.values if row else None for row in self._rows()]

    @property
    def states(self) -> list[str]:
        """Each trial's state, as in `Trial.state`; `""`: it has not begun."""
        return [row.newest.state if row else "" for row in self._rows()]

    @property
    def reasons(self) -> list[str]:
        """Why each trains no further; `""`: it does, or has not begun."""
        return ["" if state == "running" else state for state in self.states]

    @property
    def steps(self) -> np.ndarray:
        """int64 [nets]: optimizer updates of each so far."""
        return np.array([row.newest.trial_step if row else 0 for row in self._rows()], np.int64)

    @property
    def epochs(self) -> list[int | None]:
        """Each trial's epochs; None: it has not begun."""
        return [row.newest.trial_epoch if row else None for row in self._rows()]

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics that were told of any trial."""
        return tuple(name for name in METRICS if np.isfinite(self.figures(name)).any())

    def final(self, name: str) -> Columns:
        """float64 [nets]: the newest of a figure, as of `best_val_loss`; NaN: nothing was told."""
        found = [getattr(row.newest, name, None) if row else None for row in self._rows()]
        return np.array(found, np.float64).reshape(self.nets)

    def figures(self, metric: str, of: Of = "last") -> Columns:
        """float64 [nets]: a metric of each trial; NaN: it has none.

        `last` is the newest: none of a trial that diverged or failed. `best` is the lowest loss or
        the highest accuracy that was told after an epoch or at the end.
        """
        if of == "last":
            last = self.final(metric)
            last[[state in ("diverged", "failed") for state in self.states]] = np.nan
            return np.where(np.isfinite(last), last, np.nan)
        best = np.full(self.nets, np.nan)
        is_better = min if metric.endswith("loss") else max
        for number, row in self.trials.items():
            told = row.curve(metric)[1].tolist()
            said = getattr(row.newest, f"best_{metric}", None)
            told += [] if said is None else [said]
            best[number] = is_better(told, default=np.nan)
        return best

    def curve(self, metric: str) -> tuple[Columns, Columns]:
        """Steps of the trials [k] and their figures [k, nets]; NaN where one was not told then."""
        curves = {number: row.curve(metric) for number, row in self.trials.items()}
        steps = np.unique(np.concatenate([np.zeros(0), *(at for at, _ in curves.values())]))
        values = np.full((len(steps), self.nets), np.nan)
        for number, (at, figures) in curves.items():
            values[np.searchsorted(steps, at), number] = figures
        return steps, values

    def left(self, minutes: float | None = None) -> float | None:
        """Seconds that the search will still take, were the others as those that have ended.

        Those that are under way count as half done.

        Args:
            minutes: its budget, after which no further trial begins.

        Returns:
            None where no trial has ended yet; 0 at the end.
        """
        if self.ended is not None and self.ended.reason in ("completed", "failed"):
            return 0.0
        ended = [row.newest for row in self.trials.values() if row.newest.state != "running"]
        if not ended:
            return None
        done = len(ended) + (len(self.trials) - len(ended)) / 2
        left = (self.nets - done) * self.seconds / done
        if minutes is None:
            return left
        mean = sum(trial.trial_seconds for trial in ended) / len(ended)
        return min(left, max(0.0, 60 * minutes - self.seconds) + mean)

    def _rows(self) -> list[TrialRow | None]:
        return [self.trials.get(number) for number in range(self.nets)]
