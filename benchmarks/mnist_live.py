"""The cost of live figures: MNIST in a worker that the wire and a page read, and alone.

Both sides train the network of `three-layer` and have the workers' priority. *Alone* is `fit` in a
process of its own that writes nothing and that nobody looks at. *Live* is the launcher's own
worker, with all that it writes: the wire looks at its files 30 times a second, and the Images page
runs once a second: weights, both curves, the answers to 24 pictures. They go in turns, one standing
still while the other trains. What a browser draws is not counted: it is another machine's.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks._process import start
from benchmarks._report import goal, print_machine, print_table
from benchmarks._watched import compare
from benchmarks.mnist_epoch import find_mnist
from nnlab.config import Experiment, Images
from nnlab.data import registry
from nnlab.data.samples import Samples, samples
from nnlab.errors import DataUnavailableError
from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.recipes import get
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.training.fit import fit
from nnlab.ui.images.tabs.answers import answers_of
from nnlab.ui.runtime.run_view import RunView

GOAL = 0.97
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
            ["live, over the wire", f"{live:,.0f}", ""],
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
        with start("benchmarks.mnist_live", "--alone", "--data", str(data_dir)) as alone:
            pairs = compare(
                launcher,
                run,
                alone,
                partial(frame, pictures),
                rounds=rounds,
                seconds=seconds,
                warm=WARM_SECONDS,
            )
        launcher.close()
    return pairs


def frame(pictures: Samples, view: RunView) -> None:
    """Do the work of one rerun of the Images page, without Streamlit."""
    history = view.refresh()
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
    answers_of(view, pictures.val_x, moving=True)


# The side that is alone --------------------------------------------------------------------------


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
