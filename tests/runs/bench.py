"""Experiments for run directories, events by hand, and a patient look at the clock."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nnlab.config import (
    Activation,
    Dropout,
    Experiment,
    Linear,
    Model,
    PlaneClasses,
    Training,
    mlp,
)
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run, Store
from nnlab.training.events import Event, FitStarted

PATIENCE = 120.0
"""Seconds until a test gives up on another process; nothing is measured by it."""


def experiment(**training: object) -> Experiment:
    """25 steps an epoch; four epochs unless told."""
    defaults = {"optimizer": {"kind": "sgd", "lr": 0.03}}
    if "steps" not in training:
        defaults["epochs"] = 4
    return Experiment(
        data=PlaneClasses(kind="circle", points=500),
        model=Model(layers=mlp(4, outputs=2, activation="tanh")),
        training=Training.model_validate(defaults | training),
    )


def noisy() -> Experiment:
    """What needs every generator and every schedule to go on right: 100 steps."""
    layers = (
        Linear(out_features=8),
        Activation(kind="relu"),
        Dropout(p=0.3),
        Linear(out_features=2),
    )
    given = experiment(optimizer={"kind": "adam", "lr": 0.02}, schedule={"kind": "one_cycle"})
    return given.model_copy(update={"model": Model(layers=layers)})


def endless() -> Experiment:
    return experiment(steps=1_000_000_000)


def new_run(root: Path, given: Experiment | None = None, name: str = "a run") -> Run:
    return Store(root).create(given or experiment(), name=name)


def events_of(run: Run) -> list[Event]:
    return EventReader(run.path).read_new()


def started(step: int = 0, epoch: int = 0, **other: Any) -> FitStarted:
    """How a run began; `other` are fields that are to be otherwise than those here."""
    usual = {
        "step": step,
        "epoch": epoch,
        "seconds": 0.0,
        "schema": 1,
        "nnlab": "0",
        "torch": "2",
        "device": "cpu",
        "threads": 1,
        "fused": True,
        "processor": "a processor",
        "parameters": 22,
        "train_size": 250,
        "val_size": 250,
        "steps_per_epoch": 25,
        "total_steps": 100,
    }
    return FitStarted.model_validate({**usual, **other})


def wait_for(what: Callable[[], object], said: str) -> None:
    """Until `what()` is true. Fails, saying what was waited for, after two minutes."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"waited in vain for {said}"
        time.sleep(0.02)
