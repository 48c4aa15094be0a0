"""When memory runs short the largest worker ends, and one at a time."""

import signal

from nnlab.runs.workers import memory_watch
from nnlab.runs.workers.memory_watch import (
    GRACE_SECONDS,
    LOOK_SECONDS,
    LOOK_SECONDS_WHEN_SHORT,
    MemoryWatch,
)

MB = 10**6


class Machine:
    """Memory, processes and a clock, by hand."""

    def __init__(self) -> None:
        self.free, self.now = 10**12, 0.0
        self.held: dict[int, int] = {}
        self.looks = 0
        self.sent: list[tuple[int, signal.Signals]] = []
        self.watch = MemoryWatch(
            self._free,
            self.held.__getitem__,
            lambda: self.now,
            lambda *said: self.sent.append(said),
        )
        self.watch.reserve = 200 * MB

    def _free(self) -> int:
        self.looks += 1
        return self.free

    def pass_by(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += 0.05
            self.watch.look(self.held)


def test_it_looks_once_a_second_while_there_is_enough() -> None:
    machine = Machine()
    machine.held.update({1: 900 * MB})
    machine.pass_by(10)
    assert 9 <= machine.looks <= 10 / LOOK_SECONDS + 1
    assert machine.sent == []


def test_the_largest_is_asked_and_only_when_it_is_gone_the_next() -> None:
    machine = Machine()
    machine.held.update({1: 300 * MB, 2: 900 * MB, 3: 800 * MB})
    machine.free = 100 * MB
    machine.pass_by(1)
    assert machine.sent == [(2, signal.SIGUSR1)]
    del machine.held[2]
    machine.pass_by(3 * LOOK_SECONDS_WHEN_SHORT)
    assert machine.sent == [(2, signal.SIGUSR1), (3, signal.SIGUSR1)]
    del machine.held[3]
    machine.free = 10**9
    machine.pass_by(10)
    assert len(machine.sent) == 2


def test_one_that_does_not_hear_is_ended() -> None:
    machine = Machine()
    machine.held.update({1: 900 * MB, 2: 800 * MB})
    machine.free = 0
    machine.pass_by(GRACE_SECONDS - 0.3)
    assert machine.sent == [(1, signal.SIGUSR1)]
    machine.pass_by(1.5)
    assert machine.sent[:2] == [(1, signal.SIGUSR1), (1, signal.SIGKILL)]
    assert {pid for pid, _ in machine.sent} == {1}
    assert machine.watch.ended == {1}


def test_small_workers_are_not_to_blame_for_others() -> None:
    machine = Machine()
    machine.held.update({1: 20 * MB, 2: 10 * MB})
    machine.free = 0
    machine.pass_by(5)
    assert machine.sent == []


def test_the_reserve_is_small_on_a_small_machine(monkeypatch) -> None:
    monkeypatch.setattr(memory_watch, "total_memory", lambda: 1000 * MB)
    assert MemoryWatch().reserve == 50 * MB
    monkeypatch.setattr(memory_watch, "total_memory", lambda: 64_000 * MB)
    assert MemoryWatch().reserve == 256 * MB
