"""A run's last and best figures, as a list shows them and sorts by."""

from functools import lru_cache

import numpy as np

from nnlab.runs.record.history import History
from nnlab.runs.record.status import ALIVE
from nnlab.runs.recorded.usual import Figures, usual_figures
from nnlab.runs.store import Listed, RecordedSummary, Run
from nnlab.ui.runtime.recorded_history import recorded_history
from nnlab.ui.runtime.run_history import run_history


def figures_of(summary: Listed) -> Figures:
    """The figures; the whole history is read only of a run whose end does not say them.

    Of a recorded run they are those of its metrics that bear usual names.

    Raises:
        RunNotFoundError: it was deleted.
    """
    if isinstance(summary, RecordedSummary):
        return _of_recorded(summary)
    ended, last = summary.ended, summary.last
    if ended is not None and ended.train_loss is not None:
        return Figures(
            ended.train_loss,
            ended.train_accuracy,
            ended.val_loss,
            ended.val_accuracy,
            ended.best_val_loss,
            ended.best_val_accuracy,
        )
    if last is None:
        return Figures()
    if summary.status in ALIVE:
        return _folded(run_history(summary.run))
    return _at_rest(summary.run, last.step, last.seconds)


def _of_recorded(summary: RecordedSummary) -> Figures:
    last = summary.last
    if last is None:
        return Figures()
    if summary.status in ALIVE:
        return _named(summary.run)
    return _named_at_rest(summary.run, last.step, last.seconds)


@lru_cache(maxsize=4096)
def _named_at_rest(run: Run, step: int, seconds: float) -> Figures:
    del step, seconds
    return _named(run)


def _named(run: Run) -> Figures:
    return usual_figures(recorded_history(run))


@lru_cache(maxsize=4096)
def _at_rest(run: Run, step: int, seconds: float) -> Figures:
    """Read once of a run that was cut short: where it stands says whether more came since."""
    del step, seconds
    return _folded(run_history(run))


def _folded(history: History) -> Figures:
    """As the end would say them: the best are those of the evaluation with the lowest loss."""
    losses, accuracies = history.epochs["val_loss"], history.epochs["val_accuracy"]
    best_loss = best_accuracy = None
    if np.isfinite(losses).any():
        best = int(np.nanargmin(losses))
        best_loss = float(losses[best])
        best_accuracy = float(accuracies[best]) if np.isfinite(accuracies[best]) else None
    return Figures(
        history.latest("train_loss"),
        history.latest("train_accuracy"),
        history.latest("val_loss"),
        history.latest("val_accuracy"),
        best_loss,
        best_accuracy,
    )
