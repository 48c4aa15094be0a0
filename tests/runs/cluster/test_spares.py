"""Idle processes on the nodes, without Ray: a cluster that only notes what it is asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from nnlab.runs.cluster.bridge import spares as spares_module
from nnlab.runs.cluster.bridge.spares import Replayers, Spares
from nnlab.runs.cluster.part import PartWorker
from nnlab.runs.cluster.seat import Seat


class Process:
    def __init__(self, node: str, cpus: float, gpus: float, kind: type) -> None:
        self.node, self.cpus, self.gpus, self.kind = node, cpus, gpus, kind
        self.is_alive = True

    def call(self, _method: str) -> Callable[[], Any]:
        return lambda: None

    def kill(self) -> None:
        self.is_alive = False


class Cluster:
    def __init__(self) -> None:
        self.made: list[Process] = []

    def worker(self, node: str, cpus: float, gpus: float, kind: type = Seat) -> Any:
        self.made.append(Process(node, cpus, gpus, kind))
        return self.made[-1]

    @property
    def alive(self) -> list[Process]:
        return [process for process in self.made if process.is_alive]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(spares_module, "time", made)
    return made


def spares(cluster: Any, ahead: int = 1) -> Spares:
    return Spares(cluster, 0.25, ahead)


def test_a_run_gets_the_process_that_stands_ready_and_another_one_is_made(clock: Clock) -> None:
    cluster = Cluster()
    idle = spares(cluster)
    idle.know({"a": 2.0})
    assert [one.node for one in cluster.made] == ["a"]
    assert idle.take("a", 0.25, 0) is cluster.made[0]
    idle.fill()
    assert len(cluster.made) == 2


def test_a_process_whose_run_has_ended_is_the_next_ones_and_ends_when_nobody_wants_it(
    clock: Clock,
) -> None:
    cluster = Cluster()
    idle = spares(cluster)
    idle.know({"a": 2.0})
    taken = [idle.take("a", 0.25, 0) for _one in range(3)]
    for one in taken:
        idle.give_back(one, is_well=True)
    assert idle.take("a", 0.25, 0) is taken[-1]
    idle.give_back(taken[-1], is_well=True)
    before = len(cluster.alive)
    clock.now += Spares.SECONDS / 2
    idle.know({"a": 2.0})
    assert len(cluster.alive) == before
    clock.now += Spares.SECONDS
    idle.know({"a": 2.0})
    assert len(cluster.alive) == 1


def test_a_large_run_gets_the_cores_that_idle_processes_hold(clock: Clock) -> None:
    cluster = Cluster()
    idle = spares(cluster)
    idle.know({"a": 1.0})
    large = idle.take("a", 1.0, 0)
    assert cluster.alive == [large]
    idle.fill()  # there is no room for one
    assert cluster.alive == [large]
    idle.give_back(large, is_well=True)
    assert [one.cpus for one in cluster.alive] == [0.25]


def test_what_was_of_a_lost_run_or_of_another_kind_does_not_stay(clock: Clock) -> None:
    cluster = Cluster()
    idle = spares(cluster, ahead=0)
    idle.know({"a": 2.0})
    first, second = idle.take("a", 0.25, 0), idle.take("a", 0.25, 0)
    idle.give_back(first, is_well=True)
    idle.give_back(second, is_well=False)
    assert cluster.alive == []
    part = idle.take("a", 0.25, 0, PartWorker)
    idle.give_back(part, is_well=True)
    assert cluster.alive == []


def test_a_node_that_has_left_has_no_idle_processes(clock: Clock) -> None:
    cluster = Cluster()
    idle = spares(cluster)
    idle.know({"a": 1.0, "b": 1.0})
    idle.know({"b": 1.0})
    assert [one.node for one in cluster.alive] == ["b"]


def test_a_replay_begins_in_what_stands_ready_and_takes_no_core_where_nothing_does(
    clock: Clock,
) -> None:
    cluster: Any = Cluster()
    runs = spares(cluster)
    replays = Replayers(cluster, runs)
    runs.know({"a": 0.25})
    replays.know({"a": 0.25})
    ready = cluster.made[0]
    first = replays.take("a")
    assert first is ready
    second = replays.take("a")
    assert second.cpus == 0
    replays.give_back(first, is_well=True)
    replays.give_back(second, is_well=True)
    assert runs.take("a", 0.25, 0) is ready
    assert replays.take("a") is second
