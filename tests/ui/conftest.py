"""What tests of pages share: a server for each test, and runs as a worker leaves them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from nnlab.config import Experiment
from nnlab.recipes import get
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.overview import Overview
from nnlab.training.events import (
    ControlApplied,
    EpochEnded,
    Event,
    FitEnded,
    Progress,
    Reason,
    to_line,
)
from nnlab.ui import services
from tests.runs.bench import started

MakeRun = Callable[..., Run]


class IdleLauncher:
    """Trains nothing: the runs that tests look at rest, or are held by a lock of the test."""

    def pending(self) -> dict[str, Status]:
        return {}

    def status(self, run: Run) -> Status:
        return run.status()

    def away(self) -> str | None:
        return None

    def overview(self) -> Overview:
        return Overview("local", "", None, (), (), 32, ())

    def watch(self, run: Run) -> None:
        pass

    def need_watching(self, run: Run, *, watched: bool) -> None:
        pass


@pytest.fixture
def quiet_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings and a store of this test's own, and no workers."""
    st.cache_resource.clear()
    monkeypatch.setattr(services, "launcher", IdleLauncher)
    yield
    st.cache_resource.clear()


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


@pytest.fixture
def make_run(store: Store) -> MakeRun:
    """Makes a run directory with a few events; each next one is a minute younger."""
    made: list[Run] = []

    def make(
        name: str,
        recipe: str | Experiment = "spiral",
        reason: Reason | None = "completed",
        val_loss: float = 0.2123456789012345,
    ) -> Run:
        experiment = recipe if isinstance(recipe, Experiment) else get(recipe).experiment
        run = store.create(experiment, name=name)
        run.change_meta(created=1_780_000_000.0 + 60 * len(made))
        lines = "".join(to_line(event) + "\n" for event in events(reason, val_loss))
        (run.path / EVENTS_FILE).write_text(lines)
        made.append(run)
        return run

    return make


def events(reason: Reason | None, val_loss: float) -> list[Event]:
    """A short run; without a reason it has not ended."""
    figures: dict[str, Any] = {
        "train_loss": 0.1234567890123456,
        "train_accuracy": 0.95,
        "val_accuracy": 0.9,
    }
    happened: list[Event] = [
        started(nnlab="0.1", torch="2.13.0", processor="x86", parameters=114, total_steps=1000),
        Progress(step=10, epoch=1, seconds=0.1, lr=0.03, val_loss=0.7, **figures),
        ControlApplied(
            step=12,
            epoch=1,
            seconds=0.12,
            id="a",
            set={"path": "training.optimizer.lr", "value": 0.01},
        ),
        Progress(step=25, epoch=1, seconds=0.2, lr=0.01, val_loss=val_loss, **figures),
        EpochEnded(step=25, epoch=1, seconds=0.2, lr=0.01, val_loss=val_loss, **figures),
    ]
    if reason is not None:
        happened.append(
            FitEnded(step=25, epoch=1, seconds=0.2, reason=reason, val_loss=val_loss, **figures)
        )
    return happened


def field_of_a_weight(test: AppTest) -> Any:
    """The field of a new value: each weight of each run has one of its own."""
    (field,) = [one for one in test.number_input if one.label == "New value"]
    return field


def html(test: AppTest) -> str:
    """All HTML of a page, style included."""
    elements: list[Any] = list(test.get("html"))
    return "".join(element.value for element in elements)


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page's theme, one test for each."""

    class Theme:
        type = request.param

    monkeypatch.setattr(ContextProxy, "theme", property(lambda self: Theme()))
    return request.param
