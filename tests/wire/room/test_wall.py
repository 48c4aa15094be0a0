"""`/wire/class`: what students and lecturers are told, and what nobody is."""

import contextlib
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from nnlab.classroom.classroom import Classroom
from nnlab.config import Experiment, mlp
from nnlab.files import append_line
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run, Store
from nnlab.training.events import to_line
from nnlab.wire.people import people
from nnlab.wire.room import run_index, viewer, wall
from tests.runs.bench import experiment, started
from tests.wire.bench import PATIENCE, Server, Told, progress, put_weights, read

SLOWEST = 2.0
"""Seconds that the wall may be behind; a busy machine is given three tries."""


@dataclass(frozen=True)
class Person:
    cookie: str
    id: str


def person() -> Person:
    known = people()
    value = known.new_cookie()
    return Person(f"{known.cookie}={value}", known.person_of({known.cookie: value}))


def student(room: Classroom, name: str) -> Person:
    one = person()
    room.join(one.id, name, room.code)
    return one


def lecturer(room: Classroom) -> Person:
    one = person()
    room.enter(one.id, room.key)
    return one


def open_socket(server: Server, who: Person | None, **headers: str) -> ClientConnection:
    cookie = {"Cookie": who.cookie} if who is not None else {}
    address = f"ws://127.0.0.1:{server.port}/wire/class"
    return connect(address, additional_headers={**cookie, **headers}, max_size=None, proxy=None)


def told(socket: ClientConnection) -> Told:
    return read(socket.recv(timeout=PATIENCE))


def told_until(socket: ClientConnection, holds: Callable[[Told], object]) -> list[Told]:
    frames, deadline = [told(socket)], time.monotonic() + PATIENCE
    while not holds(frames[-1]):
        assert time.monotonic() < deadline
        frames.append(told(socket))
    return frames


def ask_for_wall(socket: ClientConnection, **also: Any) -> None:
    socket.send(json.dumps({"wall": True, **also}))


def student_in(frame: Told, who: Person) -> dict[str, Any]:
    found = [one for one in frame.head.get("students", []) if one["person"] == who.id]
    return found[0] if found else {}


def run_of(runs_dir: Path, owner: Person, steps: int = 3) -> Run:
    run = Store(runs_dir).create(experiment(), name="circle", owner=owner.id)
    append_line(run.path / EVENTS_FILE, to_line(started()))
    for step in range(1, steps + 1):
        append_line(run.path / EVENTS_FILE, progress(step, val_accuracy=0.75))
    return run


def close_code(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        deque(iter(partial(socket.recv, timeout=PATIENCE), None), maxlen=0)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


# Who is let in ----------------------------------------------------------------------------------


def test_strangers_are_refused(server: Server, room: Classroom) -> None:
    for who in (None, person(), Person(f"{people().cookie}=forged", "")):
        with open_socket(server, who) as socket:
            assert close_code(socket) == 4403


def test_a_page_of_another_origin_is_refused(server: Server, room: Classroom) -> None:
    with open_socket(server, student(room, "Anna"), Origin="https://evil.example") as socket:
        assert close_code(socket) == 4403


def test_without_a_class_there_is_no_such_address(server: Server, no_room: None) -> None:
    who = person()
    with pytest.raises(InvalidStatus) as refused:
        open_socket(server, who)
    assert refused.value.response.status_code == 404


def test_who_is_taken_out_of_the_class_hears_no_more(server: Server, room: Classroom) -> None:
    who = student(room, "Anna")
    with open_socket(server, who) as socket:
        assert told(socket).head["room"]["role"] == "student"
        room.remove(who.id)
        assert close_code(socket) == 4403


# What a student is told -------------------------------------------------------------------------


def test_a_student_hears_what_is_said_to_all_and_nothing_of_others(
    server: Server, room: Classroom, runs_dir: Path
) -> None:
    who, other = student(room, "Anna"), student(room, "Ben")
    run = run_of(runs_dir, other)
    with open_socket(server, who) as socket:
        first = told(socket)
        room.change(frozen=True, hidden=("data",))
        second = told(socket)
        room.change(following="a-run")
        third = told(socket)
    assert [frame.head["room"]["frozen"] for frame in (first, second, third)] == [False, True, True]
    assert third.head["room"]["following"] == "a-run"
    assert len({frame.head["room"]["key"] for frame in (first, second, third)}) == 3
    said = json.dumps([frame.head for frame in (first, second, third)])
    assert "Anna" in said
    for secret in ("Ben", other.id, run.id, room.code, room.key):
        assert secret not in said


def test_a_change_that_is_nobodys_business_is_no_news(server: Server, room: Classroom) -> None:
    with open_socket(server, student(room, "Anna")) as socket:
        told(socket)
        student(room, "Ben")
        with pytest.raises(TimeoutError):
            socket.recv(timeout=1.0)


def test_a_student_who_asks_for_the_wall_is_refused(server: Server, room: Classroom) -> None:
    with open_socket(server, student(room, "Anna")) as socket:
        ask_for_wall(socket)
        assert close_code(socket) == 4403


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("no JSON", 4400),
        ("[1]", 4400),
        ('{"wall": 1}', 4400),
        ('{"wall": true, "large": 7}', 4400),
        (json.dumps({"wall": True, "large": "x" * 200}), 4400),
        ("x" * 5000, 4413),
        (b"\0\1", 4400),
    ],
)
def test_messages_are_bounded(
    server: Server, room: Classroom, message: str | bytes, code: int
) -> None:
    with open_socket(server, lecturer(room)) as socket:
        socket.send(message)
        assert close_code(socket) == code


