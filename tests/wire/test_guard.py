"""The guard before an application, without a server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from nnlab.visitor import Visitor
from nnlab.wire.guard import guard as module
from nnlab.wire.guard import sockets as guard_sockets
from nnlab.wire.guard.buckets import Buckets
from nnlab.wire.guard.guard import Guard
from nnlab.wire.guard.memory import RESERVE, Memory
from nnlab.wire.guard.shares import Most
from nnlab.wire.guard.sockets import GuardedSockets, Kind
from nnlab.wire.guard.turns import Turns
from nnlab.wire.guard.uploads import FILE_BYTES, GuardedUploads
from nnlab.wire.people import people
from tests.wire.asgi import run

STREAM = "/_stcore/stream"
FILE = "/_stcore/upload_file/session/file"
Serve = Callable[[Scope, Receive, Send], Awaitable[None]]


class Protocol:
    """A page that says `run`, `other` or `ignored`, and is told `end`."""

    def kind(self, data: bytes) -> Kind:
        match data[:7]:
            case b"run" | b"runrunr":
                return "run"
            case b"other":
                return "other"
            case b"ignored":
                return "ignored"
        raise ValueError(data)

    def ends(self, data: bytes) -> bool:
        return data == b"end"


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        body = await Request(scope, receive).body()
        await PlainTextResponse(f"hello {len(body)}")(scope, receive, send)


def scope_of(kind: str, path: str = "/", **more: Any) -> Scope:
    address = more.pop("address", "192.0.2.7")
    headers = [(name.encode(), value.encode()) for name, value in more.pop("headers", {}).items()]
    return {
        "type": kind,
        "method": "GET",
        "path": path,
        "query_string": b"",
        "client": (address, 1),
        "headers": headers,
        "extensions": {"websocket.http.response": {}},
        **more,
    }


async def status(serve: Serve, scope: Scope, *parts: bytes, stalls: bool = False) -> int:
    """What a request with this body is answered."""
    sent: list[Message] = []
    waiting = list(parts) or [b""]

    async def receive() -> Message:
        if not waiting:
            if stalls:
                await asyncio.sleep(3600)
            return {"type": "http.disconnect"}
        part = waiting.pop(0)
        return {"type": "http.request", "body": part, "more_body": stalls or bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    await serve(scope, receive, send)
    return sent[0]["status"]


class Socket:
    """One end of a socket whose other end the guard lets through to `app`."""

    def __init__(self, sockets: GuardedSockets, visitor: Visitor, path: str = STREAM) -> None:
        self.to_server: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []
        scope = scope_of("websocket", path)
        self.task = asyncio.create_task(
            sockets.serve(visitor, scope, self.to_server.get, self._take)
        )

    async def _take(self, message: Message) -> None:
        self.sent.append(message)

    def say(self, data: bytes | str) -> None:
        name = "text" if isinstance(data, str) else "bytes"
        self.to_server.put_nowait({"type": "websocket.receive", name: data})

    async def leave(self) -> None:
        self.to_server.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self.task


class Pages:
    """An application that keeps what it is told, by socket, and what it can say."""

    def __init__(self) -> None:
        self.heard: list[list[bytes]] = []
        self.say: list[Send] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        heard: list[bytes] = []
        self.heard.append(heard)
        self.say.append(send)
        while (message := await receive())["type"] != "websocket.disconnect":
            heard.append(message["bytes"])


ANNA, BERT = Visitor("anna", "192.0.2.7"), Visitor("bert", "192.0.2.7")
CARL = Visitor("carl", "192.0.2.8")


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.001)


def test_sockets_above_a_limit_are_refused_and_others_take_their_places() -> None:
    async def asked() -> None:
        pages = Pages()
        sockets = GuardedSockets(pages, STREAM, Protocol(), Most(person=2, address=3, all=9))
        first, second = Socket(sockets, ANNA), Socket(sockets, ANNA, "/wire")
        await until(lambda: len(pages.say) == 2)
        third = Socket(sockets, ANNA)
        await third.task
        assert third.sent[0]["type"] == "websocket.http.response.start"
        assert third.sent[0]["status"] == 429
        assert len(pages.say) == 2
        await first.leave()
        fourth = Socket(sockets, ANNA)
        await until(lambda: len(pages.say) == 3)
        for socket in (second, fourth):
            await socket.leave()

    run(asked())


@pytest.mark.parametrize("said", [b"garbage", "text", b"", b"run" * 400_000])
def test_what_is_no_message_of_a_page_closes_the_socket_and_is_not_passed_on(
    said: bytes | str,
) -> None:
    async def asked() -> None:
        pages = Pages()
        socket = Socket(GuardedSockets(pages, STREAM, Protocol()), ANNA)
        socket.say(said)
        await asyncio.wait_for(socket.task, 30)
        assert pages.heard == [[]]
        assert socket.sent == [{"type": "websocket.close", "code": 1002}]
        await pages.say[0]({"type": "websocket.send", "bytes": b"late"})
        assert len(socket.sent) == 1

    run(asked())


def test_messages_for_developers_do_not_reach_streamlit() -> None:
    async def asked() -> None:
        pages = Pages()
        socket = Socket(GuardedSockets(pages, STREAM, Protocol()), ANNA)
        for said in (b"ignored", b"other", b"ignored"):
            socket.say(said)
        await socket.leave()
        assert pages.heard == [[b"other"]]

    run(asked())


def test_a_socket_that_says_much_is_heard_at_its_rate_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def asked() -> None:
        pages = Pages()
        socket = Socket(GuardedSockets(pages, STREAM, Protocol()), ANNA)
        for _ in range(100):
            socket.say(b"other")
        await socket.leave()
        assert len(pages.heard[0]) == 100

    monkeypatch.setattr(guard_sockets.asyncio, "sleep", sleep)
    run(asked())
    # Nothing slept really, so that each message owes for all before it.
    assert 100 - guard_sockets.BURST - 5 <= len(slept) <= 100 - guard_sockets.BURST
    assert max(slept) == pytest.approx(len(slept) / guard_sockets.RATE, rel=0.2)


def test_pages_of_one_person_run_one_after_the_other_and_anothers_at_once() -> None:
    async def asked() -> None:
        pages = Pages()
        turns = Turns(Most(person=1, address=9, all=9), seconds=3600)
        sockets = GuardedSockets(pages, STREAM, Protocol(), turns=turns)
        first, second = Socket(sockets, ANNA), Socket(sockets, ANNA)
        await until(lambda: len(pages.say) == 2)
        first.say(b"run")
        await until(lambda: pages.heard[0] == [b"run"])
        second.say(b"run")
        first.say(b"run")  # begins anew: no further run
        await until(lambda: pages.heard[0] == [b"run"] * 2)
        other = Socket(sockets, CARL)
        other.say(b"run")
        await until(lambda: pages.heard[2:] == [[b"run"]])
        await pages.say[0]({"type": "websocket.send", "bytes": b"a part"})
        await asyncio.sleep(0)
        assert pages.heard[1] == []
        await pages.say[0]({"type": "websocket.send", "bytes": b"end"})
        await until(lambda: pages.heard[1] == [b"run"])
        first.say(b"run")
        await second.leave()  # as good as an end
        await until(lambda: pages.heard[0] == [b"run"] * 3)
        for socket in (first, other):
            await socket.leave()

    run(asked())


def test_streamlit_reading_a_socket_that_is_gone_is_no_error() -> None:
    async def reads_on(scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        await socket.close()
        await socket.close()

    async def asked() -> None:
        sockets = GuardedSockets(reads_on, STREAM, Protocol())
        socket = Socket(sockets, ANNA)
        socket.to_server.put_nowait({"type": "websocket.connect"})
        await asyncio.wait_for(socket.task, 30)
        assert socket.sent[-1]["type"] == "websocket.close"
        assert not sockets._open._held

    run(asked())


@pytest.fixture
def guard() -> Guard:
    return Guard(hello, Protocol(), dict)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", 200),
        ("HEAD", "/any", 200),
        ("OPTIONS", FILE, 200),
        ("GET", "/_stcore/metrics", 404),
        ("DELETE", FILE, 200),
        ("DELETE", "/", 405),
        ("POST", "/", 405),
        ("POST", FILE, 405),
        ("PUT", "/", 405),
        ("TRACE", "/", 405),
    ],
)
def test_only_reading_and_files_have_methods(
    guard: Guard, method: str, path: str, expected: int
) -> None:
    async def asked() -> None:
        assert await status(guard, scope_of("http", path, method=method)) == expected

    run(asked())


def test_a_class_that_opens_the_lab_at_once_waits_and_one_who_asks_for_more_is_refused(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sleep(_seconds: float) -> None:
        return

    async def asked() -> None:
        count = 300 * 6 + module.ADDRESS_BURST  # browsers fetch six files at a time
        got = [await status(guard, scope_of("http")) for _ in range(int(count))]
        assert set(got) == {200}
        more = [await status(guard, scope_of("http")) for _ in range(1000)]
        assert 429 in more
        assert await status(guard, scope_of("http", address="192.0.2.8")) == 200

    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    run(asked())


def test_one_address_opens_a_lecture_of_sockets_at_once_and_then_few_a_second(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def asked() -> None:
        for _ in range(int(module.OPENING_BURST)):
            await guard(scope_of("websocket"), no_message, nothing)
        assert slept == []
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        for _ in range(int(module.OPENING_RATE * module.WAIT_SECONDS) + 50):
            await guard(scope_of("websocket"), no_message, send)
        assert slept
        assert sent[0]["status"] == 429

    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    run(asked())


async def no_message() -> Message:
    return {"type": "websocket.disconnect"}


async def nothing(message: Message) -> None:
    raise AssertionError(message)


def test_one_person_is_slowed_before_the_address_is(guard: Guard) -> None:
    guard._persons = Buckets(rate=1, burst=2)
    known = people()
    headers = {"cookie": f"{known.cookie}={known.new_cookie()}"}
    scope = scope_of("http", headers=headers)

    async def asked() -> None:
        visitor = module.visitor_in(scope)
        assert visitor.person
        waits = [guard.seconds_to_wait(visitor) for _ in range(5)]
        assert waits == pytest.approx([0, 0, 1, 2, 3], abs=0.5)
        assert guard.seconds_to_wait(module.visitor_in(scope_of("http"))) == 0

    run(asked())


def put(uploads: GuardedUploads, visitor: Visitor, session: str = "session") -> Serve:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await uploads.put(visitor, session, scope, receive, send)

    return serve


def sized(size: object, **headers: str) -> Scope:
    return scope_of("http", FILE, method="PUT", headers={"content-length": str(size)} | headers)


def test_files_are_bounded_for_a_person_an_address_and_all_by_what_is_held_already() -> None:
    held: dict[str, int] = {}
    uploads = GuardedUploads(hello, lambda: held, Most(person=10, address=15, all=20))

    async def asked() -> None:
        assert await status(put(uploads, ANNA, "a"), sized(11), b"x" * 11) == 413
        assert await status(put(uploads, ANNA, "a"), sized(10), b"x" * 10) == 200
        assert await status(put(uploads, ANNA, "a"), sized(10), b"x" * 10) == 200  # it is gone
        held["a"] = 8
        assert await status(put(uploads, ANNA, "a"), sized(3), b"xxx") == 413
        assert await status(put(uploads, ANNA, "other"), sized(2), b"xx") == 200
        assert await status(put(uploads, BERT, "b"), sized(8), b"x" * 8) == 413
        assert await status(put(uploads, BERT, "b"), sized(7), b"x" * 7) == 200
        held["b"] = 7
        assert await status(put(uploads, CARL, "c"), sized(6), b"x" * 6) == 413
        assert await status(put(uploads, CARL, "c"), sized(5), b"x" * 5) == 200
        held.clear()
        assert await status(put(uploads, ANNA, "a"), sized(10), b"x" * 10) == 200
        assert not uploads._coming._held

    run(asked())


def test_one_file_is_bounded_by_itself() -> None:
    uploads = GuardedUploads(hello, dict)

    async def asked() -> None:
        assert await status(put(uploads, ANNA), sized(FILE_BYTES + 1)) == 413
        assert await status(put(uploads, ANNA), sized(FILE_BYTES)) == 200

    run(asked())


def test_what_is_on_its_way_counts() -> None:
    uploads = GuardedUploads(hello, dict, Most(person=10, address=99, all=99), seconds=0.2)

    async def asked() -> None:
        slow = asyncio.create_task(
            status(put(uploads, ANNA), sized(8), b"xx", stalls=True)  # and then nothing
        )
        await asyncio.sleep(0)
        assert await status(put(uploads, ANNA), sized(3), b"xxx") == 413
        assert await asyncio.wait_for(slow, 30) == 408
        assert await status(put(uploads, ANNA), sized(3), b"xxx") == 200

    run(asked())


@pytest.mark.parametrize("said", ["", "-1", "1e3", "9" * 20, "²"])
def test_a_file_without_its_size_is_refused(said: str) -> None:
    uploads = GuardedUploads(hello, dict)

    async def asked() -> None:
        assert await status(put(uploads, ANNA), sized(said)) == 411
        chunked = {"transfer-encoding": "chunked"}
        assert await status(put(uploads, ANNA), sized(3, **chunked)) == 411

    run(asked())


def test_one_who_goes_in_the_middle_of_a_file_makes_no_error() -> None:
    uploads = GuardedUploads(hello, dict)

    async def asked() -> None:
        gone = [{"type": "http.request", "body": b"xx", "more_body": True}]
        gone.append({"type": "http.disconnect"})

        async def receive() -> Message:
            return gone.pop(0)

        async def send(message: Message) -> None:
            raise AssertionError(message)

        await uploads.put(ANNA, "session", sized(10), receive, send)
        assert not uploads._coming._held

    run(asked())


def test_where_the_memory_is_nearly_used_up_no_further_page_opens() -> None:
    now, free = 0.0, RESERVE - 1.0
    memory = Memory(lambda: free, lambda: now)

    async def pages(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def asked() -> None:
        nonlocal now, free
        sockets = GuardedSockets(pages, STREAM, Protocol(), memory=memory)
        await sockets.serve(ANNA, scope_of("websocket", STREAM), no_message, send)
        assert sent[0]["status"] == 429
        assert sockets._open.fits(ANNA)
        await sockets.serve(ANNA, scope_of("websocket", "/wire"), no_message, send)
        assert sent[-1]["type"] == "websocket.accept", "who watches already costs little"
        sent.clear()
        now, free = 1.0, float(RESERVE)
        await sockets.serve(ANNA, scope_of("websocket", STREAM), no_message, send)
        assert sent[-1]["type"] == "websocket.accept"

    run(asked())
