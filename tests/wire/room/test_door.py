"""The door of a class: strangers come to the form and no further; who is taken out is out."""

import asyncio
import io
import zipfile
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from nnlab.classroom import current
from nnlab.classroom.classroom import CLASS_FILE, Classroom
from nnlab.wire.people import people
from nnlab.wire.room.door import CLOSE_CODE, Door
from tests.wire.asgi import run
from tests.wire.room.asking import Browser
from tests.wire.room.conftest import MakeApp

PAGES = ("/", "/playground", "/images?x=abc", "/class", "/nothing", "/runs/")
FILES = (
    *("/_stcore/host-config", "/static/js/x.js", "/web/abc/stage.js", "/wire/frame?token=x"),
    *("/media/x.png", "/component/x/y", "/class/room.zip", "/auth/login", "/oauth2callback"),
)


@pytest.fixture
def app(make_app: MakeApp, room: Classroom) -> Starlette:
    return make_app()


def test_a_stranger_who_goes_to_a_page_comes_to_the_form(app: Starlette) -> None:
    for path in PAGES:
        answer = Browser(app).get(path)
        assert (answer.status, answer.headers["location"]) == (303, "/join"), path
        assert b"the lab" not in answer.body


def test_a_stranger_gets_no_file_and_no_answer_of_the_wire(
    app: Starlette, caplog: pytest.LogCaptureFixture
) -> None:
    for path in FILES:
        answer = Browser(app).ask("GET", path, b"", {"accept": "*/*"})
        assert answer.status == 403, path
        assert b"the lab" not in answer.body
    assert "somebody who is not in the class (192.0.2.7)" in caplog.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "HEAD", "OPTIONS", "PATCH"])
def test_a_stranger_can_send_nothing(app: Starlette, method: str) -> None:
    for path in ("/_stcore/upload_file/a/b", "/", "/lecture"):
        answer = Browser(app).ask(method, path, b"x", {"content-length": "1"})
        assert answer.status in (403, 405), path


@pytest.mark.parametrize(
    "cookie", ["x", "", "W10.x", "IjEyMzQi.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "a" * 500]
)
def test_a_forged_cookie_is_a_strangers(app: Starlette, room: Classroom, cookie: str) -> None:
    browser = Browser(app, keeps_cookies=False, cookies={people().cookie: cookie})
    assert browser.get("/").status == 303


def test_health_is_everybodys(app: Starlette) -> None:
    assert Browser(app).get("/_stcore/health").body == b"the lab at /_stcore/health"


def test_members_pass(app: Starlette, room: Classroom) -> None:
    browser = Browser(app)
    browser.join(room.code, "Anna")
    for path in ("/", "/playground", "/static/js/x.js"):
        assert browser.get(path).body == f"the lab at {path}".encode()


def test_who_is_taken_out_is_a_stranger_at_the_next_request(
    app: Starlette, room: Classroom
) -> None:
    browser = Browser(app)
    browser.join(room.code, "Anna")
    assert browser.get("/").status == 200
    room.remove(room.members()[0].person)
    assert browser.get("/").headers["location"] == "/join"


def test_only_the_lecturer_takes_all_of_it_along(app: Starlette, room: Classroom) -> None:
    student, lecturer = Browser(app), Browser(app)
    student.join(room.code, "Anna")
    assert student.get("/class/room.zip").status == 403
    lecturer.get(f"/lecture?key={room.key}")
    answer = lecturer.get("/class/room.zip")
    assert answer.headers["content-disposition"].startswith('attachment; filename="class-')
    names = zipfile.ZipFile(io.BytesIO(answer.body)).namelist()
    assert {"results.csv", "members.json"} <= set(names)


def test_a_class_that_cannot_be_read_lets_nobody_in(make_app: MakeApp, room: Classroom) -> None:
    app, browser = make_app(), Browser(make_app())
    browser.join(room.code, "Anna")
    (room.folder / CLASS_FILE).write_text("{")
    current._only.cache_clear()
    browser.app = app
    answer = browser.get("/")
    assert answer.status == 503
    assert b"delete it, and another class begins" in answer.body
    assert str(room.folder.parent.parent).encode() not in answer.body


# Sockets -----------------------------------------------------------------------------------------


def scope_of(person_cookie: str = "") -> Scope:
    known = people()
    cookies = [(b"cookie", f"{known.cookie}={person_cookie}".encode())] if person_cookie else []
    return {
        "type": "websocket",
        "path": "/_stcore/stream",
        "client": ("192.0.2.7", 1),
        "headers": cookies,
        "extensions": {},
    }


class Page:
    """An application that says what it hears."""

    def __init__(self) -> None:
        self.heard: list[Message] = []

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            self.heard.append(message)
            if message["type"] == "websocket.disconnect":
                return
            await send({"type": "websocket.send", "bytes": b"answer"})


async def until(holds: Any) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.005)


def test_a_strangers_socket_is_not_opened(room: Classroom) -> None:
    async def asked() -> None:
        page, sent = Page(), []

        async def send(message: Message) -> None:
            sent.append(message)

        await Door(page, str.encode)(scope_of(), asyncio.Queue().get, send)
        assert page.heard == []
        assert [message["type"] for message in sent] == ["websocket.close"]

    run(asked())


def test_the_sockets_of_who_is_taken_out_are_closed_and_others_stay_open(
    room: Classroom,
) -> None:
    async def asked() -> None:
        page, known = Page(), people()
        door = Door(page, str.encode)
        sent: dict[str, list[Message]] = {"anna": [], "ben": []}
        come: dict[str, asyncio.Queue[Message]] = {name: asyncio.Queue() for name in sent}
        tasks, persons = {}, {}
        for name in sent:
            cookie = known.new_cookie()
            persons[name] = known.person_of({known.cookie: cookie})
            room.join(persons[name], name, room.code)

            async def send(message: Message, to: list[Message] = sent[name]) -> None:
                to.append(message)

            tasks[name] = asyncio.create_task(door(scope_of(cookie), come[name].get, send))
            come[name].put_nowait({"type": "websocket.connect"})
        await until(lambda: len(page.heard) == 2)
        room.remove(persons["anna"])
        async with asyncio.timeout(30):
            await tasks["anna"]
        assert sent["anna"][-2]["bytes"] == b"/join"  # the page goes there
        assert sent["anna"][-1]["type"] == "websocket.close"
        assert sent["anna"][-1]["code"] == CLOSE_CODE
        come["ben"].put_nowait({"type": "websocket.receive", "bytes": b"x"})
        await until(lambda: len(sent["ben"]) == 2)
        assert not tasks["ben"].done()
        come["ben"].put_nowait({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(30):
            await tasks["ben"]

    run(asked())
