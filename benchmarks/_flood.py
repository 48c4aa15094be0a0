"""`python -m benchmarks._flood URL ADDRESS STARTS SOCKETS RATE [COOKIE QUERY]`: one who floods.

All comes from one address of this machine, without cookies, since whoever sends none is counted by
the address alone, which may have more; with `COOKIE`, a member of a class, whose pages have `QUERY`
in their address. So many Streamlit sessions press Train, for a minute at
most; then so many more sockets are opened, half of them pages', and all pages together ask `RATE`
times a second for a run. Standard output says `ready` once that begins; a line of standard input
ends it, and a line of JSON says what came of it.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections import Counter

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from benchmarks._page_sessions import PROTOCOL, Session

STARTING = 60.0
"""Seconds that pressing Train may take; who has not come to it by then asks like the others."""
FAILURES = (OSError, TimeoutError, WebSocketException, InvalidHandshake, EOFError, KeyError)


class Flood:
    """The attacks of one flooding visitor, and their results."""

    def __init__(self, url: str, address: str, rate: float, cookie: str, query: str) -> None:
        self._url, self._from, self._rate = url.replace("http", "ws"), (address, 0), rate
        self._headers = {"Cookie": cookie} if cookie else {}
        self._query = query
        self.done: Counter[str] = Counter()
        self._pages = 0
        self.all_begin = asyncio.Event()

    def _open(self, path: str) -> connect:
        protocols = [PROTOCOL] if "stream" in path else None
        return connect(
            self._url + path,
            subprotocols=protocols,
            proxy=None,
            max_size=None,
            open_timeout=60,
            local_addr=self._from,
            additional_headers=self._headers,
        )

    async def start(self) -> None:
        """Press Train as a page of its own, and go on asking."""
        try:
            async with self._open("/_stcore/stream") as socket:
                page = Session(socket, self._query)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(STARTING):
                        await page.open(trains=True)
                        self.done["starts"] += 1
                await self.all_begin.wait()
                await self._ask(socket)
        except FAILURES:
            self.done["failed"] += 1

    async def socket(self, path: str) -> None:
        """Hold a socket; a page's asks as well."""
        while True:
            try:
                async with self._open(path) as socket:
                    self.done["sockets"] += 1
                    if "stream" in path:
                        await self._ask(socket)
                    else:
                        await socket.wait_closed()
            except FAILURES:
                self.done["refused or closed"] += 1
            await asyncio.sleep(1)

    async def _ask(self, socket: ClientConnection) -> None:
        message = BackMsg()
        message.rerun_script.page_name = "playground"
        data = message.SerializeToString()
        reading = asyncio.create_task(_drain(socket))
        self._pages += 1
        try:
            while not reading.done():
                await socket.send(data)
                self.done["messages"] += 1
                await asyncio.sleep(self._pages / self._rate)
        finally:
            self._pages -= 1
            reading.cancel()


async def _drain(socket: ClientConnection) -> None:
    with contextlib.suppress(WebSocketException):
        async for _ in socket:
            pass


async def main(
    url: str,
    address: str,
    counts: tuple[int, int],
    rate: float,
    cookie: str = "",
    query: str = "",
) -> None:
    starts, sockets = counts
    flood = Flood(url, address, rate, cookie, query)
    paths = ("/_stcore/stream", "/wire?token=none")
    tasks = [asyncio.create_task(flood.start()) for _ in range(starts)]
    until = time.monotonic() + STARTING
    while flood.done["starts"] + flood.done["failed"] < starts and time.monotonic() < until:
        await asyncio.sleep(0.1)
    flood.all_begin.set()
    tasks += [asyncio.create_task(flood.socket(paths[n % 2])) for n in range(sockets)]
    print("ready", flush=True)
    began = time.monotonic()
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
    print(json.dumps(dict(flood.done) | {"seconds": time.monotonic() - began}), flush=True)
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    given = sys.argv[1:]
    counts = int(given[2]), int(given[3])
    asyncio.run(main(given[0], given[1], counts, float(given[4]), *given[5:7]))
