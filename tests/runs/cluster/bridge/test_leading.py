"""A run that is led on a node: what goes wrong is said, and its lock is let go."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnlab.runs.cluster.bridge import leading
from nnlab.runs.cluster.bridge.leading import Leading
from nnlab.runs.record import lock
from nnlab.runs.record.control import CONTROL_FILE as CONTROLS
from nnlab.runs.record.control import ask
from nnlab.runs.store import Run, Store
from nnlab.training.events import FitEnded
from tests.runs.bench import endless, events_of, new_run, wait_for
from tests.runs.cluster.bridge.processes import Places, Process, train_order
from tests.runs.sweeps.bench import sweep_of


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return new_run(tmp_path, endless(), "led")


class Led:
    """A run in the hands of a thread."""

    def __init__(self, run: Run, *processes: Process, nodes: tuple[str, ...] = ()) -> None:
        self.places, self.losses = Places(*processes), list[str]()
        order = train_order(run.path, *nodes)
        self.of = Leading(order, self.places, lambda _run, _dir: _Anything(), self._lost)
        self.thread = threading.Thread(target=self.of.lead, daemon=True)
        self.thread.start()

    def _lost(self, _run: Path, _nodes: Any, why: str) -> None:
        self.losses.append(why)

    def tend_until(self, is_so: Callable[[], Any], what: str) -> None:
        def tended() -> Any:
            self.of.tend()
            return is_so()

        wait_for(tended, what)


class _Anything(dict):
    def __missing__(self, _data: object) -> None:
        return None


def last_of(run: Run) -> FitEnded:
    last = events_of(run)[-1]
    assert isinstance(last, FitEnded)
    return last


def test_a_process_that_never_begins_ends_the_run_with_a_word(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "BEGIN_SECONDS", 0.1)
    led = Led(run, Process())
    led.tend_until(lambda: not led.thread.is_alive(), "its end")
    assert "other programs may hold the node's cores" in str(last_of(run).error)
    assert led.losses == []
    assert not lock.exists(run.path)


def test_a_node_that_falls_silent_is_given_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "SILENT_SECONDS", 0.1)
    led = Led(run, Process([]))
    led.tend_until(lambda: led.losses, "its loss")
    assert lock.is_held(run.path)
    led.of.go_on(None)
    led.thread.join(10)
    assert not lock.exists(run.path)


@pytest.mark.parametrize(("limit", "is_lost"), [("SILENT_SECONDS", True), ("BEGIN_SECONDS", False)])
def test_a_part_of_a_sweep_that_is_silent_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, *, is_lost: bool
) -> None:
    """One that was heard before, and one that never began."""
    monkeypatch.setattr(leading, limit, 0.1)
    sweep = sweep_of(("model.layers.0.out_features", "2,3"), steps=3)
    run = Store(tmp_path).create(sweep.experiment, name="a sweep", sweep=sweep)
    led = Led(run, Process(), Process(), nodes=("node-1", "node-2"))
    if is_lost:
        wait_for(lambda: len(led.of._heard) == 2, "both parts")
        for heard in led.of._heard.values():
            heard.at = time.monotonic()
    led.tend_until(lambda: led.losses or not led.thread.is_alive(), "its end")
    assert bool(led.losses) == is_lost
    led.of.go_on(None)
    led.thread.join(10)
    assert not lock.exists(run.path)
    assert [is_well for _process, is_well in led.places.back] == [False, False]


def test_a_run_that_is_deleted_ends_its_process(run: Run) -> None:
    process = Process([])
    led = Led(run, process)
    ask(run.path, "pause")
    process.begun.wait(10)
    run.path.rename(run.path.with_name("gone"))
    led.tend_until(lambda: not led.thread.is_alive(), "its end")
    assert process.killed.is_set()


def test_a_damaged_line_of_what_was_asked_is_no_end_of_the_run(run: Run) -> None:
    """After a node was lost the lines are read here, too: as a worker reads them."""
    first, second = Process([]), Process([])
    led = Led(run, first, second)
    first.begun.wait(10)
    with (run.path / CONTROLS).open("ab") as file:
        file.write(b'{"id": "cut\n\xff\xfe\n')
    kept = ask(run.path, path="training.optimizer.lr", value=0.5)
    first.kill()
    wait_for(lambda: led.losses, "its loss")
    led.of.go_on(train_order(run.path, lost="node-1"))
    (line,) = second.order()["first"]
    assert kept.id in line
    second.over.set()
    led.thread.join(10)
    assert not lock.exists(run.path)


def test_who_leaves_while_a_process_ends_is_not_disturbed(run: Run) -> None:
    """The process may be given back between two looks of another thread."""
    process = Process([])
    led = Led(run, process)
    process.begun.wait(10)
    looks = threading.Event()
    over = threading.Event()
    failures: list[BaseException] = []

    def tend() -> None:
        looks.set()
        while not over.is_set():
            try:
                led.of.tend()
                led.of.leave()
            except BaseException as error:
                failures.append(error)
                return

    tending = threading.Thread(target=tend, daemon=True)
    tending.start()
    looks.wait(10)
    process.over.set()
    led.thread.join(10)
    over.set()
    tending.join(10)
    assert failures == []
    assert not lock.exists(run.path)
