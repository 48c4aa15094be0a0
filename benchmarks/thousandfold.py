"""97.959 % test accuracy, and 500 epochs of `three-layer`, against the usual loop beside them.

The usual loop trains the same perceptron with SGD on all 60,000 pictures as most tutorials write
it: a DataLoader with `num_workers=0` and `shuffle`, `ToTensor` and `Normalize` for each picture,
`.item()` in each step. All sides go in turns. What comes before the first step is left out
everywhere. `thousandfold` counts from there to the end of its evaluation on the test set.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import torch

from benchmarks._report import goal, print_machine, print_table
from benchmarks._whole_training import train_whole
from benchmarks.mnist_epoch import find_mnist, unpack, usual_loop
from nnlab.config import Experiment, LogSoftmax
from nnlab.data import registry
from nnlab.data.splits import Part, Splits
from nnlab.errors import DataUnavailableError
from nnlab.recipes import get
from nnlab.recipes.three_layer import EPOCHS, SECONDS, TEST_ACCURACY
from nnlab.training.fit import fit
from nnlab.training.metrics import LOSSES, evaluate

GOAL_EPOCH, GOAL_REPORTED, GOAL_TWELFTH, GOAL_USUAL = 0.4, 1 / 1000, 1 / 12, 13.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of all sides, in turns")
    parser.add_argument("--epochs", type=int, default=5, help="of three-layer in each round")
    parser.add_argument("--full", action="store_true", help="also all 500 epochs of three-layer")
    parser.add_argument("--data", type=Path, help="where MNIST is; NNLAB_DATA_DIR if not given")
    options = parser.parse_args()
    fast, slow = get("thousandfold").experiment, get("three-layer").experiment
    data_dir = options.data or find_mnist()
    try:
        splits = registry.load(fast.data, data_dir)
    except DataUnavailableError as error:
        print(f"MNIST is needed for this: {error}")
        return 1
    print_machine()
    with tempfile.TemporaryDirectory() as folder:
        unpack(data_dir, Path(folder))
        usual = usual_loop(without_log_softmax(slow), Path(folder), torch.optim.SGD)
        to_target(fast, splits)  # warm
        rounds = []
        for _ in range(options.rounds):
            reached, accuracy = to_target(fast, splits)
            rounds.append((reached, accuracy, epoch(slow, splits, options.epochs), usual()))
    report(rounds)
    if options.full:
        whole = epoch(slow, splits, EPOCHS) * EPOCHS
        print(f"three-layer, all {EPOCHS} epochs: {whole:.1f} s, {whole / SECONDS:.4f} of reported")
    return 0


def to_target(experiment: Experiment, splits: Splits) -> tuple[float, float]:
    """Seconds from the first step to the known test accuracy, and that accuracy."""
    running = fit(experiment, splits)
    next(running)
    began = time.perf_counter()
    train_whole(running)
    assert splits.test is not None
    test = Part(splits.test.x, splits.test.y)
    accuracy = evaluate(running.model, test, LOSSES[experiment.training.loss]).accuracy
    assert accuracy is not None
    return time.perf_counter() - began, accuracy


def epoch(experiment: Experiment, splits: Splits, epochs: int) -> float:
    """Seconds of an epoch in `fit`: the mean over so many, the last evaluation counted in."""
    running = fit(experiment.with_set("training.epochs", epochs), splits)
    next(running)
    began = time.perf_counter()
    train_whole(running)
    return (time.perf_counter() - began) / epochs


def without_log_softmax(experiment: Experiment) -> Experiment:
    """The same network with cross-entropy, as the usual loop has its loss."""
    layers = tuple(la for la in experiment.model.layers if not isinstance(la, LogSoftmax))
    model = experiment.model.model_copy(update={"layers": layers})
    training = experiment.training.model_copy(update={"loss": "cross_entropy"})
    return experiment.model_copy(update={"model": model, "training": training})


def report(rounds: list[tuple[float, float, float, float]]) -> None:
    """Medians, and the medians of the ratios within a round."""
    reached, accuracies, own, usual = zip(*rounds, strict=True)
    accuracy = min(accuracies)
    to_epoch = statistics.median(fast / there for fast, _, _, there in rounds)
    faster = statistics.median(there / here for _, _, here, there in rounds)
    whole = EPOCHS * statistics.median(own)
    print_table(
        ["", "measured", "goal"],
        [
            [
                "thousandfold: test accuracy",
                f"{accuracy:.3%}",
                goal(accuracy >= TEST_ACCURACY, f"≥ {TEST_ACCURACY:.3%}"),
            ],
            ["thousandfold: seconds to it", f"{statistics.median(reached):.2f}", ""],
            ["the usual loop: seconds for one epoch", f"{statistics.median(usual):.2f}", ""],
            [
                "thousandfold over one usual epoch",
                f"{to_epoch:.3f}",
                goal(to_epoch < GOAL_EPOCH, f"< {GOAL_EPOCH}"),
            ],
            [
                "thousandfold over the reported 71.90 minutes",
                f"1/{SECONDS / statistics.median(reached):,.0f}",
                goal(statistics.median(reached) < SECONDS * GOAL_REPORTED, "< 1/1000"),
            ],
            ["three-layer: seconds for one epoch", f"{statistics.median(own):.3f}", ""],
            [
                "three-layer: 500 epochs over the reported 71.90 minutes",
                f"1/{SECONDS / whole:.1f}",
                goal(whole <= SECONDS * GOAL_TWELFTH, "≤ 1/12"),
            ],
            [
                "three-layer over the usual loop",
                f"{faster:.1f}×",
                goal(faster >= GOAL_USUAL, f"≥ {GOAL_USUAL:.0f}×"),
            ],
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
