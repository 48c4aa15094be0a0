"""The recipe `ninety-nine`: how soon 99 % of MNIST's test pictures are read right, over seeds.

A run's time begins with the compressed files on the disk: it is read, made into tensors, trained
on. It ends with the last step. Then, once, the test set is opened. What Python and PyTorch need to
start is left out; one short training warms them up. Weights, order of batches and dropout differ
from seed to seed. All threads are those of the recipe.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks._products import bound, product_rate
from benchmarks._report import goal, print_machine, print_table
from benchmarks._whole_training import train_whole
from benchmarks.mnist_epoch import find_mnist
from nnlab.config import Experiment
from nnlab.data import registry
from nnlab.errors import DataUnavailableError
from nnlab.models.shapes import training_flops
from nnlab.recipes import get
from nnlab.recipes.ninety_nine import GOAL, GOAL_SECONDS
from nnlab.training.fit import fit
from nnlab.training.metrics import LOSSES, evaluate


@dataclass(frozen=True)
class Timed:
    """One run."""

    seed: int
    prepared: float
    """Seconds from the files to the first step."""
    trained: float
    """Seconds from the first step to the last."""
    accuracy: float
    """Share of the test pictures read right."""
    flops: float
    """Floating-point operations of the training's products."""
    steps: int
    threads: int

    @property
    def seconds(self) -> float:
        """All that counts."""
        return self.prepared + self.trained


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="runs, each with a seed of its own")
    parser.add_argument("--data", type=Path, help="where MNIST is; NNLAB_DATA_DIR if not given")
    options = parser.parse_args()
    experiment, data_dir = get("ninety-nine").experiment, options.data or find_mnist()
    print_machine()
    try:
        timed(experiment.with_set("training.steps", 20), 0, data_dir)  # warm
    except DataUnavailableError as error:
        print(f"MNIST is needed for this: {error}")
        return 1
    rate = product_rate(experiment.training.threads or 1)
    runs = []
    for seed in range(options.seeds):
        runs.append(timed(experiment, seed, data_dir))
        one = runs[-1]
        print(
            f"seed {seed}: {one.seconds:.2f} s ({one.prepared:.2f} to prepare), {one.accuracy:.2%}",
            flush=True,
        )
    report(runs, max(rate, product_rate(experiment.training.threads or 1)))
    return 0


def timed(experiment: Experiment, seed: int, data_dir: Path) -> Timed:
    """One run with that seed.

    Raises:
        DataUnavailableError: MNIST is not here.
    """
    seeded = experiment.with_set("training.seed", seed).with_set("model.seed", seed)
    began = time.perf_counter()
    splits = registry.load(seeded.data, data_dir)
    running = fit(seeded, splits)
    next(running)
    first = time.perf_counter()
    train_whole(running)
    last = time.perf_counter()
    assert splits.test is not None
    accuracy = evaluate(running.model, splits.test, LOSSES[seeded.training.loss]).accuracy
    assert accuracy is not None
    flops = running.step * training_flops(running.plan.rows, running.plan.batch_size)
    return Timed(seed, first - began, last - first, accuracy, flops, running.step, running.threads)


def report(runs: list[Timed], rate: float) -> None:
    """Medians, and what the training's time goes to.

    Args:
        runs: at least one.
        rate: operations a second of the machine's products, in the recipe's threads.
    """
    seconds = statistics.median(one.seconds for one in runs)
    accuracy = statistics.median(one.accuracy for one in runs)
    right = sum(one.accuracy >= GOAL for one in runs)
    share = statistics.median(one.flops / one.trained for one in runs) / rate
    step = statistics.median(one.trained / one.steps for one in runs)
    products = runs[0].flops / runs[0].steps / rate
    threads = runs[0].threads
    print_table(
        ["", "measured", "goal"],
        [
            [
                f"seconds, median of {len(runs)}",
                f"{seconds:.2f}",
                goal(seconds <= GOAL_SECONDS, f"≤ {GOAL_SECONDS:.0f}"),
            ],
            [
                "test accuracy, median",
                f"{accuracy:.2%}",
                goal(accuracy >= GOAL, f"≥ {GOAL:.0%}"),
            ],
            ["runs that reach it", f"{right} of {len(runs)}", ""],
            ["test accuracy, lowest", f"{min(one.accuracy for one in runs):.2%}", ""],
            [
                "of it, to prepare the data",
                f"{statistics.median(r.prepared for r in runs):.2f}",
                "",
            ],
            [f"products of the machine, {threads} threads, GFLOP/s", f"{rate / 1e9:.0f}", ""],
            ["training over that rate", f"{share:.3f}", ""],
        ],
    )
    print(f"It is bound by {bound(share, step, products)}.")


if __name__ == "__main__":
    sys.exit(main())
