"""A viewer's picture of a training network: frames drawn, moments shown, bytes received.

Chromium draws in software on this machine, the network trains beside it. A frame is a completed
paint of the plane and all neurons; between two moments that the worker has written the weights are
drawn on their way from one to the next. A moment is other weights that the wire brought.
"""

import argparse
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, WebSocket

from benchmarks._browser import chromium
from benchmarks._report import goal, print_machine, print_table
from nnlab.config import Experiment, Model, mlp
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.browser.server import App, running_app

GOAL_FRAMES, GOAL_MOMENTS = 50, 25
GOAL_BYTES = {"default, 2-8-8-2": 2_000, "six layers of eight": 6_000}

COUNT = """seconds => new Promise((done) => {
    const { stage } = nnlab, moments = new Set(), began = performance.now(), frames = stage.frames;
    const look = () => {
        moments.add(stage.step);
        const passed = (performance.now() - began) / 1000;
        if (passed < seconds) requestAnimationFrame(look);
        else done([(stage.frames - frames) / passed, moments.size / passed, stage.cost]);
    };
    look();
})"""


@dataclass(frozen=True)
class Seen:
    """Of one network over some seconds."""

    frames: float
    """Drawn a second."""
    moments: float
    """Shown a second."""
    cost: float
    """Milliseconds of a paint, evaluation included."""
    size: float
    """Bytes of a message that brought weights: the median."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    print_machine()
    six = spiral().model_copy(
        update={"model": Model(layers=mlp(*[8] * 6, outputs=2, activation="tanh"))}
    )
    with (
        chromium() as browser,
        tempfile.TemporaryDirectory() as home,
        running_app(Path(home)) as app,
    ):
        experiments = dict(zip(GOAL_BYTES, (spiral(), six), strict=True))
        seen = {name: watch(browser, app, e, options.seconds) for name, e in experiments.items()}
    print_table(
        ["network", "frames a second", "moments a second", "ms a paint", "bytes a message"],
        [
            [
                name,
                f"{found.frames:.0f} ({goal(found.frames >= GOAL_FRAMES, f'≥ {GOAL_FRAMES}')})",
                f"{found.moments:.0f} ({goal(found.moments >= GOAL_MOMENTS, f'≥ {GOAL_MOMENTS}')})",
                f"{found.cost:.1f}",
                f"{found.size:,.0f} ({goal(found.size <= most, f'≤ {most:,}')})",
            ]
            for (name, found), most in zip(seen.items(), GOAL_BYTES.values(), strict=True)
        ],
    )


def watch(browser: Browser, app: App, experiment: Experiment, seconds: float) -> Seen:
    """Open the Playground, train, and look for so many seconds."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        if "/wire?" in socket.url:
            socket.on("framereceived", lambda data: sizes.append(len(data)))

    page.on("websocket", listen)
    lab = Lab(app, page).open(address(experiment))
    lab.train()
    lab.wait_step(500)
    sizes.clear()
    frames, moments, cost = page.evaluate(COUNT, seconds)
    found = Seen(frames, moments, cost, statistics.median(sizes))
    lab.click("stop")
    lab.wait_status("stopped")
    page.context.close()
    return found


if __name__ == "__main__":
    main()
