"""What the hub asks of the launcher, and what of the files alone."""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from nnlab.files import append_line
from nnlab.runs.record import lock
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run
from nnlab.settings import Settings
from nnlab.wire import feed, hub
from nnlab.wire.routes import wire_routes
from tests.wire.bench import Server, a_run, close_of, progress, receive, receive_until, until


class Queue:
    """A launcher with a queue, and a note of what it was asked."""

    def __init__(self) -> None:
        self.place: int | None = 2
        self.calls: Counter[str] = Counter()
        self.threads: set[str] = set()

    def status(self, run: Run) -> Status:
        self.calls["status"] += 1
        self.threads.add(threading.current_thread().name)
        return "queued" if self.place else run.status()

    def watch(self, _run: Run) -> None:
        self.calls["watch"] += 1

    def queue_place(self, _run: Run) -> int | None:
        return self.place


@pytest.mark.parametrize("has_events", [False, True])
def test_a_run_that_waits_has_its_place(server: Server, runs_dir: Path, has_events: bool) -> None:
    run = a_run(runs_dir)
    if not has_events:  # as a new run, before a worker takes it
        (run.path / EVENTS_FILE).unlink()
    queue = Queue()
    hub.connect(queue)
    with server.watch(run) as viewer:
        head = receive(viewer).head
        assert (head["status"], head["place"]) == ("queued", 2)
        queue.place = 1
        assert receive(viewer).head["place"] == 1
        queue.place = None
        last = receive(viewer).head
        assert last["status"] == "interrupted"
        assert "place" not in last


def test_who_watches_is_seen_by_the_launcher_and_the_others_are_not(
    server: Server, runs_dir: Path
) -> None:
    run = a_run(runs_dir)
    queue = Queue()
    hub.connect(queue)
    with server.watch(run) as viewer, server.watch(run) as other:
        receive(viewer), receive(other)
        until(lambda: queue.calls["watch"] >= 3)
    until(lambda: hub.hub().viewers == 0)
    assert queue.threads
    assert all(name.startswith("asyncio_") for name in queue.threads), "the loop itself waited"
    assert hub.hub()._feeds == {}


def test_the_launcher_is_not_asked_for_every_event(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir)
    queue = Queue()
    hub.connect(queue)
    with server.watch(run) as viewer:
        receive(viewer)
        began, before = time.monotonic(), queue.calls["status"]
        for step in range(1, 21):
            append_line(run.path / EVENTS_FILE, progress(step))
            receive_until(viewer, lambda told: told.steps)
        assert queue.calls["status"] - before <= time.monotonic() - began + 1


def test_the_status_follows_the_events_that_tell_of_another_not_the_clock(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "STATUS_SECONDS", 1e9)
    run = a_run(runs_dir)
    with lock.hold(run.path), server.watch(run) as viewer:
        assert receive(viewer).head["status"] == "running"
        append_line(run.path / EVENTS_FILE, progress(1, paused=True))
        receive_until(viewer, lambda told: told.head["status"] == "paused")
        append_line(
            run.path / EVENTS_FILE,
            '{"type":"control_applied","id":"1","do":"resume","step":1,"epoch":1,"seconds":1}',
        )
        receive_until(viewer, lambda told: told.head["status"] == "running")


def test_making_the_routes_does_nothing_yet(runs_dir: Path) -> None:
    assert len(wire_routes("lab")) == 2
    assert hub._only_hub.cache_info().currsize == 0
    assert not runs_dir.exists()


def test_threads_that_ask_at_once_get_one_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = threading.Barrier(8)
    found: list[hub.Hub] = []

    def slowly() -> Settings:
        time.sleep(0.05)  # others ask meanwhile
        return Settings()

    def ask() -> None:
        barrier.wait()
        found.append(hub.hub())

    monkeypatch.setattr(hub, "read_settings", slowly)
    asking = [threading.Thread(target=ask) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_who_comes_back_after_a_failure_is_served_when_it_is_over(
    server: Server, runs_dir: Path
) -> None:
    run = a_run(runs_dir, steps=2)
    log = run.path / EVENTS_FILE
    with server.watch(run) as viewer:
        receive(viewer)
        content = log.read_bytes()
        log.unlink()
        log.mkdir()
        code, reason = close_of(viewer)
    assert code == 1011
    assert reason.startswith(f"The run {run.id} cannot be read")
    assert server.plain(run)[0] == 500
    log.rmdir()
    log.write_bytes(content)
    with server.watch(run) as again:
        assert receive(again).steps == [0, 1, 2]
