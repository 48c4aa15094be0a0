"""A dead worker is told from a living one, also after its process id was given away again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from nnlab.errors import NnlabError
from nnlab.runs.record import lock


def write(run: Path, pid: object, created: object) -> None:
    (run / lock.FILE).write_text(json.dumps({"pid": pid, "started": created}))


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
    (tmp_path / lock.FILE).write_text(text)
    assert not lock.is_held(tmp_path)


@pytest.mark.parametrize("pid", [-1, 2**70, 1.5, None])
def test_an_impossible_process_id_holds_nothing(tmp_path: Path, pid: object):
    write(tmp_path, pid, 1)
    assert not lock.is_held(tmp_path)
    assert not lock.is_held(tmp_path / "gone")
