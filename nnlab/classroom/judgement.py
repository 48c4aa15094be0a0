"""A student's standing in one word for the lecturer, with the reason in a sentence."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nnlab.runs.record.status import Status
from nnlab.texts import _

Judgement = Literal["not_begun", "training", "stuck", "diverged", "paused", "done"]

LEAST_STEPS = 1500
"""Steps of a run before its loss is judged: a spiral falls slowly at first."""
LEAST_SHARE = 0.01
"""Least fall of the loss within the last third of the steps, as a share."""
GOOD_ACCURACY = 0.9
"""Accuracy from which a loss that no longer falls is no trouble."""
LEAST_POINTS = 6
SILENT_SECONDS = 20.0
"""A run that trains, and has told nothing for so long."""


@dataclass(frozen=True)
class Point:
    """The figures of a run at one step; None: it has none."""

    step: int
    train_loss: float | None = None
    val_loss: float | None = None
    train_accuracy: float | None = None
    val_accuracy: float | None = None

    @property
    def accuracy(self) -> float | None:
        """Accuracy on the validation data, else on the training data: 0 to 1."""
        return self.train_accuracy if self.val_accuracy is None else self.val_accuracy


def judge(
    status: Status | None, points: Sequence[Point], silent: float
) -> tuple[Judgement, str | None]:
    """The word, and why a student is stuck.

    Args:
        status: of their newest run; None: they have none.
        points: of that run, in order of steps.
        silent: seconds since the run told anything.
    """
    match status:
        case None:
            return "not_begun", None
        case "running":
            why = _why_stuck(points, silent)
            return ("training", None) if why is None else ("stuck", why)
        case "queued" | "starting":
            return "training", None
        case "failed":
            return "stuck", _("The run has failed.")
        case "diverged":
            return "diverged", None
        case "paused" | "interrupted":
            return "paused", None
        case "finished" | "stopped":
            return "done", None


def _why_stuck(points: Sequence[Point], silent: float) -> str | None:
    if silent >= SILENT_SECONDS:
        return _("The run has told nothing for {seconds:.0f} s.", seconds=silent)
    accuracy = next((p.accuracy for p in reversed(points) if p.accuracy is not None), None)
    # A regression has no accuracy: nobody can say whether its loss is low enough.
    if accuracy is None or accuracy >= GOOD_ACCURACY or points[-1].step < LEAST_STEPS:
        return None
    newest = points[-1].step
    losses = [
        point.train_loss
        for point in points
        if point.step > newest * 2 / 3 and point.train_loss is not None
    ]
    if len(losses) < LEAST_POINTS:
        return None
    half = len(losses) // 2
    # Medians: single batches are rough.
    before, now = statistics.median(losses[:half]), statistics.median(losses[half:])
    if now < before * (1 - LEAST_SHARE):
        return None
    return _(
        "The training loss has not fallen by {share:.0%} over the last third of {steps:,} steps,"
        " and the accuracy is below {good:.0%}.",
        share=LEAST_SHARE,
        steps=newest,
        good=GOOD_ACCURACY,
    )
