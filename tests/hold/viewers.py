"""Viewers of one run who come back as the browser does (nnlab/web/wire.js)."""

import asyncio
import json
import random
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.wire.bench import START, read

RETRY, LONGEST_RETRY = 0.25, 2.0


class Viewer:
    """One of them. Its plain requests are left out: where no server is they fail as sockets do."""

    def __init__(self, address: str, chance: random.Random, cookie: str = "") -> None:
        """`cookie` is the header of that name; "" where none is sent."""
        self._address, self._chance = address, chance
        self._headers = {"Cookie": cookie} if cookie else {}
        self.offset = 0
        self.version = ""
        self.status = ""
        self.events: list[dict[str, Any]] = []
        self.frames: list[tuple[float, float, int]] = []
        """Of each that had all events: when its socket was opened, when it came, up to where."""

    async def watch(self) -> None:
        """Until it is cancelled."""
        delay = RETRY
        while True:
            try:
                async with connect(
                    self._address,
                    proxy=None,
                    max_size=None,
                    compression=None,
                    additional_headers=self._headers,
                ) as socket:
                    opened = time.monotonic()
                    asked = {"offset": self.offset, "version": self.version}
                    await socket.send(json.dumps(START | asked))
                    async for data in socket:
                        delay = RETRY
                        self._take(data, opened)
            except (OSError, WebSocketException, InvalidHandshake, EOFError, TimeoutError):
                pass
            await asyncio.sleep(delay * (0.75 + 0.5 * self._chance.random()))
            delay = min(LONGEST_RETRY, 2 * delay)

    def _take(self, data: bytes | str, opened: float) -> None:
        head = read(data).head
        if head["from"] != self.offset:
            assert head["from"] == 0, head
            self.events.clear()
        self.events += head.get("events", [])
        self.offset, self.status = head["offset"], head["status"]
        self.version = head.get("version", self.version)
        if not head.get("more"):
            self.frames.append((opened, time.monotonic(), self.offset))

    def back_at(self, killed: float, size: int) -> float | None:
        """When the first frame with all of a log of so many bytes came after a server was killed.

        By a socket that was opened since: what the killed one sent may still be on its way.
        """
        times = (at for opened, at, end in self.frames if opened >= killed and end >= size)
        return next(times, None)


class Crowd:
    """Viewers in a thread of their own, as a context."""

    def __init__(self, seats: Sequence[tuple[str, str]], seed: int) -> None:
        """One for each address of a run's wire, with the cookie that the viewer sends."""
        chance = random.Random(seed)
        self.viewers = [
            Viewer(address, random.Random(chance.random()), cookie) for address, cookie in seats
        ]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._error: BaseException | None = None

    def __enter__(self) -> "Crowd":
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._end = asyncio.Event()
        self._loop.run_until_complete(self._watch())
        self._loop.close()

    async def _watch(self) -> None:
        tasks = [asyncio.create_task(viewer.watch()) for viewer in self.viewers]
        end = asyncio.create_task(self._end.wait())
        await asyncio.wait([*tasks, end], return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, end):
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
                self._error = result
