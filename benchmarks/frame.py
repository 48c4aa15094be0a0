"""What a live frame of the default experiment costs: bytes to the browser, time of the server.

Bytes are the payloads of Streamlit's websocket as Chromium receives them, from one end of a
fragment's run to the next. `--profile` says where the time goes; the bytes are always said by
element.
"""

import argparse
import json
import pstats
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, WebSocket, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks._report import goal, print_machine, print_table
from tests.browser.lab import Lab
from tests.browser.server import running_app
from tests.chromium import ARGUMENTS, MISSING, find_chromium

GOAL_BYTES, GOAL_SECONDS = 20_000, 0.010


class Traffic:
    """The frames that a page receives: their bytes, and which elements these are of."""

    def __init__(self, page: Page) -> None:
        self.frames: list[int] = []
        self.kinds: Counter[str] = Counter()
        self._open = 0
        self._counts = True
        page.on("websocket", self._listen)

    def clear(self) -> None:
        """Forget what was received so far."""
        self.frames.clear()
        self.kinds.clear()
        self._open = 0

    def stop(self) -> None:
        """Count no more."""
        self._counts = False

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._receive)

    def _receive(self, payload: str | bytes) -> None:
        if not self._counts:
            return
        data = payload if isinstance(payload, bytes) else payload.encode()
        message = ForwardMsg.FromString(data)
        self._open += len(data)
        self.kinds[describe(message)] += len(data)
        if message.WhichOneof("type") == "script_finished":
            self.frames.append(self._open)
            self._open = 0


def describe(message: ForwardMsg) -> str:
    """What a message is about: `delta: bidi_component boundary_chart`."""
    kind = str(message.WhichOneof("type"))
    if kind != "delta":
        return kind
    delta = message.delta
    if delta.WhichOneof("type") != "new_element":
        return f"delta: {delta.WhichOneof('type')}"
    element = delta.new_element
    name = str(element.WhichOneof("type"))
    identity = str(getattr(getattr(element, name), "id", ""))
    return f"delta: {name} {identity.rsplit('-', 1)[-1] if '-' in identity else ''}".rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=12, help="of a live page")
    parser.add_argument("--warm", type=float, default=3, help="seconds of training before that")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print(MISSING)
        return
    print_machine()
    with tempfile.TemporaryDirectory() as home:
        log = Path(home) / "frames.jsonl"
        traffic, rate = watch(Path(home), log, chromium, options)
        times = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        report(traffic, rate, times)
        if options.profile:
            pstats.Stats(f"{log}.pstats").sort_stats("cumulative").print_stats(45)


def watch(
    home: Path, log: Path, chromium: str, options: argparse.Namespace
) -> tuple[Traffic, float]:
    """Train and look on for a while. Returns the traffic, and frames a second."""
    flags = ["--profile"] if options.profile else []
    program = ["benchmarks._timed_server", *flags, str(log)]
    with running_app(home, program=program) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=ARGUMENTS, chromium_sandbox=False
        )
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        traffic = Traffic(page)
        lab = Lab(app, page).open("/playground")
        lab.train()
        page.wait_for_timeout(options.warm * 1000)
        traffic.clear()
        log.write_text("", encoding="utf-8")
        began = time.monotonic()
        page.wait_for_timeout(options.seconds * 1000)
        rate = len(traffic.frames) / (time.monotonic() - began)
        traffic.stop()
        lab.click("stop")
        lab.wait_status("stopped")
        browser.close()
    return traffic, rate


def report(traffic: Traffic, rate: float, times: list[dict[str, Any]]) -> None:
    """The figures against their goals, and the bytes by element."""
    size = statistics.median(traffic.frames[1:])
    milliseconds = {
        (what, clock): 1000 * statistics.median(line[what][index] for line in times)
        for what in ("frame", "run")
        for index, clock in enumerate(("clock", "processor"))
    }
    limit = 1000 * GOAL_SECONDS
    rows = [
        ["bytes a frame", f"{size:,.0f}", goal(size <= GOAL_BYTES, f"≤ {GOAL_BYTES:,}")],
        ["bytes of the largest frame", f"{max(traffic.frames[1:]):,.0f}", ""],
        ["frames a second", f"{rate:.1f}", ""],
    ]
    names = {"frame": "the page's own frame", "run": "the whole run of the fragment"}
    for (what, clock), median in milliseconds.items():
        is_goal = what == "frame" and clock == "clock"
        aim = goal(median <= limit, f"≤ {limit:.0f}") if is_goal else ""
        rows.append([f"ms, {names[what]}, {clock}", f"{median:.1f}", aim])
    print_table([f"median of {len(times)} frames", "", "goal"], rows)
    print()
    count = len(traffic.frames)
    print_table(
        ["bytes a frame by element", "mean"],
        [[kind, f"{total / count:,.0f}"] for kind, total in traffic.kinds.most_common(12)],
    )


if __name__ == "__main__":
    main()
