"""The guard: whatever comes to the server passes it first (docs/security.md).

A page that is opened for the first time fetches some 60 files, six at a time. So requests wait
rather than fail: a browser that waits asks for no more, and a class that opens the lab at once
behind one router gets its files at the pace that the server has.
"""

import asyncio

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from nnlab.texts import _
from nnlab.visitor import Visitor
from nnlab.wire.guard.buckets import Buckets
from nnlab.wire.guard.log import refused
from nnlab.wire.guard.sockets import GuardedSockets, PageProtocol, refuse
from nnlab.wire.guard.uploads import GuardedUploads, Holding
from nnlab.wire.paths import below
from nnlab.wire.people import visitor_in

PERSON_RATE, PERSON_BURST = 50.0, 500.0
ADDRESS_RATE, ADDRESS_BURST = 200.0, 2_000.0
"""Requests a second, and after a pause."""
OPENING_RATE, OPENING_BURST = 20.0, 1_000.0
"""Sockets that one address opens a second, and after a pause: 300 in a lecture open 600 at once."""
WAIT_SECONDS = 10.0
"""A request that would wait for longer is refused."""
READING = ("GET", "HEAD", "OPTIONS")
UPLOADING = ("PUT", "DELETE")


class Guard:
    """ASGI middleware that bounds what visitors can cost.

    Args:
        app: what answers.
        protocol: of Streamlit's pages.
        holding: bytes of files that Streamlit holds, for each of its sessions.
        base: `server.baseUrlPath`, with or without slashes around it.
    """

    def __init__(
        self, app: ASGIApp, protocol: PageProtocol, holding: Holding, base: str = ""
    ) -> None:
        self._app = app
        self._sockets = GuardedSockets(app, below(base, "/_stcore/stream"), protocol)
        self._uploads = GuardedUploads(app, holding)
        self._files = below(base, "/_stcore/upload_file/")
        self._join = below(base, "/join")
        # Streamlit's figures on itself: of whoever keeps the server, and costly to make.
        self._metrics = below(base, "/_stcore/metrics")
        self._persons = Buckets(PERSON_RATE, PERSON_BURST)
        self._addresses = Buckets(ADDRESS_RATE, ADDRESS_BURST)
        self._openings = Buckets(OPENING_RATE, OPENING_BURST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it pass, now or in a while, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        visitor = visitor_in(scope)
        if scope["type"] == "websocket":
            seconds = self._openings.wait(visitor.address, WAIT_SECONDS)
        else:
            seconds = self.seconds_to_wait(visitor)
        if seconds > WAIT_SECONDS:
            refused("a request: too many in a short time", visitor)
            text = _("Too many requests in a short time: come back later.")
            await refuse(text, int(seconds) + 1, scope, receive, send)
            return
        if seconds:
            await asyncio.sleep(seconds)
        if scope["type"] == "websocket":
            await self._sockets.serve(visitor, scope, receive, send)
        else:
            await self._answer(visitor, scope, receive, send)

    async def _answer(self, visitor: Visitor, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        is_file = path.startswith(self._files)
        if method == "PUT" and is_file:
            session = path.removeprefix(self._files).partition("/")[0]
            await self._uploads.put(visitor, session, scope, receive, send)
        elif path == self._metrics:
            await PlainTextResponse(_("Not for visitors."), 404)(scope, receive, send)
        elif (
            method in READING
            or (method in UPLOADING and is_file)
            or (method == "POST" and path == self._join)  # which bounds what it reads by itself
        ):
            await self._app(scope, receive, send)
        else:
            refused("a method that the lab has no use for", visitor)
            headers = {"Allow": ", ".join(READING), "Connection": "close"}
            text = _("The lab answers GET requests.")
            await PlainTextResponse(text, 405, headers)(scope, receive, send)

    def seconds_to_wait(self, visitor: Visitor) -> float:
        """Seconds until a request of this visitor may pass, which counts as one of theirs."""
        address = self._addresses.wait(visitor.address, WAIT_SECONDS)
        if not visitor.person or address > WAIT_SECONDS:
            return address
        return max(address, self._persons.wait(visitor.person, WAIT_SECONDS))
