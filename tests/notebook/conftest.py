"""Runs to show. What drives a browser is marked in its own file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnlab.config import Experiment, Model, PlaneClasses, Training, mlp
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.controls import NoControls

MakeRun = Callable[..., Run]


def small(*, steps: int = 60, widths: tuple[int, ...] = (4,), kind: Any = "gauss") -> Experiment:
    """A network of the plane that trains in a moment."""
    training = Training(optimizer={"kind": "adam", "lr": 0.02}, batch_size=16, steps=steps)
    model = Model(layers=mlp(*widths, outputs=2, activation="tanh"))
    return Experiment(data=PlaneClasses(kind=kind, points=60), model=model, training=training)


def train_here(run: Run, data_dir: Path) -> None:
    """In this thread, to the end."""
    for _event in train(run, data_dir=data_dir, device="cpu", controls=NoControls()):
        pass


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


@pytest.fixture
def trained(store: Store, data_dir: Path) -> MakeRun:
    """`trained(experiment, name="…")`: a run that has ended."""

    def make(experiment: Experiment | None = None, *, name: str = "shown") -> Run:
        run = store.create(experiment or small(), name=name)
        train_here(run, data_dir)
        return run

    return make
