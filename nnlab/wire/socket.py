"""`/wire`: a WebSocket, one run, as many frames as there is news."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Generic, TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect

from nnlab.errors import NnlabError
from nnlab.runs.store import Run
from nnlab.visitor import Role, Visitor
from nnlab.wire.hub import Hub, hub
from nnlab.wire.origin import must_be_own
from nnlab.wire.people import visitor_in
from nnlab.wire.refusals import RefusedError, refusal_of, silent, stuck, too_many_messages
from nnlab.wire.request import WireRequest, from_message
from nnlab.wire.viewer import Viewer

FIRST_SECONDS = 10.0
"""Until the first message has to be here."""
READ_SECONDS = 30.0
"""Until what was sent has to be taken: a socket's buffer holds some 64 kB."""
CLOSE_SECONDS = 1.0
MESSAGES_A_SECOND = 20
ASK_AGAIN_SECONDS = 2.0
"""Seconds for which a viewer who lost the right to look may go on."""
ENDING: frozenset[Role] = frozenset({"student", "lecturer"})
"""Roles of a class, which end. Whoever has none of these keeps what they were admitted to."""
Message = TypeVar("Message")


async def converse(socket: WebSocket, allowed: Collection[str] = ()) -> None:
    """Serve one socket until it or the run is gone.

    It is accepted first: a browser sees the code of a socket that is closed, and nothing of one
    that was not opened.
    """
    await socket.accept()
    try:
        must_be_own(socket.headers, allowed)
        shared = hub()
        with shared.place():
            token = socket.query_params.get("token", "")
            visitor = visitor_in(socket.scope)
            run = shared.admit(token, visitor)
            await _serve(socket, shared, run, visitor)
    except NnlabError as error:
        await close(socket, refusal_of("", error))
    except WebSocketDisconnect:
        pass  # it went: nobody is there to be told


async def _serve(socket: WebSocket, shared: Hub, run: Run, visitor: Visitor) -> None:
    incoming = Incoming(socket, from_message)
    try:
        async with asyncio.timeout(FIRST_SECONDS):
            asked = await incoming.next()
    except TimeoutError:
        raise silent() from None
    try:
        await _exchange(socket, shared, run, visitor, incoming, asked)
    except OSError as error:
        raise refusal_of(run.id, error) from error


async def _exchange(
    socket: WebSocket,
    shared: Hub,
    run: Run,
    visitor: Visitor,
    incoming: "Incoming[WireRequest]",
    asked: WireRequest,
) -> None:
    """Send, listen, and ask whether the visitor may still look, until one of these ends."""
    waker = asyncio.Event()
    with shared.feed(run, waker) as feed:
        viewer = Viewer(feed, asked, waker)
        sides = [_send_news(socket, viewer), _listen(incoming, viewer)]
        if visitor.role in ENDING:
            sides.append(_ask_again(shared, run, visitor))
        await both(*sides)


async def both(*sides: Coroutine[Any, Any, None]) -> None:
    """Do all at once until one of them ends; raises what it raised."""
    tasks = tuple(map(asyncio.create_task, sides))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _send_news(socket: WebSocket, viewer: Viewer) -> None:
    while True:
        frame = await viewer.wait() or viewer.sign_of_life()
        await send(socket, frame.data)


async def send(socket: WebSocket, data: bytes) -> None:
    """Send a message. Raises RefusedError: nothing is read on the other side."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            await socket.send_bytes(data)
    except TimeoutError:
        raise stuck() from None


async def _ask_again(shared: Hub, run: Run, visitor: Visitor) -> None:
    while True:
        await asyncio.sleep(ASK_AGAIN_SECONDS)
        shared.must_still_see(run, visitor)


async def _listen(incoming: "Incoming[WireRequest]", viewer: Viewer) -> None:
    while True:
        viewer.want(await incoming.next())


class Incoming(Generic[Message]):
    """The messages of one socket, so many a second."""

    def __init__(self, socket: WebSocket, read: Callable[[str | bytes | None], Message]) -> None:
        """`read` says what a message asks for; raises RefusedError where it is none."""
        self._socket, self._read = socket, read
        self._times: deque[float] = deque(maxlen=MESSAGES_A_SECOND)

    async def next(self) -> Message:
        """The next request.

        Raises:
            RefusedError: it is none, or one too many.
            WebSocketDisconnect: the socket is closed.
        """
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"], message.get("reason"))
        now = time.monotonic()
        if len(self._times) == self._times.maxlen and now - self._times[0] < 1:
            raise too_many_messages(MESSAGES_A_SECOND)
        self._times.append(now)
        text = message.get("text")
        return self._read(message.get("bytes") if text is None else text)


async def close(socket: WebSocket, refusal: RefusedError) -> None:
    """Say why. One who reads nothing cannot be told: the connection ends without it."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(refusal.code, refusal.short)
    except (TimeoutError, WebSocketDisconnect):
        pass
