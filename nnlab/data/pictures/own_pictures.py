"""Training data from a person's own pictures: the parts of a kept set."""

from pathlib import Path

import numpy as np

from nnlab.config.data import Images
from nnlab.data.pictures.kept_set import read_set
from nnlab.data.pictures.shares import by_shares
from nnlab.errors import NnlabError
from nnlab.texts import _

Pictures = tuple[np.ndarray, np.ndarray]
"""uint8 [n, channels, size, size] and int64 [n]."""


def sizes(data: Images) -> tuple[int, int, int]:
    """Pictures to train on, to validate and to test (0: no test part), without loading.

    Raises:
        NnlabError: more are asked for than there are.
    """
    said = data.pictures
    assert said is not None
    rest = said.train - data.held_out
    trained = rest if data.train_size is None else data.train_size
    if not len(said.classes) <= trained <= rest:
        raise NnlabError(
            _(
                "The set has {count:,} pictures of {classes} classes to train on: with"
                " {held_out:,} of them to validate, {trained:,} are to train, and {fewest} to"
                " {rest:,} can. Lower validation or train_size, or bring more pictures.",
                count=said.train,
                classes=len(said.classes),
                held_out=data.held_out,
                trained=max(trained, 0),
                fewest=len(said.classes),
                rest=max(rest, 0),
            )
        )
    if data.test == "validates":
        return trained, said.test, said.test
    return trained, said.val or data.held_out, said.test


def load(data: Images, data_dir: Path) -> tuple[Pictures, Pictures, Pictures]:
    """Return the training set, the validation set, and the test set, which may be empty.

    Where nobody has said which pictures validate, the seed draws them, of each class its share.

    Raises:
        DataUnavailableError: the set is not here, or damaged.
        NnlabError: more are asked for than there are.
    """
    assert data.pictures is not None
    trained, _validate, _test = sizes(data)
    arrays = read_set(data.pictures, data_dir)
    x, y = arrays.train
    order = by_shares(y, data.seed)
    chosen = np.sort(order[data.held_out : data.held_out + trained])
    held_out = np.sort(order[: data.held_out])
    val = arrays.val if data.pictures.val else (x[held_out], y[held_out])
    if data.test == "validates":
        val = arrays.test
    return (x[chosen], y[chosen]), val, arrays.test
