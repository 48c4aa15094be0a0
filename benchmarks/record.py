"""Steps a second of somebody's own loop that is recorded, over the same loop bare.

The loop is plain PyTorch and says its loss, accuracy and rate in each step. Beside it the same with
TensorBoard's `SummaryWriter`, which gets the loss as a scalar in each step. All sides are rounds of
one training, whose order changes: equal loops with tensors of their own differ by up to 4 %, by
where these lie in memory. The recording and the writer stay open over all rounds, as in a long
training. What comes before the first step, and closing, is told apart.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.tensorboard import SummaryWriter

from benchmarks._report import goal, print_machine, print_table
from nnlab.library.record import record

Say = Callable[[int, Tensor, Tensor], object]
"""Takes the step, its loss and its accuracy."""


@dataclass(frozen=True)
class Case:
    """A network, its data, and what is wanted."""

    name: str
    sizes: tuple[int, ...]
    batch: int
    rows: int
    goal: float


CASES = (
    Case("784-200-60-10, batch 256", (784, 200, 60, 10), 256, 10_000, 0.98),
    Case("2-8-8-2, batch 10", (2, 8, 8, 2), 10, 500, 0.9),
)


class Loop:
    """A network that trains for a while, and goes on where it was."""

    def __init__(self, case: Case) -> None:
        generator = torch.Generator().manual_seed(0)
        self.x = torch.randn(case.rows, case.sizes[0], generator=generator)
        self.y = torch.randint(case.sizes[-1], (case.rows,), generator=generator)
        layers: list[nn.Module] = []
        for before, after in zip(case.sizes, case.sizes[1:], strict=False):
            layers += [nn.Linear(before, after), nn.ReLU()]
        self.model = nn.Sequential(*layers[:-1])
        self._optimizer = torch.optim.Adam(self.model.parameters(), lr=0.001)
        self._batch, self._step = case.batch, 0

    def steps_a_second(self, say: Say, seconds: float) -> float:
        """Train for so long."""
        first, began = self._step, time.perf_counter()
        while time.perf_counter() - began < seconds:
            rows = torch.randint(len(self.x), (self._batch,))
            outputs, targets = self.model(self.x[rows]), self.y[rows]
            loss = F.cross_entropy(outputs, targets)
            self._optimizer.zero_grad()
            loss.backward()
            self._optimizer.step()
            accuracy = (outputs.argmax(1) == targets).float().mean()
            self._step += 1
            say(self._step, loss, accuracy)
        return (self._step - first) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each side in each round")
    options = parser.parse_args()
    print_machine()
    torch.set_num_threads(1)
    rows = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(case, Path(folder), options.rounds, options.seconds)
    print_table(["", "median", "goal"], rows)


def measure(case: Case, folder: Path, rounds: int, seconds: float) -> list[list[str]]:
    """Rows of the table."""
    loop = Loop(case)
    board = SummaryWriter(folder / "board")
    began = time.perf_counter()
    run = record(loop.model, name=case.name, data=(loop.x, loop.y), runs=folder)
    start = time.perf_counter() - began
    sides: dict[str, Callable[[], float]] = {
        "bare": lambda: loop.steps_a_second(lambda _step, _loss, _accuracy: None, seconds),
        "recorded": lambda: loop.steps_a_second(
            lambda _step, loss, accuracy: run.step(loss=loss, accuracy=accuracy, lr=0.001), seconds
        ),
        "board": lambda: loop.steps_a_second(
            lambda step, loss, _accuracy: board.add_scalar("loss", loss, step), seconds
        ),
    }
    for side in sides.values():
        side()  # warm
    speeds: list[dict[str, float]] = []
    for number in range(rounds):
        order = list(sides) if number % 2 else list(reversed(sides))
        speeds.append({side: sides[side]() for side in order})
    began = time.perf_counter()
    run.close()
    close = time.perf_counter() - began
    board.close()
    ratio = statistics.median(speed["recorded"] / speed["bare"] for speed in speeds)
    other = statistics.median(speed["board"] / speed["bare"] for speed in speeds)
    plain = statistics.median(speed["bare"] for speed in speeds)
    return [
        [f"{case.name}: steps a second, bare", f"{plain:,.0f}", ""],
        ["  recorded over bare", f"{ratio:.3f}", goal(ratio >= case.goal, f"≥ {case.goal}")],
        ["  with SummaryWriter, a scalar a step, over bare", f"{other:.3f}", ""],
        ["  seconds before the first step; to close", f"{start:.2f}; {close:.3f}", ""],
    ]


if __name__ == "__main__":
    main()
