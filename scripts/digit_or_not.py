"""Make the detector of what is no digit: `python -m scripts.digit_or_not`.

Writes `nnlab/readers/digit-or-not.safetensors` and its record beside it. Needs MNIST in the data
directory, and some eight minutes of one core. What it learns from: half of MNIST's training digits
(without the last 5,000), digits that the lab draws, the embedded digits' training part, printed
digits; and what is no digit, all made here (`nnlab.data.no_digits`). Afterwards the bias of "no
digit" is moved so that `FALSE_ALARMS` of digits that were kept apart are doubted.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

import nnlab
from benchmarks.doubt import collections
from nnlab.config import (
    Activation,
    Augment,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    Model,
    Normalize,
    Pool2d,
)
from nnlab.data.images import READERS
from nnlab.data.no_digits import SHARES, draw_no_digits
from nnlab.data.no_digits.printed import LEARNED, printed_digits
from nnlab.data.strokes import draw_digits
from nnlab.errors import NnlabError
from nnlab.files import write_bytes
from nnlab.insight.pictures.doubt import DOUBTED, FOLDER, NAME, NO_DIGIT, doubts
from nnlab.models import build
from nnlab.settings import read_settings
from nnlab.training.augment import augment
from nnlab.training.machine.processor import processor_name

SHAPE = (1, 28, 28)
MODEL = Model(
    layers=(
        Normalize(mean=0.1307, std=0.3081),
        Conv2d(out_channels=8, kernel_size=5),
        Activation(kind="relu"),
        Pool2d(kind="max_pool2d"),
        Conv2d(out_channels=32, kernel_size=3),
        Activation(kind="relu"),
        Pool2d(kind="max_pool2d"),
        Conv2d(out_channels=64, kernel_size=3),
        Activation(kind="relu"),
        Flatten(),
        Dropout(p=0.2),
        Linear(out_features=NO_DIGIT + 1),
    )
)
AUGMENT = Augment(shift=1, rotate=10, scale=0.08, shear=10, stroke=0.6, elastic=0.4)
BATCH, EPOCHS, RATE = 128, 4, 0.004
SEED = 7
KEPT_APART = 5_000
"""Of MNIST's training digits, the last ones, and as many drawn ones: they set the bias."""
DRAWN, RARER, PRINTED = 30_000, 7_500, 3_000
"""Digits drawn by the first edition of hands (half of them train), by each of two seeds of the
second, and by fonts."""
OTHERS = (0, 1, 2, 3, 4)
"""Seeds, each of `PART` pictures that hold no digit, or several."""
PART = 10_000
FALSE_ALARMS = 0.013
"""Of digits kept apart: less than the 2 % that are allowed, since other people write otherwise."""


