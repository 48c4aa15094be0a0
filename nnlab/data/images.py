"""Pictures with a class, as float32 [n, channels, height, width] in [0, 1]."""

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnlab.config.data import Images
from nnlab.data import archives, handwriting_dataset
from nnlab.data.description import describe
from nnlab.data.pictures import own_pictures
from nnlab.data.pictures.kept_set import path_of
from nnlab.data.published import COUNTS, EDITION, SETS, WITH_STROKES
from nnlab.data.splits import Part, Splits
from nnlab.data.strokes import drawn_digits
from nnlab.drawing import to_network_input
from nnlab.errors import NnlabError
from nnlab.texts import _

Pictures = tuple[NDArray[np.generic], NDArray[np.integer]]
"""[n, height, width] in grey or [n, 3, height, width], uint8 (0 to 255) or float32 in [0, 1], and
the n labels."""


@lru_cache(maxsize=1)
def _embedded() -> Pictures:
    """scikit-learn's 1,797 digits (8×8, 0 to 16, UCI Optical Recognition of Handwritten Digits).

    Each goes through what a drawing goes through, so that digits and drawings are centred alike.
    """
    # The file alone: importing scikit-learn takes a second, in each process that trains on them.
    package = find_spec("sklearn")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    rows = np.loadtxt(file, delimiter=",", dtype=np.int64)  # 64 greys and the digit
    pictures = rows[:, :-1].reshape(-1, 8, 8).astype(np.float32) / 16
    # A margin: their ink touches the edge, and the edge is what tells paper from ink.
    framed = np.pad(pictures, ((0, 0), (4, 4), (4, 4)))
    return np.stack([to_network_input(picture) for picture in framed]), rows[:, -1]


def _digits(data_dir: Path, part: str) -> Pictures:
    pictures, labels = _embedded()
    trained, _ = COUNTS["digits"]
    chosen = slice(None, trained) if part == "train" else slice(trained, None)
    return pictures[chosen], labels[chosen]


def _reader(kind: str) -> Callable[[Path, str], Pictures]:
    return lambda data_dir, part: archives.read(kind, data_dir, part)


def _with_strokes(kind: str) -> Callable[[Path, str], Pictures]:
    """Drawn digits come before the published ones, so that the same pictures are held out."""

    def read(data_dir: Path, part: str) -> Pictures:
        base = WITH_STROKES[kind]
        images, labels = READERS[base](data_dir, part)
        if part != "train":
            return images, labels
        count = COUNTS[kind][0] - COUNTS[base][0]
        drawn, digits = drawn_digits(data_dir, count, edition=EDITION[kind])
        if images.dtype != np.uint8:
            drawn = drawn.astype(np.float32) / np.float32(255)
        return np.concatenate([drawn, images]), np.concatenate([digits, labels])

    return read


READERS: dict[str, Callable[[Path, str], Pictures]] = {
    "digits": _digits,
    **{kind: _reader(kind) for kind in SETS},
    **{kind: _with_strokes(kind) for kind in WITH_STROKES},
}
"""Kind to a function of the data directory and `train` or `t10k`. A new data set is an entry here,
in `COUNTS` and, of `nnlab.data.description`, in `CLASS_NAMES` and `SHAPES`; one to download is an
entry of `published.SETS`."""


def stamp(data: Images, data_dir: Path) -> tuple[tuple[int, int] | None, ...]:
    """Sizes and times of the files of the data: another value whenever one of them changes."""
    if data.pictures is not None:
        return (archives.look(path_of(data.pictures, data_dir)),)
    return archives.stamp(data.kind, data_dir)


def sizes(data: Images) -> tuple[int, int, int]:
    """Pictures to train on, to validate and to test, without loading.

    Raises:
        NnlabError: more are asked for than there are.
    """
    if data.kind == "handwriting":
        beside = _beside(data)
        return handwriting_dataset.sizes(data, sizes(beside) if beside is not None else None)
    if data.pictures is not None:
        return own_pictures.sizes(data)
    published, test = COUNTS[data.kind]
    trained = published - data.held_out if data.train_size is None else data.train_size
    if trained < 1 or trained + data.held_out > published:
        asked = _("all others") if data.train_size is None else f"{data.train_size:,}"
        raise NnlabError(
            _(
                "'{kind}' has {published:,} pictures to train on and validate with, got"
                " validation={held_out:,} and {asked} to train on, which leaves"
                " {left:,} for training. Lower validation or train_size.",
                kind=data.kind,
                published=published,
                held_out=data.held_out,
                asked=asked,
                left=published - data.held_out,
            )
        )
    return trained, test if data.test == "validates" else data.held_out, test


def load(data: Images, data_dir: Path) -> Splits:
    """The pictures: the last `held_out` of the published training part validate, or the test part.

    `train_size` draws from the rest by the seed, and keeps the published order.

    Raises:
        DataUnavailableError: the files are absent or damaged.
        NnlabError: more are asked for than there are.
    """
    if data.kind == "handwriting":
        beside = _beside(data)
        base = load(beside, data_dir) if beside is not None else None
        train, val = handwriting_dataset.load(data, data_dir, base)
        return Splits(train, val, None, describe(data))
    if data.pictures is not None:
        train, val, test = (_part(*found) for found in own_pictures.load(data, data_dir))
        return Splits(train, val, test if len(test) else None, describe(data))
    trained, _, _ = sizes(data)
    images, labels = READERS[data.kind](data_dir, "train")
    rest = len(labels) - data.held_out
    test = _part(*READERS[data.kind](data_dir, "t10k"))
    chosen: slice | NDArray[np.integer] = slice(None, rest)
    if trained < rest:
        chosen = np.sort(np.random.default_rng(data.seed).permutation(rest)[:trained])
    return Splits(
        train=_part(images[chosen], labels[chosen]),
        val=test if data.test == "validates" else _part(images[rest:], labels[rest:]),
        test=test,
        info=describe(data),
    )


def load_validation(data: Images, data_dir: Path) -> Part:
    """The pictures that validate, as `load` has them, without making tensors of all the others.

    Raises as `load` does.
    """
    if data.kind == "handwriting":
        beside = _beside(data)
        if beside is not None:
            return load_validation(beside, data_dir)
        return handwriting_dataset.load(data, data_dir, None)[1]
    if data.pictures is not None:
        return load(data, data_dir).val
    sizes(data)
    if data.test == "validates":
        return _part(*READERS[data.kind](data_dir, "t10k"))
    images, labels = READERS[data.kind](data_dir, "train")
    rest = len(labels) - data.held_out
    return _part(images[rest:], labels[rest:])


def load_test(data: Images, data_dir: Path) -> Part | None:
    """The test part, as `load` has it; None where the data have none. Raises as `load` does."""
    if data.kind == "handwriting":
        return None
    if data.pictures is not None:
        return load(data, data_dir).test
    return _part(*READERS[data.kind](data_dir, "t10k"))


def _beside(data: Images) -> Images | None:
    """The set of which some pictures train beside kept drawings."""
    return Images(kind=data.beside, seed=data.seed) if data.beside is not None else None


def _part(images: NDArray[np.generic], labels: NDArray[np.integer]) -> Part:
    x: Tensor = torch.from_numpy(images.astype(np.float32))
    if images.ndim == 3:
        x = x.unsqueeze(1)
    if images.dtype == np.uint8:
        x.div_(255)
    return Part(x, torch.from_numpy(labels.astype(np.int64)))
