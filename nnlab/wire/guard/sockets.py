"""Limits of sockets: their number, and the size and rate of their messages.

A lecture of 300 behind one router has a page and a run's wire open each: 600 sockets from one
address, and some have two tabs. One person has some tabs: 20 of them are 40 sockets.
"""

import asyncio
from typing import Literal, Protocol

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnected

from nnlab.texts import _
from nnlab.visitor import Visitor
from nnlab.wire.guard.buckets import Buckets
from nnlab.wire.guard.log import refused
from nnlab.wire.guard.memory import Memory
from nnlab.wire.guard.shares import Most, Shares
from nnlab.wire.guard.turns import Turn, Turns

OPEN = Most(person=40, address=1_000, all=2_000)
MESSAGE_BYTES = 1_000_000
"""Limit for one message to the server: a form takes some kB. uvicorn itself accepts no longer ones,
see `server.maxMessageSize` in .streamlit/config.toml."""
RATE, BURST = 10.0, 60.0
"""Messages a second of all pages of one person, and after a pause; who is quicker waits. A slider
that is dragged sends five."""

Kind = Literal["run", "other", "ignored"]


class PageProtocol(Protocol):
    """The messages of Streamlit and its pages, as far as the guard needs to know them."""

    def kind(self, data: bytes) -> Kind:
        """Return the kind of a page's message: whether it reruns the page, or is to be blocked.

        Raises:
            ValueError: it is none.
        """
        ...

    def ends(self, data: bytes) -> bool:
        """Whether a message to a page says that its run is over."""
        ...


class GuardedSockets:
    """Lets sockets through to an application, within limits.

    Args:
        app: what serves them.
        stream: the path of those that Streamlit's pages open.
        protocol: of these.
        open_at_once: how many.
        turns: of the pages' runs.
        memory: of the machine.
    """

    def __init__(
        self,
        app: ASGIApp,
        stream: str,
        protocol: PageProtocol,
        open_at_once: Most = OPEN,
        turns: Turns | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._memory = memory or Memory()
        self._app, self._stream, self._protocol = app, stream, protocol
        self._open, self._turns = Shares(open_at_once), turns or Turns()
        self._messages = Buckets(RATE, BURST)

    async def serve(self, visitor: Visitor, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket, or refuse it before anything is done for it."""
        if not self._open.fits(visitor):
            refused("a socket: too many are open", visitor)
            text = _("Too many tabs of the lab are open: close some, and reload the page.")
            await refuse(text, 10, scope, receive, send)
            return
        if scope["path"] == self._stream and not self._memory.is_enough():
            refused("a page: the memory is nearly used up", visitor)
            text = _("The lab is full: come back later.")
            await refuse(text, 30, scope, receive, send)
            return
        self._open.take(visitor)
        try:
            if scope["path"] == self._stream:
                page = _Page(visitor, self._protocol, self._turns, self._messages, receive, send)
                try:
                    await self._app(scope, page.receive, page.send)
                except WebSocketDisconnected:
                    pass  # it went, and Streamlit would have read or closed it then
                finally:
                    page.leave()
            else:
                await self._app(scope, receive, send)
        finally:
            self._open.give_back(visitor)


class _Page:
    """The socket of one page."""

    def __init__(
        self,
        visitor: Visitor,
        protocol: PageProtocol,
        turns: Turns,
        messages: Buckets,
        receive: Receive,
        send: Send,
    ) -> None:
        self._visitor, self._protocol, self._turns = visitor, protocol, turns
        self._receive, self._send = receive, send
        self._messages = messages
        self._turn: Turn | None = None
        self._closed = False

    async def receive(self) -> Message:
        """The next message, as soon as it may have its way. Meanwhile no other is read."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive" or self._closed:
                return message
            kind = self._kind(message)
            if kind is None:
                return await self._close()
            if seconds := self._messages.wait(self._visitor.key):
                await asyncio.sleep(seconds)
            if kind == "ignored":
                continue
            # A page that runs already begins anew: that is no further run.
            if kind == "run" and (self._turn is None or self._turn.is_over):
                self._turn = await self._turns.take(self._visitor)
            return message

    async def send(self, message: Message) -> None:
        """Pass it on. After the guard closed the socket there is nobody to send to."""
        if self._closed:
            return
        await self._send(message)
        data = message.get("bytes")
        if self._turn is not None and data is not None and self._protocol.ends(data):
            self._turn.give_back()

    def leave(self) -> None:
        """The socket is gone."""
        if self._turn is not None:
            self._turn.give_back()

    def _kind(self, message: Message) -> Kind | None:
        data = message.get("bytes")
        if data is None or len(data) > MESSAGE_BYTES:
            return None
        try:
            return self._protocol.kind(data)
        except ValueError:
            return None

    async def _close(self) -> Message:
        refused("a message that is none of a page", self._visitor)
        self._closed = True
        await self._send({"type": "websocket.close", "code": 1002})
        return {"type": "websocket.disconnect", "code": 1002}


async def refuse(text: str, seconds: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request or a socket that was not opened with 429, and when to come back."""
    if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        headers = {"Retry-After": str(seconds), "Connection": "close"}
        # Starlette answers with the messages of the extension where the scope is a socket's.
        await PlainTextResponse(text, 429, headers)(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1013})