def test_so_many_messages_a_second_and_no_more(server: Server, room: Classroom) -> None:
    with open_socket(server, lecturer(room)) as socket:
        with contextlib.suppress(ConnectionClosed):  # the server may close before the last one
            for _message in range(40):
                socket.send('{"wall": false}')
        assert close_code(socket) == 4429


# The wall ---------------------------------------------------------------------------------------


def test_the_wall_shows_each_student_within_two_seconds(
    server: Server, room: Classroom, runs_dir: Path
) -> None:
    anna, ben = student(room, "Anna"), student(room, "Ben")
    run = run_of(runs_dir, anna)
    with open_socket(server, lecturer(room)) as socket:
        ask_for_wall(socket)
        frames = told_until(socket, lambda frame: student_in(frame, ben))
        assert student_in(frames[-1], ben)["judgement"] == "not_begun"
        shown = student_in(frames[-1], anna)
        assert (shown["name"], shown["run"], shown["step"]) == ("Anna", run.id, 3)
        assert shown["val_accuracy"] == 0.75
        assert frames[-1].head["scenes"][run.id]["network"]["shape"] == [2]
        waits = []
        for step in (10, 11, 12):
            append_line(run.path / EVENTS_FILE, progress(step))
            began = time.monotonic()
            told_until(socket, lambda frame, at=step: student_in(frame, anna).get("step") == at)
            waits.append(time.monotonic() - began)
        assert min(waits) < SLOWEST
        other = run_of(runs_dir, ben)
        frames = told_until(socket, lambda frame: student_in(frame, ben))
        assert student_in(frames[-1], ben)["run"] == other.id
        assert list(frames[-1].head["scenes"]) == [other.id]  # of the first it was said before


def test_the_newest_run_counts_and_a_deleted_one_does_not(
    server: Server, room: Classroom, runs_dir: Path
) -> None:
    anna = student(room, "Anna")
    first = run_of(runs_dir, anna)
    with open_socket(server, lecturer(room)) as socket:
        ask_for_wall(socket)
        told_until(socket, lambda frame: student_in(frame, anna).get("run") == first.id)
        second = run_of(runs_dir, anna, steps=1)
        told_until(socket, lambda frame: student_in(frame, anna).get("run") == second.id)
        Store(runs_dir).delete(second.id)
        told_until(socket, lambda frame: student_in(frame, anna).get("run") == first.id)


def test_one_socket_carries_the_weights_of_all(
    server: Server, room: Classroom, runs_dir: Path
) -> None:
    everybody = [student(room, f"Student {i}") for i in range(30)]
    runs = [run_of(runs_dir, one) for one in everybody]
    for step, run in enumerate(runs, start=1):
        put_weights(run, step)
    found: dict[str, bytes] = {}
    with open_socket(server, lecturer(room)) as socket:
        ask_for_wall(socket)
        while len(found) < len(runs):
            frame = told(socket)
            if frame.weights:
                found[frame.head["run"]] = frame.weights
    for run in runs:
        assert found[run.id] == (run.path / "live.safetensors").read_bytes()


