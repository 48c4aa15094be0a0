"""A class of thirty on one server: what each has of it, also while one of them floods it.

Thirty students join by the form, train a run of their own on a page of Streamlit's protocol, click
every ten seconds, and follow the run over the wire; a lecturer has the wall. Two of the pages, the
wall and one student's, are real Chromiums' beside. Then the same with a thirty-first student who
presses Train a hundred times, with the largest network of points that there may be, and asks for
pages all the time. Calm first: what a flood has started stays. All of it runs on this machine.

With `--soak MINUTES` it is a lesson of so long instead, with nothing else than what the server
itself may gather: its memory, its files and its sockets, at first and when all have left.
"""

import argparse
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode

from benchmarks._class_browsers import Screens, Shown, screens
from benchmarks._class_members import Class, gather, must_train
from benchmarks._class_soak import soak
from benchmarks._process import hear, start, tell
from benchmarks._report import goal, print_machine, print_table
from benchmarks._watched_runs import Measured, measure, pages, started
from nnlab.config import Model, mlp
from nnlab.config.link import to_link
from nnlab.recipes import RECIPES
from nnlab.runs.store import Run
from tests.browser.server import App, running_app

STUDENTS = 30
BETWEEN = 10.0
"""Seconds from click to click of each student."""
PLACES = 32
WARM = 5.0
GOAL_UPDATES, GOAL_BEHIND, GOAL_CLICK, GOAL_STEPS = 5.0, 2.0, 0.5, 0.5
LARGE = (690, 690)
"""Widths of hidden layers: 480,000 weights and 0.96 million operations, of 1 million at most."""


@dataclass(frozen=True)
class Felt:
    """The service that a class received from the lab."""

    got: Measured
    clicks: list[float]
    """Seconds each, sorted."""
    behind: list[float]
    """Seconds of the wall over the wire, sorted."""
    shown: Shown | None
    """By the two Chromiums."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--starts", type=int, default=100, help="clicks on Train of the flood")
    parser.add_argument("--quick", action="store_true", help="six students, ten seconds each side")
    parser.add_argument("--no-browsers", action="store_true", help="without the two Chromiums")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="a lesson of so long instead")
    options = parser.parse_args()
    if options.quick:
        options.students, options.seconds, options.starts = 6, 10.0, 20
    print_machine()
    with (
        tempfile.TemporaryDirectory() as home,
        running_app(Path(home), class_=1, class_minutes=180, max_runs=PLACES) as app,
    ):
        if options.soak:
            soak(app, options.students, options.soak, query_of())
            return
        members = gather(app, options.students + 1)
        *others, flooder = members.students.items()
        calm, flooded, done = both_sides(
            app, Class(members.lecturer, dict(others)), flooder[1], options
        )
    print_table(
        [f"{options.students} students", "calm", "one floods", "goal"], rows_of(calm, flooded)
    )
    print(f"The flood: {json.dumps(done)}")


def query_of(*widths: int) -> str:
    """The address of the Playground's default that trains for long, with these hidden layers."""
    experiment = RECIPES["spiral"].experiment.with_set("training.epochs", 1_000_000)
    if widths:
        layers = mlp(*widths, outputs=2, activation="tanh")
        experiment = experiment.model_copy(update={"model": Model(layers=layers)})
    return urlencode({"x": to_link(experiment)})


def both_sides(
    app: App, members: Class, flooder: str, options: argparse.Namespace
) -> tuple[Felt, Felt, dict[str, float]]:
    """Measure the class, first calm, then flooded by somebody with this cookie."""
    count = len(members.students)
    cookies = members.file(app.runs_dir.parent)
    with pages(app, count, count, BETWEEN, cookies, query_of()) as click:
        runs = started(app, count)
        must_train(runs)
        with open_screens(app, members, runs, without=options.no_browsers) as looking:
            calm = feel(app, members, runs, click, looking, options.seconds)
            flood = ["127.0.0.1", str(options.starts), "0", "20", flooder, query_of(*LARGE)]
            with start("benchmarks._flood", app.url, *flood) as flooding:
                os.setpriority(os.PRIO_PROCESS, flooding.pid, 19)
                hear(flooding)
                flooded = feel(app, members, runs, click, looking, options.seconds)
                tell(flooding, "enough")
                done = json.loads(hear(flooding))
    return calm, flooded, done


