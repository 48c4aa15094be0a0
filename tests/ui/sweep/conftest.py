"""A sweep's run as a worker leaves it."""

from collections.abc import Callable
from typing import Any

import pytest

from nnlab.config import Sweep
from nnlab.recipes.sweeps import SWEEPS
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run, Store
from nnlab.training.events import Event, FitEnded, NetsFigures, NetsProgress, to_line
from tests.runs.bench import started

MakeSweep = Callable[..., Run]


@pytest.fixture(autouse=True)
def a_machine_of_known_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page proposes as a budget depends on how quick the machine is just now."""
    monkeypatch.setattr("nnlab.ui.sweep.estimate.costs", lambda: (1e-4, 1e-10))


def loss_of(number: int) -> float:
    """The last validation loss of a network: it grows with its place on the first axis of eight."""
    return 0.1 * (1 + number // 8) + 0.001 * (number % 8)


def events_of(nets: int) -> list[Event]:
    """A whole session; the last network has diverged."""
    where: dict[str, Any] = {"step": 100, "epoch": 4, "seconds": 2.0}
    losses = [loss_of(number) for number in range(nets)]
    shown = (*losses[:-1], None)
    reasons = ("completed",) * (nets - 1) + ("diverged",)
    return [
        started(fused=False, parameters=114 * nets, nets=nets),
        NetsProgress(step=50, epoch=2, seconds=1.0, steps=(50,) * nets, train_loss=shown),
        NetsFigures(
            **where,
            first=0,
            reasons=reasons,
            steps=(100,) * nets,
            epochs=(4,) * nets,
            train_loss=shown,
            val_loss=shown,
            val_accuracy=tuple(None if loss is None else 1 - loss / 2 for loss in shown),
        ),
        FitEnded(**where, reason="completed", train_loss=losses[0], val_loss=losses[0]),
    ]


@pytest.fixture
def make_sweep(store: Store) -> MakeSweep:
    """Makes the run directory of a sweep that has ended."""

    def make(sweep: Sweep | None = None, name: str = "a sweep") -> Run:
        sweep = sweep or SWEEPS["rate-or-seed"].sweep
        run = store.create(sweep.experiment, sweep=sweep, name=name)
        lines = "".join(to_line(event) + "\n" for event in events_of(sweep.count))
        (run.path / EVENTS_FILE).write_text(lines)
        return run

    return make