def test_weights_beyond_the_bound_wait_for_the_next_look(
    server: Server, room: Classroom, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [run_of(runs_dir, student(room, f"Student {i}")) for i in range(4)]
    for run in runs:
        put_weights(run, 1)
    size = (runs[0].path / "live.safetensors").stat().st_size
    monkeypatch.setattr(viewer, "WEIGHTS_PER_LOOK", 2 * size)
    looks: list[list[str]] = []
    with open_socket(server, lecturer(room)) as socket:
        ask_for_wall(socket)
        while sum(map(len, looks)) < len(runs):
            frame = told(socket)
            if "now" in frame.head:
                looks.append([])
            elif frame.weights:
                looks[-1].append(frame.head["run"])
    assert max(map(len, looks)) == 2
    assert {run for look in looks for run in look} == {run.id for run in runs}


def test_the_curves_of_one_student_come_when_they_are_asked_for(
    server: Server, room: Classroom, runs_dir: Path
) -> None:
    anna = student(room, "Anna")
    run = run_of(runs_dir, anna, steps=5)
    with open_socket(server, lecturer(room)) as socket:
        ask_for_wall(socket, large=anna.id)
        frames = told_until(socket, lambda frame: "curves" in frame.head)
    curves = frames[-1].head["curves"]
    assert curves["run"] == run.id
    assert [point[0] for point in curves["points"]] == [1, 2, 3, 4, 5]
    assert [point[1] for point in curves["points"]] == [1 / step for step in range(1, 6)]


def test_a_damaged_run_leaves_the_others_on_the_wall(
    server: Server, room: Classroom, runs_dir: Path
) -> None:
    anna, ben = student(room, "Anna"), student(room, "Ben")
    run_of(runs_dir, anna)
    damaged = run_of(runs_dir, ben)
    (damaged.path / "experiment.json").write_text("{")
    with open_socket(server, lecturer(room)) as socket:
        ask_for_wall(socket)
        frames = told_until(socket, lambda frame: student_in(frame, anna))
    assert student_in(frames[-1], anna)["step"] == 3
    assert student_in(frames[-1], ben)["run"] is None


@pytest.mark.parametrize("row", [(1.7e308, 0.0, 1.0), (1.0, 0.0, 1.7e308), (5e-324, 0.0, 5e-324)])
def test_a_run_on_points_of_any_size_leaves_the_others_on_the_wall(
    row: tuple[float, ...], server: Server, room: Classroom, runs_dir: Path
) -> None:
    anna, ben = student(room, "Anna"), student(room, "Ben")
    run_of(runs_dir, anna)
    own = {"kind": "points", "rows": [row], "task": "regression"}
    far = Experiment.model_validate(
        {"data": own, "model": {"layers": mlp(outputs=1)}, "training": {"loss": "mse", "epochs": 1}}
    )
    Store(runs_dir).create(far, name="far", owner=ben.id)
    with open_socket(server, lecturer(room)) as socket:
        ask_for_wall(socket)
        frames = told_until(socket, lambda frame: student_in(frame, anna))
    assert student_in(frames[-1], ben)["run"] is not None


def test_nothing_is_read_while_nobody_looks_at_the_wall(
    server: Server, room: Classroom, runs_dir: Path
) -> None:
    run_of(runs_dir, student(room, "Anna"))
    with open_socket(server, lecturer(room)) as socket:
        told(socket)
        time.sleep(1.5)
        assert wall.ticker().looks == 0


def test_the_directory_is_listed_when_it_changed_and_each_run_read_once(
    room: Classroom, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_index, "SETTLED_SECONDS", -1)
    anna = student(room, "Anna")
    run = run_of(runs_dir, anna)
    reads: list[str] = []
    index = run_index.RunIndex(runs_dir)
    read_one = index._read
    monkeypatch.setattr(index, "_read", lambda name: reads.append(name) or read_one(name))
    for _look in range(5):
        index.look()
    assert reads == [run.id]
    assert index.newest(anna.id) == run.id
    assert index.newest(anna.id, since=time.time() + 1) is None
    other = run_of(runs_dir, anna)
    index.look()
    assert reads == [run.id, other.id]
