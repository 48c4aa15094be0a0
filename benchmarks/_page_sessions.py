"""`python -m benchmarks._page_sessions URL COUNT TRAINING BETWEEN [COOKIES QUERY]`: people's pages.

No browsers: they speak Streamlit's own protocol (`ForwardMsg`, `BackMsg` over `/_stcore/stream`).
Each has a cookie of their own, as long as the server gives new ones (or a line of the file
`COOKIES`), opens the Playground (with `QUERY` in its address), and the first `TRAINING` press
Train; then standard output says `ready`. For every line of standard input, a
number of seconds, each makes the page run anew every `BETWEEN` seconds, at moments of their own, as
a click does, and a line of JSON says the seconds from each click to the end of what the page sent.
"""

import asyncio
import json
import random
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("streamlit")
START_SECONDS = 120.0


class Session:
    """One tab."""

    def __init__(self, socket: ClientConnection, query: str = "", page: str = "playground") -> None:
        """`query` is what stands behind the `?` of its address, `page` before it."""
        self._socket, self._query, self._page = socket, query, page
        self.buttons: dict[str, str] = {}
        """Ids of those that the page showed last, by key."""

    async def run(self, *, click: str = "") -> float:
        """Run the page anew, a button pressed or none. Returns the seconds until all had come."""
        message = BackMsg()
        message.rerun_script.page_name = self._page
        message.rerun_script.query_string = self._query
        if click:
            pressed = WidgetState(id=self.buttons[click], trigger_value=True)
            message.rerun_script.widget_states.widgets.append(pressed)
        began = time.monotonic()
        await self._socket.send(message.SerializeToString())
        while not self._is_end(await self._socket.recv()):
            pass
        return time.monotonic() - began

    def _is_end(self, data: bytes | str) -> bool:
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "button":
            name = message.delta.new_element.button.id
            self.buttons[name.rsplit("-", 1)[-1]] = name
        return (
            kind == "script_finished"
            and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        )

    async def open(self, *, trains: bool) -> None:
        """Until the page has its Train button (a cold server shows it at the second try)."""
        async with asyncio.timeout(START_SECONDS):
            while "train" not in self.buttons:
                await self.run()
            if trains:
                await self.run(click="train")

    async def click_for(self, seconds: float, between: float, chance: random.Random) -> list[float]:
        """The seconds that each click took."""
        end = time.monotonic() + seconds
        took = []
        await asyncio.sleep(chance.random() * between)
        while time.monotonic() < end:
            took.append(await self.run())
            await asyncio.sleep(between * (0.5 + chance.random()))
        return took


def new_cookie(url: str) -> dict[str, str]:
    """Return the headers that a new visitor's browser sends with every request."""
    with urllib.request.urlopen(url) as answer:
        said = answer.headers.get("Set-Cookie")
    return {} if said is None else {"Cookie": said.partition(";")[0]}


async def main(
    url: str,
    count: int,
    training: int,
    between: float,
    cookies: Sequence[str] = (),
    query: str = "",
) -> None:
    address = url.replace("http", "ws") + "/_stcore/stream"
    async with AsyncExitStack() as open_tabs:
        sessions = []
        for number in range(count):
            tab = connect(
                address,
                subprotocols=[PROTOCOL],
                proxy=None,
                max_size=None,
                additional_headers={"Cookie": cookies[number]}
                if cookies
                else await asyncio.to_thread(new_cookie, url),
            )
            sessions.append(Session(await open_tabs.enter_async_context(tab), query))
            await sessions[-1].open(trains=number < training)
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            clicking = [
                session.click_for(float(line), between, random.Random(index))
                for index, session in enumerate(sessions)
            ]
            took = [seconds for one in await asyncio.gather(*clicking) for seconds in one]
            print(json.dumps(took), flush=True)


if __name__ == "__main__":
    known = Path(sys.argv[5]).read_text(encoding="ascii").splitlines() if sys.argv[5:] else ()
    counts = int(sys.argv[2]), int(sys.argv[3])
    asyncio.run(main(sys.argv[1], *counts, float(sys.argv[4]), known, *sys.argv[6:7]))
