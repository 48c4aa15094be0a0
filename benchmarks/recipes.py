"""All published recipes and the fast ones, run anew: reported / reproduced / why, and how fast.

`python -m benchmarks.recipes [--quick] [ids …]`. Each recipe runs in `fit`, as in a worker, but for
the writing of files. `--quick` stops each after a few epochs: the figures are then no
reproduction, only the speed means something. At the end the share that each reaches of the rate at
which this machine multiplies matrices, measured in the same run with as many threads.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks._products import bound, product_rate
from benchmarks._report import print_machine, print_table
from benchmarks.mnist_epoch import find_mnist
from nnlab.config import Experiment, Images
from nnlab.config.data import Data
from nnlab.data import registry
from nnlab.data.splits import Splits
from nnlab.errors import DataUnavailableError, NnlabError
from nnlab.recipes import RECIPES, Compared, Recipe, get
from nnlab.runs.compared import value_of
from nnlab.runs.record.history import History
from nnlab.training.fit import fit

QUICK_EPOCHS, QUICK_STEPS = 1, 400
GROUPS = ("published tutorials", "fast")


@dataclass(frozen=True)
class Speed:
    """The duration and the size of a run."""

    threads: int
    steps: int
    seconds: float
    """Up to the last step's evaluation; those on the way are counted in."""
    step_flops: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", help="recipes; all published and fast ones if none")
    parser.add_argument("--quick", action="store_true", help="an epoch of each")
    parser.add_argument("--data", type=Path, help="where MNIST is; NNLAB_DATA_DIR if not given")
    options = parser.parse_args()
    try:
        chosen = [get(name) for name in options.ids] or [
            recipe for recipe in RECIPES.values() if recipe.group in GROUPS
        ]
    except NnlabError as error:
        print(error)
        return 2
    print_machine()
    reader = Reader(options.data or find_mnist())
    speeds: list[tuple[Recipe, Speed]] = []
    for recipe in chosen:
        try:
            speeds.append((recipe, reproduce(recipe, reader, quick=options.quick)))
        except DataUnavailableError as error:
            print(f"\n{recipe.id}: {error}")
    if speeds:
        print_speeds(speeds)
    return 0


class Reader:
    """The data of one recipe after another; the last one is kept, since many share theirs."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._last: tuple[Data, Splits] | None = None

    def splits(self, data: Data) -> Splits:
        """Raises DataUnavailableError: not on this machine."""
        if self._last is None or self._last[0] != data:
            self._last = None  # two at once need not fit
            self._last = data, registry.load(data, self._data_dir)
        return self._last[1]


def reproduce(recipe: Recipe, reader: Reader, *, quick: bool) -> Speed:
    """Run a recipe, and print its table."""
    print(f"\n{recipe.id} · {recipe.cited}{' · QUICK, not a reproduction' if quick else ''}")
    history, speed = run(recipe.experiment, reader, quick=quick)
    ended = history.ended
    assert ended is not None, "fit ends with fit_ended"
    print(
        f"{ended.epoch:,} epochs, {ended.step:,} steps in {ended.seconds:.2f} s,"
        f" {speed.threads} thread{'s'[: speed.threads != 1]}, {ended.reason}"
    )
    rows, reasons = [], []
    for line in recipe.compared:
        now = value_of(line, history) if not line.changes else changed(recipe, line, reader, quick)
        rows.append(
            [
                line.what,
                line.said or line.in_words(line.reported),
                "–" if now is None else line.in_words(now),
                line.in_words(line.reproduced),
            ]
        )
        if line.why:
            reasons.append(f"  {line.what}: {line.why}")
    if rows:
        print_table(["figure", "reported", "reproduced now", "kept in the recipe"], rows)
    print("\n".join(reasons), flush=True)
    return speed


def changed(recipe: Recipe, line: Compared, reader: Reader, quick: bool) -> float | None:
    """The figure of a line that is about the recipe with something set otherwise."""
    experiment = recipe.experiment
    for path, value in line.changes:
        experiment = experiment.with_set(path, value)
    history, _ = run(experiment, reader, quick=quick)
    return value_of(Compared(line.what, 0.0, 0.0, metric=line.metric, at=line.at), history)


def run(experiment: Experiment, reader: Reader, *, quick: bool) -> tuple[History, Speed]:
    """Train to the end of the budget, or of the quick one."""
    if quick:
        experiment = shortened(experiment)
    running = fit(experiment, reader.splits(experiment.data))
    history = History()
    for event in running:
        history.extend([event])
    seconds = last_step_seconds(history)
    return history, Speed(running.threads, running.step, seconds, running.plan.step_flops)


def last_step_seconds(history: History) -> float:
    """Seconds up to the last evaluation on the way: what the end measures comes after it."""
    seconds = history.epochs.tail("seconds", 1)
    assert seconds, "the last step is always evaluated"
    return seconds[0]


def shortened(experiment: Experiment) -> Experiment:
    """An epoch of pictures, or a few hundred steps of points."""
    training = experiment.training
    if isinstance(experiment.data, Images) and training.epochs is not None:
        return experiment.with_set("training.epochs", min(training.epochs, QUICK_EPOCHS))
    return experiment.with_set("training.steps", min(training.steps or QUICK_STEPS, QUICK_STEPS))


def print_speeds(speeds: list[tuple[Recipe, Speed]]) -> None:
    """The share of the machine's rate of products that each recipe reached, and what bounds it."""
    rates = {speed.threads: product_rate(speed.threads) for _, speed in speeds}
    said = ", ".join(f"{rate / 1e9:,.0f} GFLOP/s with {n}" for n, rate in sorted(rates.items()))
    print(f"\nMatrix products of 1024³ here, by threads: {said}")
    rows, reasons = [], []
    for recipe, speed in speeds:
        step = speed.seconds / speed.steps
        products = speed.step_flops / rates[speed.threads]
        share = products / step
        rows.append(
            [
                recipe.id,
                str(speed.threads),
                f"{1 / step:,.0f}",
                f"{speed.step_flops / step / 1e9:,.2f}",
                f"{share:.1%}",
            ]
        )
        reasons.append(f"  {recipe.id}: bound by {bound(share, step, products)}")
    print_table(["recipe", "threads", "steps/s", "GFLOP/s", "of the products' rate"], rows)
    print("\n".join(reasons))


if __name__ == "__main__":
    sys.exit(main())
