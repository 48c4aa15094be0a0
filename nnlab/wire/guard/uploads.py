"""Limits of uploads: Streamlit keeps each in memory until its page is closed.

A file is bounded by its `Content-Length` before anything of it is read; the server takes no more
than that. Without one (a chunked body) it is refused: browsers always say it.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Mapping

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nnlab.texts import _
from nnlab.visitor import Visitor
from nnlab.wire.guard.log import refused
from nnlab.wire.guard.shares import Key, Most, Shares, keys_of

MIB = 2**20
FILE_BYTES = 60 * MIB + 100_000
"""Limit for one upload with its envelope: `server.maxUploadSize` in .streamlit/config.toml."""
HELD = Most(person=64 * MIB, address=128 * MIB, all=256 * MIB)
"""Bytes, of files that Streamlit holds and that are on their way."""
SECONDS = 240.0
"""Limit for one body: 60 MiB at 260 kB a second."""

Holding = Callable[[], Mapping[str, int]]
"""Bytes that Streamlit holds for each of its sessions."""


class GuardedUploads:
    """Lets files through to an application, within limits."""

    def __init__(
        self, app: ASGIApp, holding: Holding, held: Most = HELD, seconds: float = SECONDS
    ) -> None:
        self._app, self._holding, self._seconds = app, holding, seconds
        self._coming = Shares(held)
        self._owners: dict[str, Visitor] = {}
        """The visitors who sent files, by the session that holds them."""

    async def put(
        self, visitor: Visitor, session: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Take one file for a Streamlit session, or answer 408, 411, 413."""
        headers = dict(scope["headers"])
        said = headers.get(b"content-length", b"")
        if b"transfer-encoding" in headers or not said.isdigit() or len(said) > 15:
            await _answer(411, _("A file comes with its size."), scope, receive, send)
            return
        size = int(said)
        if size > FILE_BYTES:
            refused("a file: it is too large", visitor)
            text = _("A file has at most {most} MB.", most=FILE_BYTES // MIB)
            await _answer(413, text, scope, receive, send)
            return
        if not self._coming.fits(visitor, size, self._held()):
            refused("a file: too much is held already", visitor)
            text = _("The lab holds too many files now: take some away, or come back later.")
            await self._drop(receive)
            await _answer(413, text, scope, receive, send)
            return
        self._coming.take(visitor, size)
        try:
            await self._pass(visitor, session, scope, receive, send)
        finally:
            self._coming.give_back(visitor, size)

    async def _drop(self, receive: Receive) -> None:
        """Read a body and keep nothing: a browser reads no answer before it has sent all."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                while (await receive()).get("more_body"):
                    pass

    async def _pass(
        self, visitor: Visitor, session: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._owners[session] = visitor
        until = time.monotonic() + self._seconds

        async def receive_in_time() -> Message:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                return await receive()

        try:
            await self._app(scope, receive_in_time, send)
        except TimeoutError:
            refused("a file that came too slowly", visitor)
            await _answer(408, _("The file came too slowly."), scope, receive, send)
        except ClientDisconnect:
            pass  # it went: nobody is there to be told

    def _held(self) -> Counter[Key]:
        """Return the files in Streamlit's memory, by their senders."""
        sizes = self._holding()
        self._owners = {name: who for name, who in self._owners.items() if name in sizes}
        held: Counter[Key] = Counter()
        for session, size in sizes.items():
            for key in keys_of(self._owners.get(session, Visitor(""))):
                held[key] += size
        return held


async def _answer(status: int, text: str, scope: Scope, receive: Receive, send: Send) -> None:
    # What is still coming is not read: the connection ends.
    await PlainTextResponse(text, status, {"Connection": "close"})(scope, receive, send)
