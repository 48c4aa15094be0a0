"""Full disks, read-only directories, damaged files, two tabs: a message, and nothing else lost."""

import errno
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch

from nnlab import files
from nnlab.data.registry import load
from nnlab.errors import NnlabError, RunDamagedError, RunNotFoundError
from nnlab.files import append_line, write_all
from nnlab.runs.record import checkpoints, lock
from nnlab.runs.record.checkpoints import load_checkpoint, load_live, save_live
from nnlab.runs.record.control import ask
from nnlab.runs.record.log import EVENTS_FILE, EventReader
from nnlab.runs.record.weight_files import FOLDER, list_checkpoints
from nnlab.runs.store import Run, Store
from nnlab.runs.workers import recorder as recorder_module
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.runs.workers.worker import train
from nnlab.settings import read_settings
from nnlab.training.events import FitEnded, FitStarted
from nnlab.training.fit import fit
from tests.runs.bench import events_of, experiment, new_run, noisy
from tests.runs.workers.test_kill import digest
from tests.runs.workers.test_worker import At
from tests.training.bench import same

REPOSITORY = Path(__file__).resolve().parents[3]


class FullDisk:
    """Takes so many bytes; of the write that has no room the first part, as a real disk does."""

    def __init__(self, room: int, code: int = errno.ENOSPC) -> None:
        self.room, self._code = room, code

    def write_all(self, file: Any, data: bytes) -> None:
        write_all(file, data[: self.room])
        if len(data) > self.room:
            self.room = 0
            raise OSError(self._code, os.strerror(self._code))
        self.room -= len(data)


def fill(monkeypatch: pytest.MonkeyPatch, room: int, code: int = errno.ENOSPC) -> None:
    full = FullDisk(room, code)
    for module in (files, recorder_module):
        monkeypatch.setattr(module, "write_all", full.write_all)


def trained(run: Run, data_dir: Path, at: dict[int, list[Any]] | None = None) -> list:
    return list(train(run, data_dir=data_dir, controls=At(at or {})))


def has_weights_of_an_unbroken_run(run: Run, data_dir: Path) -> bool:
    given = run.experiment
    fitting = fit(given, load(given.data, data_dir))
    list(fitting)
    found = load_live(run.path)
    assert found is not None
    return same(found[1], fitting.weights())


# a full disk ---------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [100, 700, 3000, 9000, 15_000, 22_000, 29_000, 36_000])
def test_a_full_disk_ends_the_run_in_order_and_costs_nothing_that_was_written(
    runs_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog, room: int
) -> None:
    run = new_run(runs_dir, noisy())
    saves: dict[int, list[Any]] = {step: ["checkpoint"] for step in range(10, 100, 10)}
    with monkeypatch.context() as patched:
        fill(patched, room)
        last = trained(run, data_dir, saves)[-1]
    assert isinstance(last, FitEnded)
    assert last.reason == "failed"
    assert "No space left on device" in (last.error or "")
    assert "make room" in (last.error or "")
    assert not lock.exists(run.path)
    assert not [path.name for path in run.path.rglob(".*")]
    # The last word found no room; if it did, it is the run's status.
    assert run.status() in ("interrupted", "failed")
    assert (run.status() == "failed") or "cannot say so" in caplog.text
    reader = EventReader(run.path)
    kept = reader.read_new()
    assert reader.damaged <= 1
    for path in list_checkpoints(run.path):
        assert load_checkpoint(path)["step"] == int(path.stem)

    trained(run, data_dir)  # there is room again
    assert run.status() == "finished"
    assert events_of(run)[: len(kept)] == kept
    assert has_weights_of_an_unbroken_run(run, data_dir)


