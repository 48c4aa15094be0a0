"""A dead worker is told from a living one, also after its process id was given away again."""

import contextlib
import errno
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from nnlab.errors import NnlabError
from nnlab.runs.record import lock


def write(run: Path, pid: object, created: object) -> None:
    (run / lock.LOCK_FILE).write_text(json.dumps({"pid": pid, "started": created}))


def test_a_living_process_holds_the_lock_and_no_other_can(tmp_path: Path):
    assert not lock.is_held(tmp_path)
    with lock.hold(tmp_path):
        assert lock.is_held(tmp_path)
        with pytest.raises(NnlabError, match="another process: stop it"), lock.hold(tmp_path):
            pass
        assert lock.is_held(tmp_path)
    assert not lock.is_held(tmp_path)


def test_the_lock_is_given_back_after_an_error(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), lock.hold(tmp_path):
        _ = 1 / 0
    assert not lock.is_held(tmp_path)


def test_a_dead_process_holds_nothing(tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    write(tmp_path, process.pid, psutil.Process(process.pid).create_time())
    assert lock.is_held(tmp_path)
    process.kill()
    while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
        pass
    assert not lock.is_held(tmp_path)  # not buried yet
    process.communicate()
    assert not lock.is_held(tmp_path)
    with lock.hold(tmp_path):
        assert lock.is_held(tmp_path)


def test_a_process_id_that_was_given_away_again_holds_nothing(tmp_path: Path):
    me = psutil.Process(os.getpid())
    write(tmp_path, me.pid, me.create_time())
    assert lock.is_held(tmp_path)
    write(tmp_path, me.pid, me.create_time() - 60)
    assert not lock.is_held(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"pid": "x", "started": 1}', "\0"])
def test_a_lock_that_cannot_be_read_holds_nothing(tmp_path: Path, text: str):
    (tmp_path / lock.LOCK_FILE).write_text(text)
    assert not lock.is_held(tmp_path)


@pytest.mark.parametrize("pid", [-1, 2**70, 1.5, None])
def test_an_impossible_process_id_holds_nothing(tmp_path: Path, pid: object):
    write(tmp_path, pid, 1)
    assert not lock.is_held(tmp_path)
    assert not lock.is_held(tmp_path / "gone")


@pytest.mark.parametrize("stale", [False, True], ids=["no lock", "a dead worker's lock"])
def test_of_many_who_try_at_once_one_holds_the_run(tmp_path: Path, stale: bool):
    """Two servers over one directory start the same run in the same instant."""
    for attempt in range(40):
        run = tmp_path / str(attempt)
        run.mkdir()
        if stale:
            write(run, 2**22 - 1, 1.0)
        barrier, done, holding = threading.Barrier(6), threading.Event(), []

        def train(
            run: Path = run,
            barrier: threading.Barrier = barrier,
            done: threading.Event = done,
            holding: list[int] = holding,
        ) -> None:
            barrier.wait()
            with contextlib.suppress(NnlabError), lock.hold(run):
                holding.append(threading.get_ident())
                done.wait(30)

        threads = [threading.Thread(target=train) for _number in range(6)]
        for thread in threads:
            thread.start()
        while (alive := sum(thread.is_alive() for thread in threads)) > 1 or (
            alive and not holding
        ):
            time.sleep(0.001)  # the last one may still be on its way to the lock
        assert lock.is_held(run)
        done.set()
        for thread in threads:
            thread.join()
        assert len(holding) == 1
        assert list(run.iterdir()) == []


def test_a_lock_that_came_meanwhile_is_neither_removed_nor_given_back(tmp_path: Path):
    with lock.hold(tmp_path):
        lock.clear_stale(tmp_path)
        assert lock.is_held(tmp_path)
        write(tmp_path, os.getpid(), psutil.Process().create_time())  # another holder's
    assert lock.is_held(tmp_path)


def test_a_disk_without_hard_links_takes_the_lock_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_paths: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with lock.hold(tmp_path):
        with pytest.raises(NnlabError, match="another process"), lock.hold(tmp_path):
            pass
        assert lock.is_held(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_a_process_left_that_was_killed_at_the_lock_goes_and_a_living_ones_stays(
    tmp_path: Path,
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = [f".lock.{dead.pid}.7.new", f"..lock.{dead.pid}.7.new.{dead.pid}.7"]
    theirs = f".lock.{os.getpid()}.7.new"
    for name in (*left, theirs):
        (tmp_path / name).touch()
    with lock.hold(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [theirs]


def test_a_disk_that_fails_when_the_lock_is_let_go_is_no_error_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_more: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with lock.hold(tmp_path):
        monkeypatch.setattr(Path, "unlink", fails)
    assert lock.exists(tmp_path)