@contextmanager
def open_screens(
    app: App, members: Class, runs: list[Run], *, without: bool
) -> Iterator[Screens | None]:
    """The two Chromiums, or none."""
    of = {run.meta.owner: run for run in runs}
    first = next(iter(members.students))
    ordered = {first: of[first], **of}
    with (
        nullcontext()
        if without
        else screens(app, members.lecturer, members.students[first], ordered)
    ) as looking:
        yield looking


def feel(
    app: App,
    members: Class,
    runs: list[Run],
    click: Callable[[float], Callable[[], list[float]]],
    looking: Screens | None,
    seconds: float,
) -> Felt:
    """Measure the class for so long."""
    found: list[Measured] = []
    end = click(WARM + seconds)
    with start("benchmarks._wall_viewer", app.url, members.lecturer) as wall:
        tell(wall, json.dumps({"warm": WARM, "seconds": seconds}))
        measuring = threading.Thread(
            target=lambda: found.append(measure(app, runs, seconds, WARM, cookies=members.students))
        )
        measuring.start()
        shown = None if looking is None else looking.look_until(lambda: not measuring.is_alive())
        measuring.join()
        behind = json.loads(hear(wall))
    if len(behind) < len(runs):
        raise RuntimeError(f"The wall showed {len(behind)} of {len(runs)} runs.")
    return Felt(found[0], sorted(end()), sorted(chain.from_iterable(behind.values())), shown)


def most(values: list[float]) -> float:
    """Of sorted values: 95 % are no larger."""
    return values[int(0.95 * len(values))]


def rows_of(calm: Felt, flooded: Felt) -> list[list[str]]:
    sides = (calm, flooded)
    ratio = flooded.got.steps / calm.got.steps
    rows = [
        [
            "updates a second of each, the fewest",
            *(f"{side.got.updates:.1f}" for side in sides),
            goal(min(side.got.updates for side in sides) >= GOAL_UPDATES, f"≥ {GOAL_UPDATES:g}"),
        ],
        [
            "s that the wall is behind, 95 %",
            *(f"{most(side.behind):.2f}" for side in sides),
            goal(max(most(side.behind) for side in sides) <= GOAL_BEHIND, f"≤ {GOAL_BEHIND:g}"),
        ],
        ["s that it is behind at most", *(f"{side.behind[-1]:.2f}" for side in sides), ""],
        [
            "s of a click, 95 %",
            *(f"{most(side.clicks):.3f} of {len(side.clicks)}" for side in sides),
            goal(max(most(side.clicks) for side in sides) <= GOAL_CLICK, f"≤ {GOAL_CLICK:g}"),
        ],
        [
            "training steps a second, all of them",
            *(f"{side.got.steps:,.0f}" for side in sides),
            f"{ratio:.2f}: {goal(ratio >= GOAL_STEPS, f'≥ {GOAL_STEPS}')}",
        ],
        ["ms from written to seen, 95 %", *(f"{1000 * side.got.delay:.0f}" for side in sides), ""],
        ["% of a core, the server", *(f"{100 * side.got.share:.0f}" for side in sides), ""],
    ]
    if calm.shown is None or flooded.shown is None:
        return rows
    pair = (calm.shown, flooded.shown)
    behind = [most(sorted(one.behind)) for one in pair]
    return [
        *rows,
        [
            "s that the wall in Chromium is behind, 95 %",
            *(f"{one:.2f}" for one in behind),
            goal(max(behind) <= GOAL_BEHIND, f"≤ {GOAL_BEHIND:g}"),
        ],
        [
            "states a second of a student's page in Chromium",
            *(f"{len(one.words) / one.seconds:.1f}" for one in pair),
            "",
        ],
    ]


if __name__ == "__main__":
    main()
