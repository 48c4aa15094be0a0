"""The growth of the server's memory over half an hour with ten viewers.

Ten pages, each with a viewer over the wire, of ten runs that train; each page runs anew every ten
seconds, as by a click. Memory is what the server's process holds itself (RSS, without its workers),
after a first five minutes in which caches fill, and at the end.
"""

import argparse
import tempfile
import threading
from pathlib import Path

import psutil

from benchmarks._report import goal, print_machine, print_table
from benchmarks._watched_runs import measure, pages, started
from tests.browser.server import App, running_app

VIEWERS = 10
GOAL_MB = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--warm", type=float, default=5, help="minutes before the first look")
    options = parser.parse_args()
    print_machine()
    with (
        tempfile.TemporaryDirectory() as home,
        running_app(Path(home), max_runs=VIEWERS) as app,
        pages(app, VIEWERS, VIEWERS) as click,
    ):
        runs = started(app, VIEWERS)
        seconds = 60 * (options.warm + options.minutes)
        end = click(seconds)
        first: list[float] = []
        look = threading.Timer(60 * options.warm, lambda: first.append(megabytes(app)))
        look.start()
        got = measure(app, runs, seconds - 5, 0)
        last = megabytes(app)
        end()
    print_table(
        ["", "measured", "goal"],
        [
            ["MB of the server, at first", f"{first[0]:.1f}", ""],
            [f"MB, {options.minutes:g} minutes later", f"{last:.1f}", ""],
            [
                "MB that it grew by",
                f"{last - first[0]:.1f}",
                goal(last - first[0] < GOAL_MB, "< 20"),
            ],
            ["updates a second, the fewest", f"{got.updates:.1f}", ""],
        ],
    )


def megabytes(app: App) -> float:
    """Return the memory of the server's process."""
    return psutil.Process(app.pid).memory_info().rss / 10**6


if __name__ == "__main__":
    main()