def main() -> None:
    """Draw, train, set the bias, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    epochs = parser.parse_args().epochs
    torch.set_num_threads(1)
    start = time.perf_counter()
    data_dir = read_settings().data_dir
    pictures, labels, counts, apart = learned(data_dir)
    print(f"{len(pictures):,} pictures after {time.perf_counter() - start:.0f} s", flush=True)
    network = train(pictures, labels, epochs)
    ship(network, counts, apart, epochs, time.perf_counter() - start)


def ship(
    network: nn.Sequential,
    counts: dict[str, int],
    apart: NDArray[np.float32],
    epochs: int,
    seconds: float,
) -> None:
    """Set the bias by the digits kept apart, measure, and write the two files."""
    set_bias(network, apart)
    weights = safetensors.torch.save(dict(network.state_dict()))
    record = {
        "model": MODEL.model_dump(mode="json", exclude_defaults=True),
        "input_shape": SHAPE,
        "no_digit": NO_DIGIT,
        "doubted": DOUBTED,
        "learned": counts,
        "measured": measured(network, read_settings().data_dir),
        "epochs": epochs,
        "seconds": round(seconds),
        "torch": torch.__version__,
        "nnlab": nnlab.__version__,
        "processor": processor_name(),
        "made_by": "python -m scripts.digit_or_not",
        "sha256": hashlib.sha256(weights).hexdigest(),
    }
    write_bytes(FOLDER / f"{NAME}.safetensors", weights)
    write_bytes(FOLDER / f"{NAME}.json", (json.dumps(record, indent=1) + "\n").encode())


def learned(
    data_dir: Path,
) -> tuple[Tensor, Tensor, dict[str, int], NDArray[np.float32]]:
    """Return the detector's training data.

    Returns pictures uint8 [n, 28, 28], labels int64 [n] (a digit, or `NO_DIGIT`), how many there
    are of each kind, and digits kept apart, float32 [m, 28, 28] in [0, 1].
    """
    published, names = READERS["mnist"](data_dir, "train")
    mnist, mnist_labels = published[:-KEPT_APART], names[:-KEPT_APART]
    strokes, stroke_labels = draw_digits(DRAWN, SEED)
    rarer = [draw_digits(RARER, SEED + i, edition=2) for i in range(2)]
    embedded, embedded_labels = READERS["digits"](data_dir, "train")
    bank = np.concatenate([mnist, strokes])
    others = [draw_no_digits(PART, seed, bank) for seed in OTHERS]
    digits = {
        "MNIST": (mnist[::2], mnist_labels[::2]),
        "drawn strokes": (strokes[::2], stroke_labels[::2]),
        "rarer forms": tuple(np.concatenate(each) for each in zip(*rarer, strict=True)),
        "embedded digits": (np.round(255 * np.asarray(embedded, np.float32)), embedded_labels),
        "printed digits": printed_digits(LEARNED, PRINTED, 0),
    }
    kinds = [kind for _, of_part in others for kind in of_part]
    counts = {name: len(labels) for name, (_, labels) in digits.items()}
    counts |= {f"no digit: {kind}": kinds.count(kind) for kind in SHARES}
    pictures = [np.asarray(each, np.uint8) for each, _ in (*digits.values(), *others)]
    labels = [*(each for _, each in digits.values()), np.full(len(kinds), NO_DIGIT)]
    apart = np.concatenate([published[-KEPT_APART:], strokes[1::2][:KEPT_APART]])
    return (
        torch.from_numpy(np.concatenate(pictures)),
        torch.from_numpy(np.concatenate(labels)).long(),
        counts,
        apart.astype(np.float32) / 255,
    )


def train(pictures: Tensor, labels: Tensor, epochs: int) -> nn.Sequential:
    """The network after so many epochs, in evaluation mode."""
    network = build(MODEL, SHAPE)
    generator = torch.Generator().manual_seed(SEED)
    torch.manual_seed(SEED)  # of the dropout
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    batches = len(labels) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=epochs * batches)
    for epoch in range(epochs):
        losses = []
        order = torch.randperm(len(labels), generator=generator)
        for chosen in order[: batches * BATCH].split(BATCH):
            optimizer.zero_grad()
            loss = F.cross_entropy(
                network(changed(pictures[chosen], generator)), labels[chosen], label_smoothing=0.02
            )
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: mean loss {np.mean(losses):.4f}", flush=True)
    return network.eval()


def changed(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """A batch, uint8 [n, 28, 28], as the network sees it: float32 [n, 1, 28, 28], bent at random.

    Some are blurred, as pens and scanners do it, some fade or have a grain, and one in eight is
    coarse, as a small photograph is: digits and all else alike, so that none of it tells them
    apart.
    """
    x = augment(pictures[:, None].float() / 255, AUGMENT, generator)
    soft = (torch.rand(len(x), 1, 1, 1, generator=generator) * 0.9 - 0.3).clamp(min=0)
    x = x + soft * (F.avg_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 1) - x)
    eighth = len(x) // 8
    coarse, faded, grained, rest = x.split([eighth, eighth, eighth, len(x) - 3 * eighth])
    side = int(torch.randint(11, 17, (), generator=generator))
    small = F.interpolate(coarse, size=(side, side), mode="area")
    coarse = F.interpolate(small, size=(28, 28), mode="bicubic", align_corners=False).clamp(0, 1)
    faded = faded * (1 - 0.6 * _clouds(eighth, 4, generator))
    grained = grained * (1.4 - 1.4 * _clouds(eighth, 16, generator)).clamp(0, 1)
    return torch.cat([coarse, faded, grained, rest])


def _clouds(count: int, cells: int, generator: torch.Generator) -> Tensor:
    """Smooth noise [count, 1, 28, 28] in [0, 1], each as strong as chance has it."""
    noise = torch.rand(count, 1, cells, cells, generator=generator)
    strength = torch.rand(count, 1, 1, 1, generator=generator)
    return strength * F.interpolate(noise, size=(28, 28), mode="bilinear", align_corners=False)


@torch.no_grad()
def set_bias(network: nn.Sequential, apart: NDArray[np.float32]) -> None:
    """Move the bias of "no digit" so that `FALSE_ALARMS` of `apart`, all digits, are doubted."""
    found = doubts(network, apart)
    edge = float(np.quantile(found, 1 - FALSE_ALARMS))
    last = network[-1]
    assert isinstance(last, nn.Linear)
    # The doubt is a sigmoid of "no digit" less the others: its logit moves as the bias does.
    last.bias[NO_DIGIT] -= float(np.log(edge / (1 - edge)))


def measured(network: nn.Sequential, data_dir: Path) -> dict[str, dict[str, int]]:
    """How many of each collection are doubted."""
    shares = {}
    for name, pictures in collections(data_dir).items():
        flagged = int((doubts(network, pictures) >= DOUBTED).sum())
        shares[name] = {"pictures": len(pictures), "flagged": flagged}
        print(f"{name}: {flagged:,} of {len(pictures):,} ({flagged / len(pictures):.2%})")
    return shares


if __name__ == "__main__":
    try:
        main()
    except NnlabError as error:
        raise SystemExit(str(error)) from error
