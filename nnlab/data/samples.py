"""A few pictures of a data set to look at, without keeping all of it in memory."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.config.data import Images
from nnlab.data import images
from nnlab.data.description import CLASS_NAMES
from nnlab.data.handwriting import read_frozen
from nnlab.data.published import EDITION, SETS, WITH_STROKES
from nnlab.data.strokes import draw_digits

OF_EACH_CLASS = 2
TO_ANSWER = 24
FEW = 200
"""Drawn to choose from: some of every form."""


@dataclass(frozen=True)
class Samples:
    """Pictures float32 [n, channels, height, width] in [0, 1], labels int64 [n]."""

    shown: NDArray[np.float32]
    """Two of each class, the classes' order twice over."""
    val_x: NDArray[np.float32]
    """The first 24 pictures that validate, fewer where fewer do."""
    val_y: NDArray[np.int64]


def samples(data: Images, data_dir: Path) -> Samples:
    """The pictures. Reads all files of the data set once, so that a broken one is found here.

    Raises:
        DataUnavailableError: files are absent or damaged.
        NnlabError: more pictures are asked for than there are.
    """
    images.sizes(data)
    if data.kind in WITH_STROKES:
        return _with_drawn(data, data_dir)
    if data.kind == "handwriting":
        return _kept(data, data_dir)
    if data.pictures is not None:
        return _own(data, data_dir)
    pictures, labels = images.READERS[data.kind](data_dir, "train")
    rest = len(labels) - data.held_out
    val_x, val_y = pictures[rest:], labels[rest:]
    if data.kind in SETS or data.test == "validates":
        test_x, test_y = images.READERS[data.kind](data_dir, "t10k")
        if data.test == "validates":
            val_x, val_y = test_x, test_y
    classes = range(len(CLASS_NAMES[data.kind]))
    firsts = [np.flatnonzero(labels[:rest] == label)[:OF_EACH_CLASS] for label in classes]
    chosen = [first[row] for row in range(OF_EACH_CLASS) for first in firsts if row < len(first)]
    return Samples(
        shown=_tensor(pictures[chosen]),
        val_x=_tensor(val_x[:TO_ANSWER]),
        val_y=val_y[:TO_ANSWER].astype(np.int64),
    )


def _with_drawn(data: Images, data_dir: Path) -> Samples:
    """One published and one drawn picture of each class. All would take seconds to draw."""
    base = Images.model_validate(
        {**dict(data), "kind": WITH_STROKES[data.kind], "train_size": None}
    )
    published = samples(base, data_dir)
    pictures, labels = draw_digits(FEW, 0, EDITION[data.kind])
    firsts = [int(np.flatnonzero(labels == digit)[0]) for digit in range(10)]
    shown = np.concatenate([published.shown[:10], _tensor(pictures[firsts])])
    return Samples(shown, published.val_x, published.val_y)


def _kept(data: Images, data_dir: Path) -> Samples:
    """Kept drawings are few enough to load all; a class that nobody has drawn is left out."""
    assert data.drawings is not None
    pictures, labels = read_frozen(data.drawings, data_dir)
    val = images.load_validation(data, data_dir)
    firsts = [np.flatnonzero(labels == digit)[:OF_EACH_CLASS] for digit in range(10)]
    chosen = [first[row] for row in range(OF_EACH_CLASS) for first in firsts if row < len(first)]
    return Samples(_tensor(pictures[chosen]), val.x[:TO_ANSWER].numpy(), val.y[:TO_ANSWER].numpy())


def _own(data: Images, data_dir: Path) -> Samples:
    """Two of each class that train, where there are so many."""
    splits = images.load(data, data_dir)
    labels = splits.train.y.numpy()
    firsts = [np.flatnonzero(labels == label)[:OF_EACH_CLASS] for label in np.unique(labels)]
    chosen = [first[row] for row in range(OF_EACH_CLASS) for first in firsts if row < len(first)]
    val = splits.val
    return Samples(
        splits.train.x[chosen].numpy(), val.x[:TO_ANSWER].numpy(), val.y[:TO_ANSWER].numpy()
    )


def _tensor(pictures: NDArray[np.generic]) -> NDArray[np.float32]:
    scaled = pictures.astype(np.float32)
    if pictures.dtype == np.uint8:
        scaled /= 255
    return scaled[:, None] if pictures.ndim == 3 else scaled
