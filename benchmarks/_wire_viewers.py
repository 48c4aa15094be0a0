"""`python -m benchmarks._wire_viewers`: viewers of the wire, in a process of their own.

Standard input: a line of JSON with `addresses` (one socket for each), `warm` and `seconds`, and the
viewers' `cookies`, where they have any.
Standard output: a line of JSON, see `Seen`.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field

from websockets.asyncio.client import connect

REQUEST = json.dumps({"offset": 0, "version": "", "parts": None})


@dataclass
class Seen:
    """The frames that one viewer received during the measurement."""

    frames: int = 0
    updates: int = 0
    """Frames with weights."""
    sizes: list[int] = field(default_factory=list)
    """Bytes of each frame."""
    delays: list[float] = field(default_factory=list)
    """Seconds from where `live.safetensors` was written (its mtime, which is part of the version)
    to where it was here."""


async def watch(address: str, cookie: str, begin: float, end: float) -> Seen:
    seen = Seen()
    headers = {"Cookie": cookie} if cookie else {}
    async with connect(
        address, compression=None, proxy=None, max_size=None, additional_headers=headers
    ) as socket:
        await socket.send(REQUEST)
        while time.time() < end:
            try:
                async with asyncio.timeout(end - time.time()):
                    data = await socket.recv()
            except TimeoutError:
                break
            now = time.time()
            if now < begin:
                continue
            assert isinstance(data, bytes)
            seen.frames += 1
            seen.sizes.append(len(data))
            length = int.from_bytes(data[:4], "little")
            # The head is as short as a line; what is behind it is not looked at.
            version = json.loads(data[4 : 4 + length]).get("version")
            if version:
                seen.updates += 1
                seen.delays.append(now - int(version.split("-")[0], 16) / 1e9)
    return seen


async def watch_all(
    addresses: list[str], cookies: list[str], warm: float, seconds: float
) -> list[Seen]:
    begin = time.time() + warm
    seats = zip(addresses, cookies, strict=True)
    watching = [watch(address, cookie, begin, begin + seconds) for address, cookie in seats]
    return await asyncio.gather(*watching)


def main() -> None:
    order = json.loads(sys.stdin.readline())
    addresses = order["addresses"]
    cookies = order.get("cookies") or [""] * len(addresses)
    seen = asyncio.run(watch_all(addresses, cookies, order["warm"], order["seconds"]))
    print(json.dumps([asdict(one) for one in seen]))


if __name__ == "__main__":
    main()