def test_a_disk_with_no_room_for_a_lock_starts_nothing(
    runs_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run(runs_dir)
    before = digest(run)
    fill(monkeypatch, 0)
    with pytest.raises(NnlabError, match=r"cannot be written \(No space left on device\): make ro"):
        trained(run, data_dir)
    assert digest(run) == before


@pytest.mark.parametrize("at_the_end", [False, True])
def test_weights_for_viewers_may_fail_while_it_trains_but_not_at_its_end(
    runs_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog, at_the_end: bool
) -> None:
    run = new_run(runs_dir)

    def fails(path: Path, weights: dict, step: int) -> None:
        if (step == 100) == at_the_end:
            raise OSError(errno.ENOSPC, "No space left on device")
        save_live(path, weights, step)

    with monkeypatch.context() as patched:
        patched.setattr(checkpoints, "save_live", fails)
        trained(run, data_dir, {10: ["checkpoint"]})
    if at_the_end:
        assert run.status() == "failed"
        trained(run, data_dir)
    else:
        assert "viewers see older weights" in caplog.text
    assert run.status() == "finished"
    assert has_weights_of_an_unbroken_run(run, data_dir)


def test_a_disk_that_takes_only_the_first_bytes_is_asked_for_the_rest() -> None:
    class Reluctant:
        taken = b""

        def write(self, data: bytes | memoryview, /) -> int:
            self.taken += bytes(data[:3])
            return min(3, len(data))

    file = Reluctant()
    write_all(file, b"ten bytes.")
    assert file.taken == b"ten bytes."


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")
def test_what_a_full_device_says_is_passed_on() -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as file,
        pytest.raises(OSError, match="No space left on device"),
    ):
        write_all(file, b"a line\n")


LIMITED = """
import logging, resource, signal, sys
from pathlib import Path
from nnlab.runs.store import Run
from nnlab.runs.workers import recorder
from nnlab.runs.workers.worker import train
recorder.CHECKPOINT_SECONDS = 3600  # a checkpoint is larger than the limit, too
logging.basicConfig(stream=sys.stdout)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
print(list(train(Run(Path(sys.argv[1])), data_dir=Path(sys.argv[2])))[-1].error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs setrlimit")
def test_a_limit_of_the_system_itself_ends_the_run_in_order(runs_dir: Path, data_dir: Path) -> None:
    """The kernel takes the first part of the line that is too much; then it takes no more."""
    run = new_run(runs_dir, experiment(evaluate_every=1, epochs=100))
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, run.path, data_dir],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines()[-1].startswith("A file could not be written (File too large)")
    assert "cannot say so" in ran.stdout
    assert (run.path / EVENTS_FILE).stat().st_size == 9000
    assert not lock.exists(run.path)
    assert run.status() == "interrupted"
    trained(run, data_dir)
    assert run.status() == "finished"
    assert has_weights_of_an_unbroken_run(run, data_dir)


def test_a_run_can_be_deleted_on_a_full_disk_even_while_it_trains(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, other = new_run(runs_dir), new_run(runs_dir)
    with lock.hold(run.path):
        fill(monkeypatch, 0)
        Store(runs_dir).delete(run.id)
        (runs_dir / run.id).mkdir()  # for the lock that goes when it is let go
    (runs_dir / run.id).rmdir()
    assert [path.name for path in runs_dir.iterdir()] == [other.id]


# a read-only directory -----------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_directory_that_cannot_be_written_is_read_and_everything_else_is_refused_in_words(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def idle(_: LocalLauncher) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True)

    monkeypatch.setattr(LocalLauncher, "_warm_host", idle)
    launcher = LocalLauncher(read_settings())
    store, run = Store(runs_dir), new_run(runs_dir)
    before = digest(run)
    fill(monkeypatch, 0, code)
    for do in (
        lambda: store.create(experiment(), name="b"),
        lambda: store.rename(run.id, "b"),
        lambda: run.change_meta(tags=("b",)),
        lambda: ask(run.path, "pause"),
        lambda: launcher.ask(run, path="training.optimizer.lr", value=1),
        lambda: launcher.start(run),
    ):
        with pytest.raises(NnlabError, match="cannot be written") as raised:
            do()
        assert os.strerror(code) in str(raised.value)
    launcher.close()
    assert launcher.pending() == {}
    assert [path.name for path in runs_dir.iterdir()] == [run.id]
    assert digest(run) == before
    assert [summary.run for summary in store.summaries()] == [run]
    assert store.damaged() == []


# damaged files -------------------------------------------------------------------------------


def test_a_damaged_newest_checkpoint_is_told_of_and_set_aside(
    runs_dir: Path, data_dir: Path
) -> None:
    run = new_run(runs_dir, noisy())
    trained(run, data_dir, {5: ["checkpoint"], 9: ["checkpoint"], 30: ["checkpoint", "pause"]})
    _, second, third = list_checkpoints(run.path)
    for path in (second, third):
        path.write_bytes(path.read_bytes()[:-100])
    damaged = third.read_bytes()
    begun = trained(run, data_dir, {7: ["pause"]})[0]
    assert isinstance(begun, FitStarted)
    assert begun.step == 5
    assert (begun.note or "").startswith("Resumed from step 5: what is newer could not be read")
    assert "0000000030.pt, 0000000009.pt" in (begun.note or "")
    assert third.with_name("0000000030.pt.damaged").read_bytes() == damaged
    assert [int(path.stem) for path in list_checkpoints(run.path)] == [5, 7]

    begun = trained(run, data_dir)[0]
    assert isinstance(begun, FitStarted)
    assert (begun.step, begun.note) == (7, None)
    assert has_weights_of_an_unbroken_run(run, data_dir)


def test_a_checkpoint_that_may_be_whole_is_not_passed_over(
    runs_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that does not give the bytes says nothing of them."""
    run = new_run(runs_dir)
    trained(run, data_dir, {5: ["checkpoint"], 9: ["pause"]})
    newest = list_checkpoints(run.path)[-1]
    load, read = torch.load, Path.read_bytes

    def failing_load(path: Path, **how: Any) -> Any:
        if path == newest:
            raise OSError(errno.EIO, "Input/output error")
        return load(path, **how)

    def failing_read(path: Path) -> bytes:
        if path == newest:
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    with monkeypatch.context() as disk:
        disk.setattr(torch, "load", failing_load)
        disk.setattr(Path, "read_bytes", failing_read)
        last = trained(run, data_dir)[-1]
    assert isinstance(last, FitEnded)
    assert last.reason == "failed"
    assert newest in list_checkpoints(run.path)
    begun = trained(run, data_dir)[0]
    assert isinstance(begun, FitStarted)
    assert begun.step == 9


