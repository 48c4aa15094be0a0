"""Steps a second of the default experiment inside a worker, against a bare PyTorch loop.

The worker is the launcher's own: the wire looks at its files 30 times a second, and a page that
has a panel open runs once a second: new events, newest weights, a plane. The bare loop trains the
same network on the same data in a process of its own, as little as a loop can do. Both have the
workers' priority; they go in turns, one standing still while the other runs.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from benchmarks._bare_loop import serve
from benchmarks._process import start
from benchmarks._report import goal, print_machine, print_table
from benchmarks._watched import compare
from nnlab.config import Experiment
from nnlab.insight.plane.boundary import plane_grid
from nnlab.recipes import RECIPES
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.ui.runtime.run_view import RunView

GOAL = 0.9
WARM_SECONDS = 0.4


def experiment() -> Experiment:
    """The Playground's default, with a budget that outlasts the measurement."""
    return RECIPES["spiral"].experiment.with_set("training.epochs", 1_000_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each side in each round")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        serve(experiment(), WARM_SECONDS)
        return
    print_machine()
    pairs = measure(options.rounds, options.seconds)
    bare, worker = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(inside / outside for outside, inside in pairs)
    print_table(
        ["steps a second", "median", "goal"],
        [
            ["bare loop", f"{bare:,.0f}", ""],
            ["worker, watched", f"{worker:,.0f}", ""],
            ["ratio (median of rounds)", f"{ratio:.3f}", goal(ratio >= GOAL, f"≥ {GOAL}")],
        ],
    )


def measure(rounds: int, seconds: float) -> list[tuple[float, float]]:
    """For each round the steps a second of the bare loop and of the worker."""
    with tempfile.TemporaryDirectory() as home:
        launcher = LocalLauncher(Settings(runs_dir=Path(home) / "runs"))
        run = Store(Path(home) / "runs").create(experiment(), name="throughput")
        with start("benchmarks.throughput", "--bare") as bare:
            pairs = compare(
                launcher, run, bare, frame, rounds=rounds, seconds=seconds, warm=WARM_SECONDS
            )
        launcher.close()
    return pairs


def frame(view: RunView) -> None:
    """Do the work of one rerun of the Playground, without Streamlit."""
    view.refresh()
    with view.lock:
        plane_grid(view.network())


if __name__ == "__main__":
    main()
