"""The door of a class: who did not join comes no further than the form.

It asks the class anew for every request, so that whoever is taken out is out at once; sockets that
they hold are closed within a second.
"""

import asyncio
import contextlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.current import classroom
from nnlab.errors import NnlabError
from nnlab.settings import read_settings
from nnlab.texts import _
from nnlab.visible import without_folders
from nnlab.wire.guard.log import refused
from nnlab.wire.paths import below
from nnlab.wire.people import cookies_of, visitor_in
from nnlab.wire.room.login import Login, NoLogin

OPEN = ("/join", "/lecture", "/_stcore/health")
"""Addresses that a stranger may ask."""
OF_LOGIN = ("/auth/login", "/auth/logout", "/oauth2callback")
"""Streamlit's own, where somebody may sign in."""
LOOK_SECONDS = 0.5
CLOSE_CODE = 4403


class Door:
    """ASGI middleware. Without a class it passes everything on.

    Args:
        app: what answers.
        leave_for: makes the message that sends an open page to an address.
        base: `server.baseUrlPath`, with or without slashes around it.
        login: what signs lecturers in, if anything does.
    """

    def __init__(
        self,
        app: ASGIApp,
        leave_for: Callable[[str], bytes],
        base: str = "",
        login: Login | None = None,
    ) -> None:
        self._app, self._leave_for = app, leave_for
        self._stream = below(base, "/_stcore/stream")
        self._login = login or NoLogin()
        self._open = {below(base, path) for path in OPEN}
        self._of_login = {below(base, path) for path in OF_LOGIN}
        self._join, self._lecture = below(base, "/join"), below(base, "/lecture")
        self._sockets: dict[_Socket, str] = {}
        """Open sockets, each with its person."""
        self._watch: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it pass, or send it to the form, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            room = _room()
        except NnlabError as error:  # the class's file: nobody is known, nobody is let in
            text = without_folders(str(error))
            await _refuse(PlainTextResponse(text, 503), scope, receive, send)
            return
        if room is None:
            await self._app(scope, receive, send)
        elif visitor_in(scope).role == "stranger":
            await self._stop(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._hold(room, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _stop(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        is_request = scope["type"] == "http"
        may_sign_in = path in self._of_login and bool(self._login.address())
        if is_request and (path in self._open or may_sign_in):
            await self._app(scope, receive, send)
        elif is_request and _is_page(scope):
            who = self._login.who(cookies_of(scope))
            place = self._lecture if who is not None and who.is_lecturer else self._join
            headers = {"Cache-Control": "no-store"}
            await RedirectResponse(place, 303, headers)(scope, receive, send)
        else:
            refused("somebody who is not in the class", visitor_in(scope))
            text = _("Only members of the class come in: join at {address}.", address=self._join)
            await _refuse(PlainTextResponse(text, 403), scope, receive, send)

    async def _hold(self, room: Classroom, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket as long as its person is in the class."""
        is_page = scope["path"] == self._stream
        socket = _Socket(receive, send, self._leave_for(self._join) if is_page else None)
        self._sockets[socket] = visitor_in(scope).person
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look(room))
        try:
            await self._app(scope, socket.receive, socket.send)
        finally:
            del self._sockets[socket]
            socket.leave()

    async def _look(self, room: Classroom) -> None:
        """Close the sockets of those who are in the class no more, while there are any sockets."""
        seen = -1
        while self._sockets:
            if room.version != seen:
                seen = room.version
                gone = [one for one, who in self._sockets.items() if room.member(who) is None]
                for socket in gone:
                    socket.close()
            await asyncio.sleep(LOOK_SECONDS)


class _Socket:
    """One socket, which can be closed while the application waits for its next message.

    Args:
        receive: of the server.
        send: of the server.
        farewell: what its page is told before; None: nothing.
    """

    def __init__(self, receive: Receive, send: Send, farewell: bytes | None) -> None:
        self._receive, self._send, self._farewell = receive, send, farewell
        self._closing = asyncio.Event()
        self._next: asyncio.Task[Message] | None = None
        """The message that is waited for."""
        self._closed = False

    def close(self) -> None:
        """Close it as soon as the application listens, which is always soon."""
        self._closing.set()

    def leave(self) -> None:
        """The application is done with it."""
        if self._next is not None:
            self._next.cancel()

    async def receive(self) -> Message:
        """The next message; a disconnection where the person is in the class no more."""
        if self._next is None:
            self._next = asyncio.ensure_future(_awaited(self._receive))
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait({self._next, closing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            closing.cancel()
        if self._closing.is_set():
            return await self._end()
        message, self._next = self._next.result(), None
        return message

    async def send(self, message: Message) -> None:
        """Pass it on, unless the socket is closed."""
        if not self._closed:
            self._closed = message["type"] == "websocket.close"
            await self._send(message)

    async def _end(self) -> Message:
        reason = _("You are not in the class any more.")
        with contextlib.suppress(OSError):
            if self._farewell is not None:
                await self.send({"type": "websocket.send", "bytes": self._farewell})
            await self.send({"type": "websocket.close", "code": CLOSE_CODE, "reason": reason})
        return {"type": "websocket.disconnect", "code": CLOSE_CODE, "reason": reason}


async def _awaited(receive: Receive) -> Message:
    return await receive()


def _room() -> Classroom | None:
    """The class. Where a setting is not valid every page says so, and opens nothing.

    Raises:
        NnlabError: the class cannot be read.
    """
    try:
        return classroom()
    except NnlabError:
        if _settings_are_valid():
            raise
        return None


def _settings_are_valid() -> bool:
    try:
        read_settings()
    except NnlabError:
        return False
    return True


def _is_page(scope: Scope) -> bool:
    """Whether a browser goes to an address, and does not fetch a file for a page."""
    request = Request(scope)
    accepts = "text/html" in request.headers.get("accept", "")
    return request.method == "GET" and accepts


async def _refuse(response: PlainTextResponse, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or a socket before it is opened."""
    if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        response.headers["Connection"] = "close"
        await response(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008})
