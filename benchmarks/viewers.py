"""Many viewers of many runs over the wire: updates, delays, bytes, and what it takes of the server.

The real server, every run in a worker of its own, and the viewers in a process of theirs, all on
this machine. Delays are from where a worker wrote weights to where a viewer has them.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks._report import goal, print_machine, print_table
from nnlab.config import Experiment, Model, mlp
from nnlab.recipes import RECIPES
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.wire.tokens import Tokens, key_of
from tests.browser.server import App, running_app

START_SECONDS = 120.0


def default() -> Experiment:
    """The Playground's default, with a budget that outlasts the measurement."""
    return RECIPES["spiral"].experiment.with_set("training.epochs", 1_000_000)


def deep() -> Experiment:
    """The same with six layers of eight."""
    layers = mlp(*[8] * 6, outputs=2, activation="tanh")
    return default().model_copy(update={"model": Model(layers=layers)})


@dataclass(frozen=True)
class Measured:
    """What a number of viewers got, and what they took."""

    updates: float
    """A second, of the viewer with the fewest."""
    delay: float
    """Seconds; 95 % have what was written within."""
    frames: float
    """A second, of all viewers together."""
    size: float
    """Bytes of the median frame."""
    share: float
    """Of one core, what the server takes more than at rest."""
    steps: float
    """Training steps a second of all runs together."""

    @property
    def cost(self) -> float:
        """Seconds of the server's processor time a frame and viewer."""
        return self.share / self.frames


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--each", type=int, default=10, help="viewers a run, in the crowd")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm", type=float, default=5)
    parser.add_argument(
        "--written",
        type=float,
        default=0,
        metavar="RATE",
        help="train nothing: one process writes weights RATE times a second for each run",
    )
    options = parser.parse_args()
    print_machine()
    with training(default(), options.runs, options.written) as (app, runs):
        at_rest = share_of(app.pid, options.seconds)
        alone = steps_a_second(runs, options.seconds)
        few = measure(app, runs, options, at_rest)
        many = measure(app, runs * options.each, options, at_rest)
    with training(deep(), 1, options.written) as (app, runs):
        large = measure(app, runs, options, 0.0)
    report(options, at_rest, alone, few, many, large)


@contextmanager
def training(experiment: Experiment, count: int, written: float) -> Iterator[tuple[App, list[Run]]]:
    """The server, and so many runs that train and have written weights.

    With `written` a process without networks goes on in their place, so often a second.
    """
    with tempfile.TemporaryDirectory() as home, running_app(Path(home), max_runs=count) as app:
        settings = Settings(runs_dir=app.runs_dir, data_dir=app.data_dir, max_runs=count)
        launcher = LocalLauncher(settings)
        runs = [Store(app.runs_dir).create(experiment, name="watched") for _ in range(count)]
        for run in runs:
            launcher.start(run)
        try:
            until(lambda: all(load_live(run.path) for run in runs), "the runs to start")
            if written:
                for run in runs:
                    launcher.ask(run, "stop")
                until(lambda: not any(run.is_training() for run in runs), "the runs to end")
                with writing(runs, written):
                    yield app, runs
            else:
                yield app, runs
        finally:
            launcher.close()


@contextmanager
def writing(runs: list[Run], rate: float) -> Iterator[None]:
    """A process writes for all these runs."""
    names = [str(run.path) for run in runs]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks._wire_writer", str(rate), *names],
        stdin=subprocess.PIPE,
    ) as writer:
        assert writer.stdin is not None
        try:
            yield
        finally:
            writer.stdin.close()


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Waited in vain for {what}.")
        time.sleep(0.1)


def measure(app: App, runs: list[Run], options: argparse.Namespace, at_rest: float) -> Measured:
    """One viewer for each of `runs`, in which a run may stand several times."""
    signer = Tokens(key_of(Settings(runs_dir=app.runs_dir)))
    address = f"{app.url.replace('http', 'ws')}/wire?token="
    order = {
        "addresses": [address + signer.sign(run.id) for run in runs],
        "warm": options.warm,
        "seconds": options.seconds,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks._wire_viewers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as viewers:
        assert viewers.stdin is not None
        assert viewers.stdout is not None
        viewers.stdin.write(json.dumps(order) + "\n")
        viewers.stdin.flush()
        time.sleep(options.warm + 0.1 * options.seconds)
        before = {run: step_of(run) for run in runs}
        began = time.monotonic()
        share = share_of(app.pid, 0.8 * options.seconds)
        steps = sum(step_of(run) - step for run, step in before.items())
        steps /= time.monotonic() - began
        seen = json.loads(viewers.stdout.readline())
    delays = sorted(delay for one in seen for delay in one["delays"])
    return Measured(
        updates=min(one["updates"] for one in seen) / options.seconds,
        delay=delays[int(0.95 * len(delays))],
        frames=sum(one["frames"] for one in seen) / options.seconds,
        size=statistics.median(size for one in seen for size in one["sizes"]),
        share=max(share - at_rest, 0.0),
        steps=steps,
    )


def share_of(pid: int, seconds: float) -> float:
    """Of one core, what a process takes without its children."""
    process = psutil.Process(pid)
    before = process.cpu_times()
    began = time.monotonic()
    time.sleep(seconds)
    after = process.cpu_times()
    used = after.user - before.user + after.system - before.system
    return used / (time.monotonic() - began)


def steps_a_second(runs: list[Run], seconds: float) -> float:
    """Training steps of all runs together."""
    before = sum(map(step_of, runs))
    began = time.monotonic()
    time.sleep(seconds)
    return (sum(map(step_of, runs)) - before) / (time.monotonic() - began)


def step_of(run: Run) -> int:
    live = load_live(run.path)
    return live[0] if live else 0


def report(
    options: argparse.Namespace,
    at_rest: float,
    alone: float,
    few: Measured,
    many: Measured,
    large: Measured,
) -> None:
    """The figures against their goals."""
    rows = []
    for count, measured, updates, delay in (
        (options.runs, few, 9.0, 0.05),
        (options.runs * options.each, many, 7.0, None),
    ):
        name = f"{count} viewers of {options.runs} runs"
        within = goal(measured.delay <= delay, f"≤ {1000 * delay:.0f}") if delay else ""
        rows += [
            [
                f"{name}: updates a second, the fewest",
                f"{measured.updates:.1f}",
                goal(measured.updates >= updates, f"≥ {updates:g}"),
            ],
            [f"{name}: ms from written to here, 95 %", f"{1000 * measured.delay:.1f}", within],
            [
                f"{name}: % of a core of the server ({100 * at_rest:.0f} at rest)",
                f"{100 * measured.share:.1f}",
                goal(measured.share <= 0.5, "≤ 50"),
            ],
            [
                f"{name}: ms of the server a frame and viewer",
                f"{1000 * measured.cost:.3f}",
                goal(measured.cost <= 0.0005, "≤ 0.5"),
            ],
        ]
        if not options.written:
            steps, share = f"{measured.steps:,.0f}", measured.steps / alone
            rows.append([f"{name}: training steps a second", steps, f"{share:.2f} of without"])
    rows += [
        ["bytes a frame, the default", f"{few.size:,.0f}", goal(few.size <= 2000, "≤ 2,000")],
        [
            "bytes a frame, six layers of eight",
            f"{large.size:,.0f}",
            goal(large.size <= 6000, "≤ 6,000"),
        ],
    ]
    print_table(["", "measured", "goal"], rows)


if __name__ == "__main__":
    main()
