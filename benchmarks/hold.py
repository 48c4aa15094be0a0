"""One who floods a shared lab beside three who work: what the three notice of it.

The three are persons of their own at 127.0.0.1: a page each that trains a run, a click every few
seconds, and a viewer over the wire. The one who floods comes from 127.0.0.2 (Linux lets a client
have any address of 127.0.0.0/8): a hundred pages that press Train, 500 sockets more, and a thousand
requests for a run of a page each second. Both sides in turn, calm first: what a flood has started
stays. The flood itself takes of the same cores, at the lowest priority.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks._process import hear, start, tell
from benchmarks._report import goal, print_machine, print_table
from benchmarks._watched_runs import Measured, measure, pages, started
from nnlab.runs.store import Run
from tests.browser.server import App, running_app

WORKING = 3
BETWEEN = 3.0
"""Seconds from click to click."""
GOAL_STEPS, GOAL_CLICK = 0.5, 0.5


@dataclass(frozen=True)
class Felt:
    """The service that the three received from the lab."""

    got: Measured
    clicks: list[float]
    """Seconds each, sorted."""

    @property
    def click(self) -> float:
        """Seconds; 95 % take no longer."""
        return self.clicks[int(0.95 * len(self.clicks))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--starts", type=int, default=100)
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--rate", type=float, default=1000, help="requests for a run each second")
    parser.add_argument("--address", default="127.0.0.2", help="where the flood comes from")
    options = parser.parse_args()
    print_machine()
    with (
        tempfile.TemporaryDirectory() as home,
        running_app(Path(home), share=1) as app,
        pages(app, WORKING, WORKING, BETWEEN) as click,
    ):
        runs = started(app, WORKING)
        calm = feel(app, runs, click, options.seconds)
        flood = [str(getattr(options, name)) for name in ("address", "starts", "sockets", "rate")]
        with start("benchmarks._flood", app.url, *flood) as flooding:
            os.setpriority(os.PRIO_PROCESS, flooding.pid, 19)
            hear(flooding)
            flooded = feel(app, runs, click, options.seconds)
            tell(flooding, "enough")
            done = json.loads(hear(flooding))
        memory = psutil.Process(app.pid).memory_info().rss
        lines = len(app.log.read_text(errors="replace").splitlines())
    print_table(["three who work", "alone", "flooded", "goal"], rows_of(calm, flooded))
    print(f"The flood: {json.dumps(done)}")
    print(f"The server afterwards: {memory / 10**6:,.0f} MB, {lines} lines in its log")


def feel(
    app: App, runs: list[Run], click: Callable[[float], Callable[[], list[float]]], seconds: float
) -> Felt:
    """Measure the three for so long."""
    end = click(seconds)
    got = measure(app, runs, seconds - 5, 2)
    return Felt(got, sorted(end()))


def rows_of(calm: Felt, flooded: Felt) -> list[list[str]]:
    ratio = flooded.got.steps / calm.got.steps
    return [
        [
            "training steps a second, all three",
            f"{calm.got.steps:,.0f}",
            f"{flooded.got.steps:,.0f}",
            f"{ratio:.2f}: {goal(ratio >= GOAL_STEPS, f'≥ {GOAL_STEPS}')}",
        ],
        [
            f"ms of a click, 95 % of {len(calm.clicks)} and {len(flooded.clicks)}",
            f"{1000 * calm.click:.0f}",
            f"{1000 * flooded.click:.0f}",
            goal(flooded.click <= GOAL_CLICK, f"≤ {1000 * GOAL_CLICK:.0f}"),
        ],
        [
            "updates a second, the fewest",
            f"{calm.got.updates:.1f}",
            f"{flooded.got.updates:.1f}",
            "",
        ],
        [
            "ms from written to here, 95 %",
            f"{1000 * calm.got.delay:.0f}",
            f"{1000 * flooded.got.delay:.0f}",
            "",
        ],
    ]


if __name__ == "__main__":
    main()
