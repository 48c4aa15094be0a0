"""A run on a node that has taken what it may ends itself, and nothing else of its process."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nnlab.runs.cluster import own_memory
from nnlab.runs.cluster.node import NodeWorker
from nnlab.runs.cluster.own_memory import OwnMemory, WhileThereIsMemory
from nnlab.runs.workers.memory_watch import MemoryFullError, MemoryWatch
from nnlab.training.controls import Control
from nnlab.training.events import Event, FitEnded
from nnlab.training.machine.memory import total_memory
from tests.runs.bench import endless, events_of, new_run
from tests.runs.cluster.in_process import train_on_node

pytestmark = pytest.mark.usefixtures("process_of_a_node")
REPOSITORY = Path(__file__).resolve().parents[3]


class Asked:
    """Controls that are always there."""

    def poll(self, step: int, *, paused: bool) -> list[Control]:
        del paused
        return [Control(id=str(step), at=0, do="checkpoint")]


def memory(**watch: Any) -> OwnMemory:
    others = {os.getpid(), 1}
    return OwnMemory(None, lambda: others, MemoryWatch(**watch) if watch else None)


def test_as_long_as_there_is_memory_controls_come_through() -> None:
    found = memory()
    found.look()
    assert [one.id for one in WhileThereIsMemory(Asked(), found).poll(3, paused=False)] == ["3"]


def test_a_run_beyond_its_limit_is_asked_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_memory, "limit_own", lambda allowance, reserve: 1000)
    held = iter([1000, 1001])
    monkeypatch.setattr(own_memory, "data_bytes", lambda: next(held))
    monkeypatch.setattr(own_memory, "LOOK_SECONDS_WHEN_SHORT", 0.0)
    found = memory()
    found.look()
    assert not found.is_full
    found.look()
    with pytest.raises(MemoryError):
        WhileThereIsMemory(Asked(), found).poll(3, paused=False)


@pytest.mark.parametrize("ends", [True, False], ids=["this one", "another one"])
def test_of_a_node_without_memory_the_largest_run_ends(ends: bool) -> None:
    largest = os.getpid() if ends else 1
    sent: list[tuple[int, signal.Signals]] = []
    watch = MemoryWatch(
        free=lambda: 0,
        held=lambda process: 10**15 if process == largest else 0,
        kill=lambda process, what: sent.append((process, what)),
    )
    found = OwnMemory(None, lambda: {os.getpid(), 1}, watch)
    found.look()
    assert [process for process, _what in sent] == [largest]
    found.hear(*sent[0])
    assert found.is_needed is ends
    if ends:
        with pytest.raises(MemoryFullError, match="memory ran out"):
            WhileThereIsMemory(Asked(), found).poll(3, paused=False)


@pytest.mark.parametrize(("taken", "ends"), [(0, False), (10**15, True)])
def test_what_a_process_has_before_its_run_is_not_the_runs(
    taken: int, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a small run would help nobody."""
    held = {os.getpid(): 10**14}
    monkeypatch.setattr(own_memory, "_held", held.get)
    monkeypatch.setattr(own_memory.control_groups, "free", lambda: 0)
    found = OwnMemory(None, lambda: held)
    held[os.getpid()] += taken
    found.look()
    assert found.is_needed is ends


def test_a_run_says_why_it_had_to_end(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = new_run(runs_dir, endless())
    full: list[bool] = []

    def look(self: OwnMemory) -> None:
        self.is_full = bool(full)

    def hear(_worker: NodeWorker, _event: Event) -> None:
        full.append(True)

    monkeypatch.setattr(OwnMemory, "look", look)
    train_on_node(run, hear=hear)
    end = events_of(run)[-1]
    assert isinstance(end, FitEnded)
    assert end.reason == "failed"
    assert "NNLAB_WORKER_MEMORY" in str(end.error)


def test_how_little_a_run_may_take_is_no_want_of_the_node(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {os.getpid(): 0}
    monkeypatch.setattr(own_memory, "_held", held.get)
    monkeypatch.setattr("nnlab.training.machine.memory._left_of_own", lambda: 0)
    monkeypatch.setattr(own_memory.control_groups, "free", total_memory)
    found = OwnMemory(None, lambda: held)
    held[os.getpid()] = 10**15
    found.look()
    assert not found.is_needed


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to such a limit")
def test_what_a_run_wants_beyond_its_limit_and_the_reserve_is_refused() -> None:
    code = """
import torch
from nnlab.runs.cluster.own_memory import RESERVE_BYTES, OwnMemory
memory = OwnMemory(100 * 10**6, lambda: ())
kept = torch.empty(150 * 10**6, dtype=torch.uint8)
memory.look()
print(memory.is_full)
try:
    torch.empty(100 * 10**6 + RESERVE_BYTES, dtype=torch.uint8)
except RuntimeError as error:
    print("memory" in str(error))
"""
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["True", "True"]
