"""Lessons as text, and runs whose figures are written by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from nnlab.config import Experiment
from nnlab.recipes import get
from nnlab.runs.record.history import History
from nnlab.training.events import (
    ControlApplied,
    Diverged,
    EpochEnded,
    Evaluated,
    Event,
    FitEnded,
    Reason,
)
from tests.runs.bench import started

LESSON = """
id = "mine"
title = "Mine"
summary = "One step."

[[steps]]
text = "What will it do?"
explanation = "Because."

[steps.experiment]
recipe = "circle"
set = { "training.epochs" = 4 }

[steps.question]
kind = "choice"
text = "How many are right?"
choices = ["few", "many"]

[steps.outcome]
stated = 2
when = [{ figure = "val_accuracy", below = 0.8 }, { figure = "val_accuracy", above = 0.8 }]
"""
"""The least lesson: one step, one question."""


def circle() -> Experiment:
    return get("circle").experiment.with_set("training.epochs", 4)


def epoch(number: int, **figures: float) -> EpochEnded:
    base: dict[str, Any] = {
        "train_loss": 0.5,
        "train_accuracy": 0.7,
        "val_loss": 0.6,
        "val_accuracy": 0.65,
    }
    base |= figures
    return EpochEnded(step=25 * number, epoch=number, seconds=number, lr=0.1, **base)


def ended(reason: Reason = "completed", **figures: Any) -> FitEnded:
    return FitEnded(step=100, epoch=4, seconds=4, reason=reason, **figures)


def diverged() -> Diverged:
    return Diverged(step=30, epoch=2, seconds=1, quantity="train_loss", value=float("inf"))


def changed(path: str, value: float) -> ControlApplied:
    return ControlApplied(step=10, epoch=1, seconds=1, id=path, set={"path": path, "value": value})


def evaluated(**figures: float) -> Evaluated:
    given: dict[str, Any] = {"train_loss": 0.5, **figures}
    return Evaluated(step=0, epoch=0, seconds=0, **given)


def history(*events: Event) -> History:
    return History([started(), *events])


Histories = Callable[..., History]


@pytest.fixture
def lesson_text() -> str:
    return LESSON
