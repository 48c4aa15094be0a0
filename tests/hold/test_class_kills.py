"""The server of a class is killed in the middle: all are back at their runs, which go on.

Students speak the pages' own protocol, and each watches their run over the wire, as a browser does.
"""

import asyncio
import json
import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import connect

from benchmarks._page_sessions import PROTOCOL, Session
from nnlab.classroom.classroom import Classroom
from nnlab.config.link import to_link
from nnlab.recipes import RECIPES
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run
from nnlab.settings import Settings
from nnlab.wire.people import People
from nnlab.wire.tokens import Tokens, key_of
from tests.browser.server import App, free_port, running_app
from tests.hold.bounds import FULL
from tests.hold.viewers import Crowd
from tests.wire.asgi import run as alone

pytestmark = pytest.mark.proof

KILLS = 10 if FULL else 2
STUDENTS = 12 if FULL else 4
BACK_SECONDS = 5.0
PATIENCE = 180.0


@dataclass(frozen=True)
class Student:
    """Somebody who joined, with the header that their browser sends."""

    person: str
    cookie: str


def until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


def join_all(runs_dir: Path) -> list[Student]:
    """A class with its lecturer's words, as it is kept before the server begins."""
    room, people = Classroom(runs_dir), People(key_of(Settings(runs_dir=runs_dir)))
    students = []
    for number in range(STUDENTS):
        value = people.new_cookie()
        person = people.person_of({people.cookie: value})
        room.join(person, f"Student {number}", room.code)
        students.append(Student(person, f"{people.cookie}={value}"))
    room.change(hidden=("data", "noise"), lesson="one-neuron", lesson_step=2)
    return students


async def press(app: App, student: Student, query: str, button: str, *, only: bool = False) -> None:
    """Open the Playground as this student, and press a button as soon as it is there.

    With `only` it has to be there, and is not pressed.
    """
    address = app.url.replace("http", "ws") + "/_stcore/stream"
    headers = {"Cookie": student.cookie}
    async with (
        asyncio.timeout(PATIENCE),
        connect(
            address, subprotocols=[PROTOCOL], proxy=None, max_size=None, additional_headers=headers
        ) as socket,
    ):
        page = Session(socket, query)
        while button not in page.buttons:
            await page.run()
        if not only:
            await page.run(click=button)


def begin(app: App, students: list[Student], stack: ExitStack) -> tuple[list[Run], Crowd]:
    """Each trains a run and watches it."""
    experiment = RECIPES["spiral"].experiment.with_set("training.epochs", 1_000_000)
    for student in students:
        alone(press(app, student, urlencode({"x": to_link(experiment)}), "train"))
    until(lambda: len(app.runs()) == len(students), "all runs")
    of = {run.meta.owner: run for run in map(Run, app.runs())}
    runs = [of[student.person] for student in students]
    tokens = Tokens(key_of(Settings(runs_dir=app.runs_dir)))
    seats = []
    for student, run in zip(students, runs, strict=True):
        query = urlencode({"token": tokens.sign(run.id, student.person)})
        seats.append((f"{app.url.replace('http', 'ws')}/wire?{query}", student.cookie))
    return runs, stack.enter_context(Crowd(seats, seed=14))


def seconds_away(crowd: Crowd, killed: float, sizes: list[int]) -> list[float]:
    """How long after now, when a server is there again, each had all that was written before."""
    now = time.monotonic()

    def back() -> list[float]:
        times = [one.back_at(killed, size) for one, size in zip(crowd.viewers, sizes, strict=True)]
        return [at for at in times if at is not None]

    until(lambda: len(back()) == len(crowd.viewers), "the students to come back")
    return [max(0.0, at - now) for at in back()]


def all_train(crowd: Crowd) -> float:
    """Wait until each sees its run train. Returns the seconds."""
    began, before = time.monotonic(), [len(one.frames) for one in crowd.viewers]

    def trains() -> bool:
        pairs = zip(crowd.viewers, before, strict=True)
        return all(one.status == "running" and len(one.frames) > count + 3 for one, count in pairs)

    until(trains, "all runs to train")
    return time.monotonic() - began


def events_in(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run.path / EVENTS_FILE).read_bytes().splitlines()]


def must_have_lost_nothing(runs: list[Run], crowd: Crowd, sessions: int) -> None:
    """Each session began at the step at which the one before ended, and viewers know all events."""
    for run, viewer in zip(runs, crowd.viewers, strict=True):
        seen = list(viewer.events)
        events = events_in(run)
        assert seen
        assert seen == events[: len(seen)]
        begun = [event["step"] for event in events if event["type"] == "fit_started"]
        ended = [event["step"] for event in events if event["type"] == "fit_ended"]
        assert len(begun) == sessions
        assert begun == [0, *ended]


def test_everybody_is_back_at_their_run_and_it_goes_on_by_itself(tmp_path: Path) -> None:
    chance, port = random.Random(14), free_port()
    runs_dir = tmp_path / "runs"
    students = join_all(runs_dir)
    kept = Classroom(runs_dir)
    away: list[float] = []
    went_on: list[float] = []
    runs: list[Run] = []
    with ExitStack() as stack:
        crowd, killed = None, 0.0
        for number in range(KILLS + 1):
            with running_app(tmp_path, port=port, class_=1) as app:
                if crowd is None:
                    runs, crowd = begin(app, students, stack)
                    all_train(crowd)
                else:
                    sizes = [(run.path / EVENTS_FILE).stat().st_size for run in runs]
                    away += seconds_away(crowd, killed, sizes)
                    went_on.append(all_train(crowd))
                    query = urlencode({"run": runs[0].id})
                    alone(press(app, students[0], query, "pause", only=True))
                must_have_lost_nothing(runs, crowd, number + 1)
                room = Classroom(runs_dir)
                assert (room.code, room.key) == (kept.code, kept.key)
                assert (room.members(), room.state) == (kept.members(), kept.state)
                time.sleep(chance.random())  # the random moment
                killed = time.monotonic()
                os.kill(app.pid, signal.SIGKILL)
    print(
        f"{KILLS} kills: back after {statistics.median(away):.2f} s, {max(away):.2f} at most;"
        f" all train again {max(went_on):.2f} s later at most"
    )
    assert len(away) == KILLS * STUDENTS
    assert max(away) <= BACK_SECONDS
