"""What live figures cost: MNIST in a worker that a page reads eight times a second, and alone.

Both sides train the network of `three-layer` and have the workers' priority. *Alone* is `fit` in a
process of its own that writes nothing and that nobody looks at. *Live* is the launcher's own
worker, with all that it writes, read eight times a second by the code of the Images page: events,
weights, both curves, the answers to 24 pictures. They go in turns, one standing still while the
other trains. What Streamlit sends and a browser draws is not counted: it is another machine's.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks._report import goal, print_machine, print_table
from benchmarks.mnist_epoch import find_mnist
from nnlab.config import Experiment, Images
from nnlab.data import registry
from nnlab.data.samples import Samples, samples
from nnlab.errors import DataUnavailableError
from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.recipes import get
from nnlab.runs import LocalLauncher, Run, Store
from nnlab.settings import Settings
from nnlab.training import fit
from nnlab.ui.answers import answers_of
from nnlab.ui.run_view import RunView

GOAL = 0.95
FRAME_SECONDS = 0.125
WARM_SECONDS = 0.5


def experiment() -> Experiment:
    """`three-layer` with a budget that outlasts the measurement, its test set left alone."""
    chosen = get("three-layer").experiment.with_set("training.epochs", 100_000)
    return chosen.with_set("data.test", "sealed").with_set("data.validation", 10_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each side in each round")
    parser.add_argument("--data", type=Path, help="where MNIST is; NNLAB_DATA_DIR if not given")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    data_dir = options.data or find_mnist()
    if options.alone:
        serve_alone(data_dir)
        return 0
    data = experiment().data
    assert isinstance(data, Images)
    try:
        pictures = samples(data, data_dir)
    except DataUnavailableError as error:
        print(f"MNIST is needed for this: {error}")
        return 1
    print_machine()
    pairs = measure(options.rounds, options.seconds, data_dir, pictures)
    alone, live = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(inside / outside for outside, inside in pairs)
    print_table(
        ["steps a second", "median", "goal"],
        [
            ["alone, nothing written", f"{alone:,.0f}", ""],
            ["live, read 8 times a second", f"{live:,.0f}", ""],
            ["ratio (median of rounds)", f"{ratio:.3f}", goal(ratio >= GOAL, f"≥ {GOAL}")],
        ],
    )
    return 0


def measure(
    rounds: int, seconds: float, data_dir: Path, pictures: Samples
) -> list[tuple[float, float]]:
    """For each round the steps a second of `fit` alone and of the worker that is read."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(runs_dir=Path(home) / "runs", data_dir=data_dir)
        launcher = LocalLauncher(settings)
        run = Store(settings.runs_dir).create(experiment(), name="mnist_live")
        with alone_process(data_dir) as alone:
            launcher.start(run, "step")
            reader = Reader(run, pictures)
            reader.wait(lambda: reader.view.history.paused)
            pairs = []
            for _ in range(rounds):
                outside = ask_alone(alone, seconds)
                pairs.append((outside, reader.speed(launcher, seconds)))
            launcher.ask(run, "stop")
            reader.wait(lambda: reader.view.history.ended is not None)
        launcher.close()
    return pairs


class Reader:
    """Looks at a run as the Images page does."""

    def __init__(self, run: Run, pictures: Samples) -> None:
        self.view, self._pictures = RunView(run), pictures

    def frame(self) -> None:
        """What the page does for a frame, before Streamlit."""
        history = self.view.refresh()
        steps, epochs = history.progress, history.epochs
        loss_figure(
            steps["step"], steps["train_loss"], epochs["step"], epochs["val_loss"], dark=False
        ).to_plotly_json()
        accuracy_figure(
            steps["step"],
            steps["train_accuracy"],
            epochs["step"],
            epochs["val_accuracy"],
            dark=False,
        ).to_plotly_json()
        answers_of(self.view, self._pictures.val_x, moving=True)

    def wait(self, holds: Callable[[], bool]) -> None:
        """Look until `holds()`."""
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


# The side that is alone --------------------------------------------------------------------------


def alone_process(data_dir: Path) -> subprocess.Popen[str]:
    """A process that answers a number of seconds with the steps a second that it took."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.mnist_live", "--alone", "--data", str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ask_alone(process: subprocess.Popen[str], seconds: float) -> float:
    """Steps a second of `fit` alone over `seconds`."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def serve_alone(data_dir: Path) -> None:
    """`fit` and nothing else, standing still between two questions."""
    if hasattr(os, "nice"):
        os.nice(5)  # as the workers are
    chosen = experiment()
    running = fit(chosen, registry.load(chosen.data, data_dir))

    def train(seconds: float) -> float:
        """Steps a second of about so many seconds: from one event to another."""
        event = next(running)
        step, began = event.step, time.perf_counter()
        while time.perf_counter() - began < seconds:
            event = next(running)
        return (event.step - step) / (time.perf_counter() - began)

    next(running)
    for line in sys.stdin:
        train(WARM_SECONDS)
        print(train(float(line)), flush=True)


if __name__ == "__main__":
    sys.exit(main())
