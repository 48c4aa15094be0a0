"""A lesson of many minutes: what the server gathers, and what it lets go of when all have left."""

import json
import threading
import time
from dataclasses import dataclass

import psutil

from benchmarks._class_members import Class, gather, must_train
from benchmarks._process import hear, start, tell
from benchmarks._report import goal, print_table
from benchmarks._watched_runs import measure, pages, started
from nnlab.runs.store import Run
from tests.browser.server import App

BETWEEN = 10.0
GOAL_MB = 50
QUIET_SECONDS = 30.0
"""After the last has left: sockets close, and what was held for them goes."""
WARM_SHARE, WARM_SECONDS = 0.2, 300.0
"""Of the lesson, and at most: caches fill meanwhile, and the memory is not compared with that."""


@dataclass(frozen=True)
class Held:
    """Memory, files and sockets of the server's process, without its workers."""

    megabytes: float
    files: int
    """Files, pipes and sockets."""
    sockets: int
    """Of the network, beside the one that listens."""


def held(app: App) -> Held:
    process = psutil.Process(app.pid)
    sockets = [one for one in process.net_connections() if one.status != psutil.CONN_LISTEN]
    return Held(process.memory_info().rss / 10**6, process.num_fds(), len(sockets))


def soak(app: App, count: int, minutes: float, query: str) -> None:
    """A lesson, and a table of what came of it.

    All join and leave once before it begins, so that what a first visit loads counts for nothing.
    """
    members = gather(app, count)
    seconds = 60 * minutes
    warm = min(WARM_SHARE * seconds, WARM_SECONDS)
    with pages(app, count, 0, BETWEEN, members.file(app.runs_dir.parent)):
        pass
    time.sleep(QUIET_SECONDS)
    before = held(app)
    early, late, updates = lesson(app, members, (warm, seconds), query)
    for _second in range(int(QUIET_SECONDS)):
        after = held(app)
        if after.sockets <= before.sockets and after.files <= before.files:
            break
        time.sleep(1)
    grown = late.megabytes - early.megabytes
    print_table(
        [f"{count} students, {minutes:g} minutes", "at first", "at last", "goal"],
        [
            [
                f"MB of the server, after {warm:.0f} s and at the end",
                f"{early.megabytes:.1f}",
                f"{late.megabytes:.1f}",
                f"{grown:+.1f}: {goal(grown <= GOAL_MB, f'≤ {GOAL_MB}')}",
            ],
            [
                "files held, before the lesson and after it",
                f"{before.files}",
                f"{after.files}",
                goal(after.files <= before.files, f"≤ {before.files}"),
            ],
            [
                "of these sockets",
                f"{before.sockets}",
                f"{after.sockets}",
                goal(after.sockets <= before.sockets, f"≤ {before.sockets}"),
            ],
            ["files held during the lesson", f"{early.files}", f"{late.files}", ""],
            ["updates a second of each, the fewest", "", f"{updates:.1f}", ""],
        ],
    )


def lesson(
    app: App, members: Class, span: tuple[float, float], query: str
) -> tuple[Held, Held, float]:
    """All train, watch and click. Returns what is held after `span[0]` s and after `span[1]` s."""
    warm, seconds = span
    count = len(members.students)
    looks: list[Held] = []
    with (
        pages(app, count, count, BETWEEN, members.file(app.runs_dir.parent), query) as click,
        start("benchmarks._wall_viewer", app.url, members.lecturer) as wall,
    ):
        runs: list[Run] = started(app, count)
        must_train(runs)
        end = click(seconds)
        tell(wall, json.dumps({"warm": 0, "seconds": seconds}))
        look = threading.Timer(warm, lambda: looks.append(held(app)))
        look.start()
        got = measure(app, runs, seconds - 5, 0, cookies=members.students)
        looks.append(held(app))
        end()
        hear(wall)
    return looks[0], looks[1], got.updates