def test_a_folder_in_a_checkpoints_place_is_none(runs_dir: Path, data_dir: Path) -> None:
    run = new_run(runs_dir)
    trained(run, data_dir, {5: ["checkpoint"], 9: ["pause"]})
    newest = list_checkpoints(run.path)[-1]
    newest.unlink()
    newest.mkdir()
    begun, *_events, last = trained(run, data_dir)
    assert isinstance(begun, FitStarted)
    assert isinstance(last, FitEnded)
    assert (begun.step, last.reason) == (5, "completed")


def test_a_full_memory_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("torch.load", no_memory)
    with pytest.raises(MemoryError):
        load_checkpoint(tmp_path / "0000000001.pt")
    monkeypatch.undo()
    with pytest.raises(RunDamagedError):
        load_checkpoint(tmp_path / "0000000001.pt")


def test_a_cut_last_line_is_closed_in_the_same_write_as_the_next(tmp_path: Path) -> None:
    path = tmp_path / EVENTS_FILE
    for line in ("one", "two"):
        append_line(path, line)
    path.write_bytes(path.read_bytes()[:-2])
    append_line(path, "three")
    assert path.read_bytes() == b"one\ntw\nthree\n"


def test_what_a_killed_worker_was_writing_is_swept_away(runs_dir: Path, data_dir: Path) -> None:
    run = new_run(runs_dir)
    trained(run, data_dir, {9: ["pause"]})
    left = [run.path / FOLDER / ".0000000012.pt.1.2", run.path / ".live.safetensors.1.2"]
    for path in left:
        path.write_bytes(b"half")
    trained(run, data_dir)
    assert run.status() == "finished"
    assert not any(path.exists() for path in left)


# two tabs ------------------------------------------------------------------------------------


def test_of_two_tabs_that_delete_a_run_one_does_and_the_other_is_told(runs_dir: Path) -> None:
    other = new_run(runs_dir)
    before = digest(other)
    for _ in range(20):
        run = new_run(runs_dir)
        both = threading.Barrier(2, timeout=60)

        def delete(run: Run = run, both: threading.Barrier = both) -> str:
            both.wait()
            try:
                Store(runs_dir).delete(run.id)
            except RunNotFoundError as error:
                return str(error)
            return "deleted"

        with ThreadPoolExecutor(2) as pool:
            said = sorted(future.result() for future in [pool.submit(delete) for _ in range(2)])
        assert said == [f"The run {run.id} was already deleted.", "deleted"]
    assert [path.name for path in runs_dir.iterdir()] == [other.id]
    assert digest(other) == before


def test_what_the_other_tab_has_deleted_is_said_by_every_button(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it goes between the look and the write."""
    run = new_run(runs_dir)
    meta = run.meta
    monkeypatch.setattr(Run, "meta", meta)
    monkeypatch.setattr(Path, "is_dir", lambda _: True)
    run.path.rename(runs_dir / ".deleted")
    for do in (
        lambda: run.change_meta(name="b"),
        lambda: ask(run.path, "pause"),
        lambda: lock.hold(run.path).__enter__(),
    ):
        with pytest.raises(RunNotFoundError, match="was deleted"):
            do()
