"""Many viewers of many runs over the wire: updates, delays, bytes, and what it takes of the server.

The real server, every run in a worker of its own, and the viewers in a process of theirs, all on
this machine. Delays are from where a worker wrote weights to where a viewer has them.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks._report import goal, print_machine, print_table
from benchmarks._watched_runs import (
    Measured,
    measure,
    pages,
    share_of,
    started,
    steps_a_second,
    training,
)
from nnlab.config import Experiment, Model, mlp
from nnlab.recipes import RECIPES
from tests.browser.server import running_app

GOAL_DELAY, GOAL_SHARE, GOAL_COST = 0.05, 0.5, 0.0005
GOAL_BYTES, GOAL_BYTES_DEEP = 2000, 6000
GOAL_FEW, GOAL_MANY = 9.0, 7.0
GOAL_CLICK = 0.3


def default() -> Experiment:
    """The Playground's default, with a budget that outlasts the measurement."""
    return RECIPES["spiral"].experiment.with_set("training.epochs", 1_000_000)


def deep() -> Experiment:
    """The same with six layers of eight."""
    layers = mlp(*[8] * 6, outputs=2, activation="tanh")
    return default().model_copy(update={"model": Model(layers=layers)})


@dataclass(frozen=True)
class Crowd:
    """Some viewers, and what they got."""

    name: str
    measured: Measured
    fewest: float
    """The goal for updates a second."""
    delay: float | None
    """The goal for seconds from written to here."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--each", type=int, default=10, help="viewers a run, in the crowd")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm", type=float, default=5)
    parser.add_argument("--no-pages", action="store_true", help="without the Streamlit sessions")
    parser.add_argument(
        "--written",
        type=float,
        default=0,
        metavar="RATE",
        help="train nothing: one process writes weights RATE times a second for each run",
    )
    options = parser.parse_args()
    span = options.seconds, options.warm
    print_machine()
    with training(default(), options.runs, options.written) as (app, runs):
        at_rest = share_of(app.pid, options.seconds)
        alone = steps_a_second(runs, options.seconds)
        few = measure(app, runs, *span, at_rest)
        many = measure(app, runs * options.each, *span, at_rest)
    with training(deep(), 1, options.written) as (app, runs):
        large = measure(app, runs, *span)
    count = options.runs
    rows = [
        *rows_of(Crowd(f"{count} viewers of {count} runs", few, GOAL_FEW, GOAL_DELAY), alone),
        *rows_of(
            Crowd(f"{count * options.each} viewers of {count} runs", many, GOAL_MANY, None), alone
        ),
        size_row("bytes a frame, the default", few.size, GOAL_BYTES),
        size_row("bytes a frame, six layers of eight", large.size, GOAL_BYTES_DEEP),
    ]
    if not options.no_pages:
        rows += page_rows(count, options.each, options.seconds, options.warm)
    print_table(["", "measured", "goal"], rows)


def rows_of(crowd: Crowd, alone: float) -> list[list[str]]:
    """The figures of some viewers against their goals; `alone`: steps a second without viewers."""
    got = crowd.measured
    within = (
        "" if crowd.delay is None else goal(got.delay <= crowd.delay, f"≤ {1000 * crowd.delay:.0f}")
    )
    enough = goal(got.updates >= crowd.fewest, f"≥ {crowd.fewest:g}")
    rows = [
        ["updates a second, the fewest", f"{got.updates:.1f}", enough],
        ["ms from written to here, 95 %", f"{1000 * got.delay:.1f}", within],
        [
            "% of a core, the server",
            f"{100 * got.share:.1f}",
            goal(got.share <= GOAL_SHARE, "≤ 50"),
        ],
        [
            "ms of the server a frame and viewer",
            f"{1000 * got.cost:.3f}",
            goal(got.cost <= GOAL_COST, "≤ 0.5"),
        ],
        [
            "training steps a second in all",
            f"{got.steps:,.0f}",
            f"{got.steps / alone:.2f} of without",
        ],
    ]
    return [[f"{crowd.name}: {row[0]}", *row[1:]] for row in rows]


def size_row(name: str, size: float, most: int) -> list[str]:
    return [name, f"{size:,.0f}", goal(size <= most, f"≤ {most:,}")]


def page_rows(count: int, each: int, seconds: float, warm: float) -> list[list[str]]:
    """People with a page of Streamlit's and a viewer each: `count` who train, and a crowd."""
    with (
        tempfile.TemporaryDirectory() as home,
        running_app(Path(home), max_runs=count) as app,
        pages(app, count, count) as click,
    ):
        runs = started(app, count)
        end = click(warm + 3 * seconds)
        got = measure(app, runs, seconds, warm)
        took = sorted(end())
    few = f"{count} pages that train, a click every 10 s each"
    click_time = took[int(0.95 * len(took))]
    with (
        tempfile.TemporaryDirectory() as home,
        running_app(Path(home), max_runs=count) as app,
        pages(app, count * each, count),
    ):
        crowd = measure(app, started(app, count) * each, seconds, warm)
        memory = psutil.Process(app.pid).memory_info().rss
    many = f"{count * each} pages, {count} of them train"
    return [
        [f"{few}: updates a second, the fewest", f"{got.updates:.1f}", ""],
        [f"{few}: ms from written to here, 95 %", f"{1000 * got.delay:.1f}", ""],
        [
            f"{few}: ms of a click, 95 %",
            f"{1000 * click_time:.0f}",
            goal(click_time <= GOAL_CLICK, "≤ 300"),
        ],
        [f"{few}: % of a core, the server", f"{100 * got.share:.1f}", ""],
        [f"{few}: training steps a second in all", f"{got.steps:,.0f}", ""],
        [
            f"{many}: updates a second, the fewest",
            f"{crowd.updates:.1f}",
            goal(crowd.updates >= GOAL_MANY, f"≥ {GOAL_MANY:g}"),
        ],
        [
            f"{many}: % of a core, the server",
            f"{100 * crowd.share:.1f}",
            goal(crowd.share <= GOAL_SHARE, "≤ 50"),
        ],
        [f"{many}: MB of the server", f"{memory / 10**6:,.0f}", ""],
    ]


if __name__ == "__main__":
    main()
