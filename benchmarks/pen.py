"""From the pen to the bars of the Draw page: by the browser, and by the server after the stroke.

Between browser and server lies a proxy that delays all it passes on, by 300 ms there and back. The
reader is `draw-ready`'s network, whose 80,000 weights take 321 kB. Measured in Chromium, to the
bars that are written (the frame they are painted in ends at most 17 ms later): from a movement's
arrival at the page, and from its own time stamp, since the browser gathers movements and passes
them on once a frame. The server's answer: from the end of a stroke until its bars stand there.
"""

import argparse
import asyncio
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks._browser import chromium
from benchmarks._report import goal, print_machine, print_table
from benchmarks.draw_answer import make_reader
from tests.browser.lab import Lab
from tests.browser.server import App, free_port, running_app

GOAL_MS = 16
STROKE = ((70, 60), (200, 70), (140, 140), (120, 230))
WATCH = """() => {
  window.penTimes = []; window.answerTimes = [];
  let moved = null, up = null;
  addEventListener('pointermove', ({ buttons, timeStamp }) => {
    if (buttons) moved ??= [performance.now(), timeStamp];
  }, true);
  addEventListener('pointerup', ({ timeStamp }) => { up = timeStamp; }, true);
  new MutationObserver(() => {
    const now = performance.now(), areOurs = Boolean(document.querySelector('.nnlab-bars'));
    if (moved !== null && areOurs) {
      window.penTimes.push(moved.map((time) => now - time));
      moved = null;
    }
    if (up !== null && !areOurs) {
      window.answerTimes.push(now - up);
      up = moved = null;
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true,
                              attributes: true, attributeFilter: ['style', 'class'] });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="draw-ready", help="whose network reads")
    parser.add_argument("--latency", type=float, default=0.3, help="seconds there and back")
    parser.add_argument("--strokes", type=int, default=10)
    options = parser.parse_args()
    print_machine()
    with tempfile.TemporaryDirectory() as home, running_app(Path(home)) as app:
        make_reader(app.runs_dir, options.recipe)
        with delayed(app, options.latency / 2) as far:
            moves, answers = draw(far, options.strokes)
    shares = (50, 95, 100)
    rows = [
        [name, f"{len(times)}", *(f"{np.percentile(times, share):.1f}" for share in shares)]
        for name, times in (
            ("pen to bars, from its arrival", moves[:, 0]),
            ("pen to bars, from its time stamp", moves[:, 1]),
            ("stroke to the answer", answers),
        )
    ]
    print_table(["ms", "times", "median", "95 %", "slowest"], rows)
    slow = float(np.percentile(moves[:, 0], 95))
    ratio = float(np.median(answers)) / float(np.median(moves[:, 1]))
    print(f"95 % of the movements, from their arrival: {goal(slow <= GOAL_MS, f'≤ {GOAL_MS} ms')}")
    print(f"the server's answer takes {ratio:.0f} times as long, by the medians")


def draw(app: App, strokes: int) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds of each movement [movements, from arrival and time stamp], of each answer."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        lab = Lab(app, page).open("/draw")
        lab.wait_text("this browser reads along")
        page.wait_for_selector(".st-key-draw_probabilities .barlayer", state="attached")
        page.evaluate(WATCH)
        for number in range(strokes + 1):
            box = page.locator(".st-key-canvas canvas").last.bounding_box()
            assert box is not None
            places = [(box["x"] + x + 3 * number, box["y"] + y) for x, y in STROKE]
            page.mouse.move(*places[0])
            page.wait_for_timeout(1000)
            page.mouse.down()
            for start, end in pairwise(places):
                for share in np.linspace(0.05, 1, 20):
                    x, y = ((1 - share) * a + share * b for a, b in zip(start, end, strict=True))
                    page.mouse.move(float(x), float(y))
                    page.wait_for_timeout(16)
            page.mouse.up()
            lab.wait_for("the answer", lambda many=number: _count(page) > many)
            if number == 0:  # the first stroke compiles what it runs
                page.evaluate("window.penTimes.length = 0")
        moves, answers = page.evaluate("[window.penTimes, window.answerTimes.slice(1)]")
        return np.asarray(moves), np.asarray(answers)


def _count(page: Page) -> int:
    return int(page.evaluate("window.answerTimes.length"))


@contextmanager
def delayed(app: App, seconds: float) -> Iterator[App]:
    """The app behind a proxy that passes each piece on so much later, both ways."""
    port, target = free_port(), int(app.url.rsplit(":", 1)[1])
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        async with await asyncio.start_server(connect, "127.0.0.1", port):
            ready.set()
            await asyncio.Event().wait()

    async def connect(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, there = await asyncio.open_connection("127.0.0.1", target)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(_pass_on(near, there, seconds), _pass_on(far, back, seconds))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)
        for left in asyncio.all_tasks(loop):  # connections that the browser never closed
            left.cancel()
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(left)

    serving = loop.create_task(serve())
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield App(f"http://127.0.0.1:{port}", app.runs_dir, app.data_dir, app.log, app.pid)
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(5)


async def _pass_on(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, seconds: float
) -> None:
    """Pass data on in their order, each piece delayed by `seconds`."""
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    now = asyncio.get_running_loop().time

    async def send() -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0.0, due - now()))
            if not piece:
                break
            target.write(piece)
            await target.drain()
        target.close()

    sending = asyncio.create_task(send())
    with suppress(ConnectionError):
        while piece := await source.read(65_536):
            pieces.put_nowait((now() + seconds, piece))
    pieces.put_nowait((now() + seconds, b""))
    with suppress(ConnectionError):
        await sending


if __name__ == "__main__":
    main()
