"""control.jsonl: what the server asks and the worker hears."""

import errno
import json
import os
from pathlib import Path

import pytest

from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.runs.record import control
from nnlab.runs.record.control import FileControls, ask
from nnlab.training.controls import EndRun


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def controls(tmp_path: Path) -> FileControls:
    return FileControls(tmp_path, since=0.0, is_orphan=lambda: False, clock=Clock())


def heard(controls: FileControls, *, paused: bool = False) -> list[str]:
    return [str(c.do or c.set) for c in controls.poll(1, paused=paused)]


def test_what_is_asked_is_heard_once_and_in_order(tmp_path: Path, controls: FileControls):
    assert heard(controls) == []
    asked = [ask(tmp_path, "pause"), ask(tmp_path, path="training.optimizer.lr", value=0.5)]
    assert list(controls.poll(1, paused=False)) == asked
    assert heard(controls) == []
    assert list(controls.poll(1, paused=True)) == []
    ask(tmp_path, "stop")
    assert heard(controls) == ["stop"]
    assert len({control.id for control in asked}) == 2


def test_the_lines_are_those_of_the_contract(tmp_path: Path):
    ask(tmp_path, "epoch")
    ask(tmp_path, path="training.clip_norm", value=None)
    first, second = map(json.loads, (tmp_path / "control.jsonl").read_text().splitlines())
    assert first.keys() == {"id", "at", "do"}
    assert first["do"] == "epoch"
    assert second.keys() == {"id", "at", "set"}
    assert second["set"] == {"path": "training.clip_norm", "value": None}


def test_a_change_to_nothing_is_heard(tmp_path: Path, controls: FileControls):
    ask(tmp_path, path="training.clip_norm", value=None)
    assert heard(controls) == ["path='training.clip_norm' value=None"]


def test_what_an_earlier_session_was_asked_is_not_obeyed(tmp_path: Path):
    old = ask(tmp_path, "stop")
    new = ask(tmp_path, "pause")
    controls = FileControls(tmp_path, (old.at + new.at) / 2, lambda: False, Clock())
    assert heard(controls) == ["pause"]


def test_half_a_line_waits_and_a_damaged_one_is_skipped(tmp_path: Path, controls: FileControls):
    whole = ask(tmp_path, "pause").model_dump_json(exclude_none=True)
    path = tmp_path / "control.jsonl"
    path.write_text(whole[:9])
    assert heard(controls) == []
    path.write_text(whole + "\n")
    assert heard(controls) == ["pause"]
    with path.open("a") as file:
        file.write('{"id": "1", "at": 9, "do": "jump"}\n\n[]\n{"id": "half')
    assert heard(controls) == []
    ask(tmp_path, "stop")
    assert heard(controls) == ["stop"]


def test_a_lost_server_ends_the_run(tmp_path: Path):
    controls = FileControls(tmp_path, 0.0, lambda: True, Clock())
    with pytest.raises(EndRun, match="server_gone"):
        controls.poll(1, paused=False)


def test_a_long_pause_gives_the_place_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(control, "RELEASE_SECONDS", 5.0)
    controls = FileControls(tmp_path, 0.0, lambda: False, Clock())
    for _ in range(3):
        controls.poll(1, paused=True)
    controls.poll(1, paused=False)  # a step in between, and it counts anew
    for _ in range(6):
        controls.poll(1, paused=True)
    with pytest.raises(EndRun, match="released"):
        controls.poll(1, paused=True)


def test_a_deleted_run_ends(tmp_path: Path):
    with pytest.raises(RunNotFoundError, match="was deleted"):
        ask(tmp_path / "gone", "pause")
    controls = FileControls(tmp_path / "gone", 0.0, lambda: False, Clock())
    with pytest.raises(EndRun, match="stopped"):
        controls.poll(1, paused=True)


def test_between_two_looks_a_poll_costs_nothing(tmp_path: Path):
    standing = Clock()
    controls = FileControls(tmp_path, 0.0, lambda: False, lambda: standing.now)
    assert heard(controls) == []
    ask(tmp_path, "pause")
    assert heard(controls) == []
    standing.now += 1
    assert heard(controls) == ["pause"]


def test_a_pace_is_asked_for_as_any_control_is(tmp_path: Path, controls: FileControls):
    asked = ask(tmp_path, pace=3)
    (line,) = (tmp_path / "control.jsonl").read_text().splitlines()
    assert json.loads(line) == {"id": asked.id, "at": asked.at, "pace": 3.0}
    assert [control.pace for control in controls.poll(1, paused=False)] == [3.0]


def test_a_disk_that_fails_is_told_and_not_thrown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_path: Path) -> bool:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "is_dir", fails)
    with pytest.raises(NnlabError, match="Input/output error"):
        ask(tmp_path, "pause")
