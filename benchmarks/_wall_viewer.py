"""`python -m benchmarks._wall_viewer URL COOKIE`: the wall of a class, as a lecturer's page has it.

Standard input: a line of JSON with `warm` and `seconds`. Standard output: a line of JSON, by run
the seconds by which the wall was behind just before each of its updates: from where the weights
were written that it showed to where others came.
"""

import asyncio
import json
import sys
import time

from websockets.asyncio.client import connect

WANTED = json.dumps({"wall": True})


async def watch(address: str, cookie: str, warm: float, seconds: float) -> dict[str, list[float]]:
    begin = time.time() + warm
    end = begin + seconds
    shown: dict[str, float] = {}
    behind: dict[str, list[float]] = {}
    async with connect(
        address, proxy=None, max_size=None, additional_headers={"Cookie": cookie}
    ) as socket:
        await socket.send(WANTED)
        while (left := end - time.time()) > 0:
            try:
                async with asyncio.timeout(left):
                    data = await socket.recv()
            except TimeoutError:
                break
            now = time.time()
            assert isinstance(data, bytes)
            head = json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])
            if "version" not in head:
                continue
            run = head["run"]
            if run in shown and now >= begin:
                behind.setdefault(run, []).append(now - shown[run])
            # When it was written, as in benchmarks._wire_viewers.
            shown[run] = int(head["version"].split("-")[0], 16) / 1e9
    for run, written in shown.items():  # what was shown last, to the end
        behind.setdefault(run, []).append(time.time() - written)
    return behind


def main() -> None:
    order = json.loads(sys.stdin.readline())
    address = sys.argv[1].replace("http", "ws") + "/wire/class"
    seen = asyncio.run(watch(address, sys.argv[2], order["warm"], order["seconds"]))
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
