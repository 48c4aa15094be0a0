"""How well a network reads what people really draw: real pen strokes, replayed on the canvas.

7,494 digits by 30 writers (see `_pen_strokes`), each drawn 120 to 220 pixels large anywhere on a
canvas of 280 by 280 with pens of 8, 18 and 28 pixels, then taken through `nnlab.drawing` as a
drawing on the page is. No digit of them ever trains a network.

The protocol. Every third writer (3, 6, … 30) is sealed: while templates, augmentation and networks
were chosen, only the 20 others were looked at, and what they write was looked at with the eye
alone: a form that the templates lacked was added as a template, no stroke was copied. `--sealed`
opens the ten; whoever tunes after that has no sealed writers left and needs new ones. They were
opened twice, each time when all was fixed: for the first edition of drawn digits and for the
second. Nobody looked at what they write. All thirty are of one collection, made by one tablet: of
how people write elsewhere it says little.

Standard errors take the writer for the unit, since digits of one hand succeed and fail together:
the standard deviation of the writers' accuracies over the root of their number.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from benchmarks._pen_strokes import PENS, PenDigit, find, on_canvas, read, render
from benchmarks._report import goal, print_machine, print_table
from nnlab.drawing import to_network_input
from nnlab.errors import NnlabError
from nnlab.library.asked.find import find_run
from nnlab.recipes import RECIPES
from nnlab.runs.network import load_network
from nnlab.runs.store import Store
from nnlab.runs.workers.worker import train
from nnlab.settings import read_settings
from nnlab.training.events import FitEnded

SEALED_EVERY = 3
GOAL = 0.99
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "datasets"


@dataclass(frozen=True)
class Readings:
    """Answers of a network. One row for each digit, one column for each pen."""

    right: NDArray[np.bool_]
    """[digits, pens]."""
    labels: NDArray[np.int64]
    writers: NDArray[np.int64]

    def accuracy(self, rows: NDArray[np.bool_], pens: slice = slice(None)) -> tuple[float, float]:
        """Of those rows, and its standard error over writers."""
        writers = np.unique(self.writers[rows])
        each = [float(self.right[rows & (self.writers == w), pens].mean()) for w in writers]
        error = float(np.std(each, ddof=1) / np.sqrt(len(each))) if len(each) > 1 else float("nan")
        return float(self.right[rows, pens].mean()), error


def main() -> None:
    options = _options()
    print_machine()
    settings = read_settings()
    digits = chosen(read(find(settings.data_dir, SHARED)), options.per_writer, options.sealed)
    networks = {what: _network(what, settings.data_dir, settings.runs_dir) for what in options.what}
    pictures = prepared_all(digits, options.pens, shrink=options.shrink)
    for what, network in networks.items():
        print(f"\n{what}")
        _print_tables(measure(network, digits, pictures), options.pens)


def _print_tables(readings: Readings, pens: Sequence[float]) -> None:
    whole = np.ones(len(readings.labels), bool)
    by_pen = [_row(f"{pen:g} px", readings, whole, slice(i, i + 1)) for i, pen in enumerate(pens)]
    by_digit = [_row(str(digit), readings, readings.labels == digit) for digit in range(10)]
    sealed = readings.writers % SEALED_EVERY == 0
    groups = {"tuning writers": ~sealed, "sealed writers": sealed}
    by_group = [_row(name, readings, rows) for name, rows in groups.items() if rows.any()]
    for title, rows in (("pen", by_pen), ("digit", by_digit), ("writers", by_group)):
        print_table([title, "digits", "accuracy", "standard error", "goal"], rows)
        print()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="+", help="ids of runs, or recipes, which are trained first")
    parser.add_argument("--per-writer", type=int, default=250, help="digits of each; all: 250")
    parser.add_argument(
        "--pens",
        type=lambda text: tuple(float(pen) for pen in text.split(",")),
        default=PENS,
        help="pixels of 280, separated by commas (8,18,28)",
    )
    parser.add_argument("--sealed", action="store_true", help="the sealed writers instead")
    parser.add_argument(
        "--shrink", action="store_true", help="the whole canvas made small, as many demos do"
    )
    return parser.parse_args()


def chosen(digits: Sequence[PenDigit], per_writer: int, sealed: bool) -> list[PenDigit]:
    """The first digits of every writer of the group."""
    counts: dict[int, int] = {}
    kept = []
    for digit in digits:
        if (digit.writer % SEALED_EVERY == 0) != sealed:
            continue
        counts[digit.writer] = counts.get(digit.writer, 0) + 1
        if counts[digit.writer] <= per_writer:
            kept.append(digit)
    return kept


def prepared_all(
    digits: Sequence[PenDigit], pens: Sequence[float], *, shrink: bool
) -> NDArray[np.float32]:
    """Every digit with every pen: float32 [pens, digits, 28, 28] in [0, 1]."""
    return np.stack([[prepared(digit, pen, shrink) for digit in digits] for pen in pens])


def measure(
    network: nn.Sequential, digits: Sequence[PenDigit], pictures: NDArray[np.float32]
) -> Readings:
    """Return a network's answers to pictures [pens, digits, 28, 28]."""
    labels = np.array([digit.label for digit in digits], np.int64)
    right = np.empty((len(digits), len(pictures)), bool)
    with torch.inference_mode():
        for column, of_pen in enumerate(torch.from_numpy(pictures)):
            answers = torch.cat([network(part[:, None]).argmax(1) for part in of_pen.split(500)])
            right[:, column] = answers.numpy() == labels
    return Readings(right, labels, np.array([digit.writer for digit in digits], np.int64))


def prepared(digit: PenDigit, pen: float, shrink: bool = False) -> NDArray[np.float32]:
    """Return the network's input for a digit: float32 [28, 28] in [0, 1]."""
    canvas = render(on_canvas(digit, pen), pen)
    if shrink:
        small = Image.fromarray(canvas).resize((28, 28), Image.Resampling.BICUBIC)
        return np.divide(np.asarray(small), 255, dtype=np.float32)
    return to_network_input(canvas)


def _network(what: str, data_dir: Path, runs_dir: Path) -> nn.Sequential:
    if what not in RECIPES:
        return load_network(find_run(Store(runs_dir), what))[0]
    with tempfile.TemporaryDirectory() as home:
        run = Store(Path(home)).create(RECIPES[what].experiment, name=what)
        *_, ended = train(run, data_dir=data_dir)
        if not isinstance(ended, FitEnded) or ended.val_accuracy is None:
            raise SystemExit(f"{what} did not train: {ended}")
        print(f"{what}: {ended.seconds:.0f} s of training, validation {ended.val_accuracy:.4f}\n")
        return load_network(run)[0]


def _row(
    name: str, readings: Readings, rows: NDArray[np.bool_], pens: slice = slice(None)
) -> list[str]:
    accuracy, error = readings.accuracy(rows, pens)
    met = goal(accuracy >= GOAL, f"≥ {GOAL:g}")
    return [name, f"{rows.sum():,}", f"{accuracy:.4f}", f"{error:.4f}", met]


if __name__ == "__main__":
    try:
        main()
    except NnlabError as error:
        raise SystemExit(str(error)) from error
