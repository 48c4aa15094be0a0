"""Facts on the published sets of pictures that need no files: names, counts, file names.

All lie in torchvision's own layout, so that files which torchvision has fetched are taken as they
are, and the other way round.
"""

import string
from dataclasses import dataclass
from pathlib import Path

from nnlab.texts import N_

DIGIT_NAMES = tuple(string.digits)


@dataclass(frozen=True)
class Published:
    """A set of pictures that has to be downloaded."""

    label: str
    """The set's usual name, as `MNIST`. Goes through `_` when it is shown."""
    torchvision: str
    """Name of the class in `torchvision.datasets`, which knows the mirrors and checksums."""
    folder: str
    """Folder of its files, below the data directory."""
    class_names: tuple[str, ...]
    train: int
    """Pictures published to train on, and to test."""
    test: int
    download_bytes: int
    """Size of all archives together."""
    shape: tuple[int, int, int] = (1, 28, 28)
    """Channels, height, width."""
    pixels: tuple[float, float] = (0.5, 0.5)
    """Mean and standard deviation of the training pixels, all channels together."""
    stems: tuple[str, str] = ("train", "t10k")
    """Beginnings of the names of the idx files: of the training part, and of the test part."""
    archive_bytes: tuple[int, ...] = ()
    """Sizes of the packed idx files, as `idx_files` lists them; empty where they are not known."""
    first_label: int = 0
    """The number that its files give to the first class."""
    is_transposed: bool = False
    """Whether the files hold pictures column by column."""

    @property
    def download_size(self) -> str:
        """`11.6 MB`."""
        return f"{self.download_bytes / 1e6:.1f} MB"

    def idx_files(self) -> dict[str, int]:
        """The unpacked idx files and their sizes in bytes."""
        _, height, width = self.shape
        sizes: dict[str, int] = {}
        for stem, count in zip(self.stems, (self.train, self.test), strict=True):
            sizes[f"{stem}-images-idx3-ubyte"] = 16 + count * height * width
            sizes[f"{stem}-labels-idx1-ubyte"] = 8 + count
        return sizes


SETS: dict[str, Published] = {
    "mnist": Published(
        label="MNIST",
        torchvision="MNIST",
        folder="MNIST/raw",
        class_names=DIGIT_NAMES,
        train=60_000,
        test=10_000,
        pixels=(0.1307, 0.3081),
        archive_bytes=(9_912_422, 28_881, 1_648_877, 4_542),
        download_bytes=11_594_722,
    ),
    "fashion-mnist": Published(
        label="Fashion-MNIST",
        torchvision="FashionMNIST",
        folder="FashionMNIST/raw",
        class_names=(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
            "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
        ),
        train=60_000,
        test=10_000,
        pixels=(0.2860, 0.3530),
        archive_bytes=(26_421_880, 29_515, 4_422_102, 5_148),
        download_bytes=30_878_645,
    ),
    "kmnist": Published(
        label="KMNIST",
        torchvision="KMNIST",
        folder="KMNIST/raw",
        class_names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        train=60_000,
        test=10_000,
        pixels=(0.1918, 0.3483),
        archive_bytes=(18_165_135, 29_497, 3_041_136, 5_120),
        download_bytes=21_240_888,
    ),
    # One archive holds all six sets of EMNIST; the lab keeps its letters alone.
    "emnist": Published(
        label=N_("EMNIST letters"),
        torchvision="EMNIST",
        folder="EMNIST/raw",
        class_names=tuple(string.ascii_uppercase),
        train=124_800,
        test=20_800,
        pixels=(0.1722, 0.3309),
        stems=("emnist-letters-train", "emnist-letters-test"),
        first_label=1,
        is_transposed=True,
        download_bytes=561_753_746,
    ),
    "cifar10": Published(
        label="CIFAR-10",
        torchvision="CIFAR10",
        folder="cifar-10-batches-py",
        class_names=(
            "airplane", "automobile", "bird", "cat", "deer",
            "dog", "frog", "horse", "ship", "truck",
        ),
        train=50_000,
        test=10_000,
        shape=(3, 32, 32),
        pixels=(0.4734, 0.2516),
        download_bytes=170_498_071,
    ),
}  # fmt: skip
"""The sets by kind."""

WITH_STROKES = {"mnist-hands": "mnist", "mnist-strokes": "mnist", "digits-strokes": "digits"}
"""Kinds that add digits which the lab draws itself to the training pictures of another."""

EDITION = {"mnist-hands": 2, "mnist-strokes": 1, "digits-strokes": 1}
"""Which of `nnlab.data.strokes.editions` they add. A kind stays with its own, so that the links and
runs that name it give the numbers that they gave; more forms are another kind."""

COUNTS: dict[str, tuple[int, int]] = {
    "digits": (1_500, 297),
    **{kind: (published.train, published.test) for kind, published in SETS.items()},
    "mnist-hands": (60_000 + 40_000, 10_000),
    "mnist-strokes": (60_000 + 40_000, 10_000),
    "digits-strokes": (1_500 + 20_000, 297),
}
"""Pictures to train on (published, and drawn here), and to test."""


def base_of(kind: str) -> str:
    """The kind whose files a kind needs: its own, or the one that drawn digits are added to."""
    return WITH_STROKES.get(kind, kind)


CIFAR_FILES = {
    "train": tuple(f"data_batch_{number}" for number in range(1, 6)),
    "t10k": ("test_batch",),
}
"""The files of CIFAR-10 by part. Each of those to train on holds a fifth of the pictures."""


def folder_of(kind: str, data_dir: Path) -> Path:
    """Return the folder of a kind's files, absolute."""
    return data_dir.absolute() / SETS[kind].folder
