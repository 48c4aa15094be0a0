"""One epoch of MNIST in `fit`, against a bare in-memory loop and against the usual loop.

All train the same perceptron with Adam on all 60,000 pictures, in turns. *Bare*: one tensor,
normalised once and sliced by a permutation, a fused optimizer. *Usual*: a DataLoader with
`num_workers=0` and `shuffle`, `ToTensor` and `Normalize` for each picture, `.item()` in each step.
What comes before the first step of an epoch is left out on all sides. `fit` measures accuracy on
the way; the other two do not.
"""

import argparse
import gzip
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from benchmarks._report import goal, print_machine, print_table
from nnlab.config import Adam, Experiment, Flatten, Images, Model, Normalize, Training, mlp
from nnlab.data import registry
from nnlab.data.splits import Splits
from nnlab.data.torchvision_fix import torchvision_datasets
from nnlab.errors import DataUnavailableError
from nnlab.models import build
from nnlab.settings import read_settings
from nnlab.training.fit import fit

MEAN, STD = 0.1307, 0.3081
LR = 0.001
GOAL_BARE = 0.9
SHAPES: tuple[tuple[tuple[int, ...], int, float], ...] = (
    # hidden layers, batch size, goal against the usual loop
    ((200, 60), 256, 13.0),
    ((400, 200, 100), 64, 3.2),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="of fit and the bare loop")
    parser.add_argument("--usual", type=int, default=3, help="rounds of the usual loop")
    parser.add_argument("--data", type=Path, help="where MNIST is; NNLAB_DATA_DIR if not given")
    options = parser.parse_args()
    data_dir = options.data or find_mnist()
    try:
        splits = registry.load(Images(kind="mnist", validation=0), data_dir)
    except DataUnavailableError as error:
        print(f"MNIST is needed for this: {error}")
        return
    print_machine()
    with tempfile.TemporaryDirectory() as folder:
        unpack(data_dir, Path(folder))
        rows = [
            line
            for hidden, batch, least in SHAPES
            for line in compare(hidden, batch, least, splits, Path(folder), options)
        ]
    print_table(["seconds for an epoch", "this", "other", "speed", "goal"], rows)


def compare(
    hidden: tuple[int, ...],
    batch: int,
    least: float,
    splits: Splits,
    folder: Path,
    options: argparse.Namespace,
) -> list[list[str]]:
    """Rows of the table: fit against bare and against usual, and bare itself against usual."""
    experiment = Experiment(
        data=Images(kind="mnist", validation=0),
        model=Model(layers=(Normalize(mean=MEAN, std=STD), Flatten(), *mlp(*hidden, outputs=10))),
        training=Training(optimizer=Adam(kind="adam", lr=LR), batch_size=batch, epochs=1),
    )
    own = engine(experiment, splits)
    bare = bare_loop(experiment, splits)
    usual = usual_loop(experiment, folder)
    own(), bare()  # both warm
    against_bare, against_usual, bare_against_usual = [], [], []
    for round_number in range(options.rounds):
        sides = [own, bare] if round_number % 2 else [bare, own]
        times = {side: side() for side in sides}
        against_bare.append((times[own], times[bare]))
        if round_number < options.usual:
            usual_time = usual()
            against_usual.append((times[own], usual_time))
            bare_against_usual.append((times[bare], usual_time))
            own()  # the caches are full of other things now
    name = f"784-{'-'.join(map(str, hidden))}-10, batch {batch}"
    return [
        row(f"{name}: bare", against_bare, GOAL_BARE),
        row(f"{name}: usual", against_usual, least),
        row(f"{name}: bare itself over usual", bare_against_usual, None),
    ]


def row(name: str, pairs: list[tuple[float, float]], least: float | None) -> list[str]:
    """Medians of both sides, and of the ratio within a round."""
    own, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(there / here for here, there in pairs)
    aim = "" if least is None else goal(ratio >= least, f"≥ {least}")
    return [name, f"{own:.2f}", f"{other:.2f}", f"{ratio:.2f}×", aim]


def engine(experiment: Experiment, splits: Splits) -> Callable[[], float]:
    """Seconds of an epoch in `fit`, from its first event to the end of the epoch."""

    def epoch() -> float:
        events = fit(experiment, splits)
        next(events)
        began = time.perf_counter()
        for event in events:
            if event.type == "epoch_ended":
                break
        return time.perf_counter() - began

    return epoch


def bare_loop(experiment: Experiment, splits: Splits) -> Callable[[], float]:
    """Seconds of an epoch in a loop that does nothing but train."""
    x = ((splits.train.x - MEAN) / STD).flatten(1)
    y = splits.train.y
    model = build(experiment.model, splits.info.input_shape)[2:]
    optimizer = torch.optim.Adam(model.parameters(), lr=LR, fused=True)
    batch = int(experiment.training.batch_size)

    def epoch() -> float:
        began = time.perf_counter()
        for indices in torch.randperm(len(x)).split(batch):
            step(model, optimizer, x.index_select(0, indices), y.index_select(0, indices))
        return time.perf_counter() - began

    return epoch


def usual_loop(
    experiment: Experiment, folder: Path, make: Callable[..., Optimizer] = torch.optim.Adam
) -> Callable[[], float]:
    """Seconds of an epoch as most tutorials write it."""
    datasets = torchvision_datasets()
    from torchvision import transforms  # imports only after the line above, see there

    usual = transforms.Compose([transforms.ToTensor(), transforms.Normalize((MEAN,), (STD,))])
    pictures = datasets.MNIST(folder, train=True, transform=usual)
    batch = int(experiment.training.batch_size)
    loader = torch.utils.data.DataLoader(pictures, batch_size=batch, shuffle=True, num_workers=0)
    model = build(experiment.model, (1, 28, 28))[1:]
    optimizer = make(model.parameters(), lr=LR)

    def epoch() -> float:
        began, total = time.perf_counter(), 0.0
        for x, y in loader:
            total += step(model, optimizer, x, y).item()
        return time.perf_counter() - began

    return epoch


def step(model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> Tensor:
    """One step, as everybody writes it."""
    loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


def find_mnist() -> Path:
    """NNLAB_DATA_DIR, or where this project's own checks find the data sets."""
    shared = Path(__file__).resolve().parents[2] / "shared" / "datasets"
    return (
        shared
        if "NNLAB_DATA_DIR" not in os.environ and shared.is_dir()
        else (read_settings().data_dir)
    )


def unpack(data_dir: Path, folder: Path) -> None:
    """MNIST's files as torchvision reads them: without the .gz."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for archive in (data_dir / "MNIST" / "raw").glob("*.gz"):
        with gzip.open(archive) as packed, (raw / archive.stem).open("wb") as plain:
            shutil.copyfileobj(packed, plain)


if __name__ == "__main__":
    sys.exit(main())
