"""Steps a second of the default experiment inside a worker, against a bare PyTorch loop.

The worker is the launcher's own, and is read eight times a second by the code of the page: new
events, newest weights, their picture. The bare loop trains the same network on the same data in
a process of its own, as little as a loop can do. Both have the workers' priority; they go in
turns, one standing still while the other runs.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch.nn import functional as F

from benchmarks._report import goal, print_machine, print_table
from nnlab.config import Experiment
from nnlab.data import registry
from nnlab.figures.boundary import boundary_picture
from nnlab.insight.boundary import plane_grid
from nnlab.models import build
from nnlab.recipes import RECIPES
from nnlab.runs import LocalLauncher, Run, Store
from nnlab.settings import Settings
from nnlab.ui.run_view import RunView

GOAL = 0.9
FRAME_SECONDS = 0.125
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
        serve_bare()
        return
    print_machine()
    pairs = measure(options.rounds, options.seconds)
    bare, worker = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(inside / outside for outside, inside in pairs)
    print_table(
        ["steps a second", "median", "goal"],
        [
            ["bare loop", f"{bare:,.0f}", ""],
            ["worker, read 8 times a second", f"{worker:,.0f}", ""],
            ["ratio (median of rounds)", f"{ratio:.3f}", goal(ratio >= GOAL, f"≥ {GOAL}")],
        ],
    )


def measure(rounds: int, seconds: float) -> list[tuple[float, float]]:
    """For each round the steps a second of the bare loop and of the worker."""
    with tempfile.TemporaryDirectory() as home:
        launcher = LocalLauncher(Settings(runs_dir=Path(home) / "runs"))
        run = Store(Path(home) / "runs").create(experiment(), name="throughput")
        with bare_process() as bare:
            launcher.start(run, "step")
            reader = Reader(run)
            reader.wait(lambda: reader.view.history.paused)
            pairs = []
            for _ in range(rounds):
                outside = ask_bare(bare, seconds)
                pairs.append((outside, reader.speed(launcher, seconds)))
            launcher.ask(run, "stop")
            reader.wait(lambda: reader.view.history.ended is not None)
        launcher.close()
    return pairs


class Reader:
    """Looks at a run as a page does."""

    def __init__(self, run: Run) -> None:
        self.view = RunView(run)

    def frame(self) -> None:
        """What the page does for a frame, before Streamlit."""
        self.view.refresh()
        with self.view.lock:
            boundary_picture(plane_grid(self.view.network()), dark=False)

    def wait(self, holds: object) -> None:
        """Look until `holds()`."""
        assert callable(holds)
        while not holds():
            self.frame()
            time.sleep(0.02)

    def speed(self, launcher: LocalLauncher, seconds: float) -> float:
        """Steps a second of the run over `seconds`, by the run's own clock."""
        launcher.ask(self.view.run, "resume")
        self._look(WARM_SECONDS)
        before = self.view.history.progress
        step, clock = before.tail("step", 1)[0], before.tail("seconds", 1)[0]
        self._look(seconds)
        after = self.view.history.progress
        speed = (after.tail("step", 1)[0] - step) / (after.tail("seconds", 1)[0] - clock)
        launcher.ask(self.view.run, "pause")
        self.wait(lambda: self.view.history.paused)
        return speed

    def _look(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            self.frame()
            time.sleep(max(0.0, FRAME_SECONDS - (time.monotonic() - began)))


# The bare side -----------------------------------------------------------------------------------


def bare_process() -> subprocess.Popen[str]:
    """A process that answers a number of seconds with the steps a second that it took."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.throughput", "--bare"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ask_bare(process: subprocess.Popen[str], seconds: float) -> float:
    """Steps a second of the bare loop over `seconds`."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def serve_bare() -> None:
    """The bare loop: batches by a permutation, forward, backward, optimizer, and nothing else."""
    if hasattr(os, "nice"):
        os.nice(5)  # as the workers are
    torch.set_num_threads(1)
    chosen = experiment()
    splits = registry.load(chosen.data, Path("no-data-needed"))
    x, y = splits.train.x, splits.train.y
    torch.manual_seed(0)
    model = build(chosen.model, splits.info.input_shape)
    rule = chosen.training.optimizer
    optimizer = torch.optim.Adam(
        model.parameters(), lr=rule.lr, weight_decay=rule.weight_decay, fused=True
    )
    size = chosen.training.batch_size
    assert isinstance(size, int)

    def epoch() -> int:
        batches = torch.randperm(len(x)).split(size)
        for batch in batches:
            loss = F.cross_entropy(model(x.index_select(0, batch)), y.index_select(0, batch))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return len(batches)

    for line in sys.stdin:
        warm = time.perf_counter() + WARM_SECONDS
        while time.perf_counter() < warm:
            epoch()
        steps, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < float(line):
            steps += epoch()
        print(steps / took, flush=True)


if __name__ == "__main__":
    main()
