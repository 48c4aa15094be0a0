"""How long the list of a thousand runs takes: the first look of a server, and every later one.

The runs are made here, as workers leave them: recipes in turn, 300 progress events each, every
tenth cut short. Their files have just been written, so a cold look reads no disk: it is the
server that is cold, not the machine.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._report import goal, print_machine, print_table
from nnlab.recipes import RECIPES
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import META, Store
from nnlab.training.events import Event, FitEnded, FitStarted, Progress, to_line
from nnlab.ui.runs.filters import ordered

GOAL = 0.5
EVENTS = 300
FIGURES: dict[str, Any] = {
    "train_loss": 0.1234567890123456,
    "train_accuracy": 0.95,
    "val_loss": 0.2123456789012345,
    "val_accuracy": 0.9,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--looks", type=int, default=5)
    options = parser.parse_args()
    print_machine()
    with tempfile.TemporaryDirectory() as home:
        root = Path(home)
        make_runs(root, options.runs)
        cold, warm, broken, sort = [], [], [], []
        for _ in range(options.looks):
            store = Store(root)
            cold.append(seconds(store.summaries, options.runs))
            warm.append(seconds(store.summaries, options.runs))
            broken.append(seconds(store.damaged, 0))
            listed = store.summaries()
            sort.append(seconds(lambda: ordered(listed, "lowest loss"), options.runs))  # noqa: B023
    names = (
        "a server's first look",
        "every later look",
        "those that cannot be read",
        "sorted by loss",
    )
    print_table(
        [f"seconds for {options.runs:,} runs", "median", "slowest", "ms a run", "goal"],
        [
            row(name, times, options.runs)
            for name, times in zip(names, (cold, warm, broken, sort), strict=True)
        ],
    )


def row(name: str, times: list[float], runs: int) -> list[str]:
    median = statistics.median(times)
    met = goal(median <= GOAL, f"≤ {GOAL:g}")
    return [name, f"{median:.3f}", f"{max(times):.3f}", f"{1000 * median / runs:.3f}", met]


def seconds(listing: Callable[[], list], runs: int) -> float:
    """The time of one listing, which has to be whole."""
    began = time.perf_counter()
    found = listing()
    took = time.perf_counter() - began
    assert len(found) == runs
    return took


def make_runs(root: Path, count: int) -> None:
    """Run directories as workers leave them, a minute apart."""
    experiments = [recipe.experiment for recipe in RECIPES.values()]
    whole, cut_short = _lines(ended=True), _lines(ended=False)
    first = Store(root).create(experiments[0], name="run")
    meta = first.meta
    for number in range(count):
        path = root / f"run-{number:05}" if number else first.path
        path.mkdir(exist_ok=True)
        experiment = experiments[number % len(experiments)]
        (path / "experiment.json").write_text(experiment.to_json(indent=1))
        changed = {"name": f"run {number}", "created": meta.created + 60 * number}
        (path / META).write_text(meta.model_copy(update=changed).model_dump_json(indent=1))
        (path / EVENTS_FILE).write_text(cut_short if number % 10 == 9 else whole)


def _lines(*, ended: bool) -> str:
    events: list[Event] = [
        FitStarted(
            step=0,
            epoch=0,
            seconds=0,
            nnlab="0",
            torch="2",
            device="cpu",
            threads=1,
            fused=True,
            processor="a processor",
            parameters=114,
            train_size=250,
            val_size=250,
            steps_per_epoch=25,
            total_steps=10 * EVENTS,
        )
    ]
    events += [
        Progress(step=10 * i, epoch=1 + i // 3, seconds=i / 10, lr=0.03, **FIGURES)
        for i in range(1, EVENTS + 1)
    ]
    if ended:
        last = events[-1]
        events.append(
            FitEnded(
                step=last.step,
                epoch=last.epoch,
                seconds=last.seconds,
                reason="completed",
                **FIGURES,
            )
        )
    return "".join(to_line(event) + "\n" for event in events)


if __name__ == "__main__":
    main()
