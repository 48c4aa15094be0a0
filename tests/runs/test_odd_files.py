"""A run's files that are no files, or not what they should be, break nothing for the others."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.files import append_line
from nnlab.runs.disk import plan_removal, total, usage
from nnlab.runs.record import log
from nnlab.runs.record.checkpoints import load_checkpoint, load_live
from nnlab.runs.record.lock import LOCK_FILE as LOCK
from nnlab.runs.record.log import EVENTS_FILE, EventReader
from nnlab.runs.record.weight_files import FOLDER, LIVE, list_checkpoints
from nnlab.runs.store import EXPERIMENT, META, Run, Store
from nnlab.training.events import to_line
from nnlab.wire.events import EventFile
from nnlab.wire.weights import WeightFile
from tests.runs.bench import experiment, started
from tests.runs.record.test_log_and_history import ended

SECONDS = 20.0
"""Whoever opens a pipe waits for ever."""


def broken_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def own_link(path: Path) -> None:
    path.symlink_to(path)


ODD: dict[str, Callable[[Path], None]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "broken link": broken_link,
    "link to itself": own_link,
}


def finished(store: Store) -> Run:
    run = store.create(experiment(), name="good")
    for event in (started(), ended("completed")):
        append_line(run.path / EVENTS_FILE, to_line(event))
    return run


def in_time(call: Callable[[], object]) -> Any:
    """What a call returns, or the error that a person sees; fails where it waits for ever."""
    found: list[object] = []

    def work() -> None:
        try:
            found.append(call())
        except (NnlabError, OSError) as error:
            found.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert not thread.is_alive(), "it waits"
    assert found, "another error"
    return found[0]


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
@pytest.mark.parametrize("name", [EVENTS_FILE, EXPERIMENT, META])
def test_a_run_whose_file_is_none_is_listed_as_damaged_and_the_others_as_ever(
    make: Callable[[Path], None], name: str, runs_dir: Path
) -> None:
    store = Store(runs_dir)
    good, odd = finished(store), finished(store)
    (odd.path / name).unlink()
    make(odd.path / name)
    assert [summary.run for summary in in_time(store.summaries)] == [good]
    ((run, reason),) = in_time(store.damaged)
    assert run == odd
    assert "delete" in reason
    assert in_time(lambda: total(store)) >= usage(good)
    assert in_time(lambda: plan_removal(store, 0)) == []
    if name == EVENTS_FILE:
        assert isinstance(in_time(EventReader(odd.path).read_new), RunDamagedError)
        assert isinstance(in_time(odd.status), RunDamagedError)
        in_time(EventFile(odd.path).look)
    store.delete(odd.id)
    assert store.damaged() == []


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_other_files_that_are_none_are_as_if_they_were_not_there(
    make: Callable[[Path], None], runs_dir: Path
) -> None:
    store = Store(runs_dir)
    run = finished(store)
    (run.path / FOLDER).mkdir()
    checkpoint = run.path / FOLDER / "0000000001.pt"
    for path in (run.path / LOCK, run.path / LIVE, run.path / "control.jsonl", checkpoint):
        make(path)
    assert [summary.status for summary in in_time(store.summaries)] == ["finished"]
    assert list_checkpoints(run.path) == []
    assert isinstance(in_time(lambda: load_checkpoint(checkpoint)), RunDamagedError)
    found = in_time(lambda: load_live(run.path))
    assert found is None or isinstance(found, RunDamagedError)
    in_time(WeightFile(run.path).look)
    assert in_time(lambda: usage(run)) > 0


def test_lines_without_end_are_passed_over_and_cost_no_memory(runs_dir: Path) -> None:
    run = Store(runs_dir).create(experiment(), name="long")
    long = b'{"type": "' + b"x" * 3_000_000 + b"\n"
    lines = [to_line(started()).encode() + b"\n", long, to_line(ended("completed")).encode()]
    (run.path / EVENTS_FILE).write_bytes(b"".join(lines) + b"\n" + long[:-1])
    reader = EventReader(run.path)
    assert [event.type for event in reader.read_new()] == ["fit_started", "fit_ended"]
    assert reader.damaged == 1
    assert reader.read_new() == []
    append_line(run.path / EVENTS_FILE, to_line(started()))  # closes the line that was cut short
    assert [event.type for event in reader.read_new()] == ["fit_started"]
    assert reader.damaged == 2


def test_a_file_of_events_beyond_all_measure_is_damaged(runs_dir: Path) -> None:
    store = Store(runs_dir)
    run = finished(store)
    with (run.path / EVENTS_FILE).open("ab") as file:
        file.truncate(log.MOST_BYTES + 1)
    assert [damaged for damaged, _ in store.damaged()] == [run]
    with pytest.raises(OSError, match="larger"):
        EventFile(run.path).look()


def test_an_experiment_beyond_all_measure_is_damaged(runs_dir: Path) -> None:
    store = Store(runs_dir)
    run = finished(store)
    with (run.path / EXPERIMENT).open("ab") as file:
        file.truncate(10**10)
    assert [damaged for damaged, _ in store.damaged()] == [run]


def test_a_run_that_is_being_made_is_no_damaged_one(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen by a list at every write."""
    store, seen = Store(runs_dir), []
    from nnlab.runs import store as module

    write = module.write_text

    def look(*args, **more) -> None:
        seen.append((store.summaries(), store.damaged()))
        write(*args, **more)
        seen.append((store.summaries(), store.damaged()))

    monkeypatch.setattr(module, "write_text", look)
    run = store.create(experiment(), name="new")
    assert seen == [([], [])] * 4
    assert [summary.run for summary in store.summaries()] == [run]
    assert list(runs_dir.iterdir()) == [run.path]


def test_what_a_killed_server_left_half_made_goes_with_the_next_run(runs_dir: Path) -> None:
    store = Store(runs_dir)
    store.create(experiment(), name="first")
    old, new = runs_dir / ".new-old", runs_dir / ".new-just-now"
    for left in (old, new):
        left.mkdir()
    os.utime(old, (0, 0))
    store.create(experiment(), name="second")
    assert not old.exists()
    assert new.exists()
