"""The wire in a class, over real sockets: whose token goes with which cookie, and for how long."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from nnlab.classroom.classroom import Classroom
from nnlab.runs.store import Run
from nnlab.wire import hub, socket, tokens
from nnlab.wire.people import People, people
from tests.classroom.of_server import class_of_server
from tests.wire.bench import START, Server, a_run, close_of, receive, until


@pytest.fixture
def room(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    monkeypatch.setattr(socket, "ASK_AGAIN_SECONDS", 0.02)
    with class_of_server(monkeypatch) as found:
        yield found


class Browser:
    """A cookie, and the person that it names."""

    def __init__(self) -> None:
        known = people()
        value = known.new_cookie()
        self.person = known.person_of({known.cookie: value})
        self.cookie = f"{known.cookie}={value}"

    def sign(self, run: Run) -> str:
        return hub.sign(run.id, self.person)


@pytest.fixture
def anna(room: Classroom) -> Browser:
    browser = Browser()
    room.join(browser.person, "Anna", room.code)
    return browser


@pytest.fixture
def ben(room: Classroom) -> Browser:
    browser = Browser()
    room.join(browser.person, "Ben", room.code)
    return browser


@pytest.fixture
def run(anna: Browser, runs_dir: Path) -> Run:
    run = a_run(runs_dir, steps=3)
    run.change_meta(owner=anna.person)
    return run


def codes(server: Server, token: str, cookie: str | None) -> tuple[int, int]:
    """Of a socket that is closed (0: it gets frames), and of a plain request."""
    headers = {} if cookie is None else {"Cookie": cookie}
    code = 0
    with server.connect(token, additional_headers=headers) as viewer:
        try:
            viewer.send(json.dumps(START))
            receive(viewer)
        except ConnectionClosed:
            code, _reason = close_of(viewer)
    return code, server.plain(token, headers=headers)[0]


def refusals(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "Refused" in record.getMessage()]


def test_the_owner_watches_and_the_lecturer_does(
    server: Server, room: Classroom, run: Run, anna: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    lecturer = Browser()
    room.enter(lecturer.person, room.key)
    for browser in (anna, lecturer):
        assert codes(server, browser.sign(run), browser.cookie) == (0, 200)
    assert refusals(caplog) == []


def test_nobody_else_watches_whatever_token_and_cookie_they_bring(
    server: Server,
    room: Classroom,
    run: Run,
    anna: Browser,
    ben: Browser,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.WARNING)
    stranger = Browser()
    other = People(b"k" * 32)
    name = anna.cookie.partition("=")[0]
    forged = f"{name}={other.new_cookie()}"
    said = anna.cookie.partition("=")[2].strip('"')
    swapped = f"{name}={ben.person!r}{said[said.rindex('.') :]}"
    own = anna.sign(run)
    tried: dict[str, tuple[str, str | None, int]] = {
        "Anna's token, no cookie": (own, None, 4401),
        "Anna's token, Ben's cookie": (own, ben.cookie, 4401),
        "Anna's token, a stranger's cookie": (own, stranger.cookie, 4401),
        "Anna's token, another server's cookie": (own, forged, 4401),
        "Anna's token, a cookie with another's name": (own, swapped, 4401),
        "a token of Ben's for Anna's run": (ben.sign(run), ben.cookie, 4403),
        "a stranger's": (stranger.sign(run), stranger.cookie, 4403),
        "a lab's without people, no cookie": (hub.sign(run.id), None, 4403),
        "a lab's without people, Ben's cookie": (hub.sign(run.id), ben.cookie, 4403),
        "another server's token": (tokens.Tokens(b"k" * 32).sign(run.id, anna.person),
                                   anna.cookie, 4401),
        "a token that was changed": (own[:-2] + ("aa" if own[-2:] != "aa" else "bb"),
                                     anna.cookie, 4401),
        "no token": ("", anna.cookie, 4401),
    }  # fmt: skip
    for what, (token, cookie, code) in tried.items():
        caplog.clear()
        assert codes(server, token, cookie) == (code, code - 4000), what
        assert len(refusals(caplog)) == 2, f"{what}: {caplog.text}"
    monkeypatch.setattr(tokens, "VALID_SECONDS", -1)
    caplog.clear()
    assert codes(server, own, anna.cookie) == (4401, 401)
    assert len(refusals(caplog)) == 2


def test_a_run_that_is_shared_is_watched_by_the_class_and_by_no_stranger(
    server: Server, room: Classroom, run: Run, ben: Browser
) -> None:
    run.change_meta(shared=True)
    assert codes(server, ben.sign(run), ben.cookie) == (0, 200)
    stranger = Browser()
    assert codes(server, stranger.sign(run), stranger.cookie) == (4403, 403)


@pytest.mark.parametrize("end", ["removed", "unshared", "another class"])
def test_who_may_look_no_more_gets_no_frame_more(
    server: Server, room: Classroom, run: Run, ben: Browser, end: str
) -> None:
    run.change_meta(shared=True)
    headers = {"Cookie": ben.cookie}
    with server.connect(ben.sign(run), additional_headers=headers) as viewer:
        viewer.send(json.dumps(START))
        assert receive(viewer).steps == [0, 1, 2, 3]
        match end:
            case "removed":
                room.remove(ben.person)
            case "unshared":
                run.change_meta(shared=False)
            case "another class":
                room.begin_anew()
        assert close_of(viewer)[0] == 4403
    until(lambda: hub.viewers() == 0)


def test_the_run_that_is_followed_is_watched_as_long_as_it_is(
    server: Server, room: Classroom, run: Run, ben: Browser
) -> None:
    room.change(following=run.id)
    headers = {"Cookie": ben.cookie}
    with server.connect(ben.sign(run), additional_headers=headers) as viewer:
        viewer.send(json.dumps(START))
        assert receive(viewer).steps == [0, 1, 2, 3]
        room.change(following=None)
        assert close_of(viewer)[0] == 4403


def test_where_there_is_no_class_nobody_is_asked_again(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Run] = []
    monkeypatch.setattr(socket, "ASK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(hub.Hub, "must_still_see", lambda _hub, run, _who: asked.append(run))
    run = a_run(runs_dir, steps=1)
    with server.watch(run) as viewer:
        receive(viewer)
        assert server.plain(run)[0] == 200
    assert asked == []
