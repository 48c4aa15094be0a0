"""Training data from kept drawings: alone, or together with pictures of another set."""

from pathlib import Path

import numpy as np
import torch

from nnlab.config.data import Images
from nnlab.data.handwriting import as_part, count, read_frozen
from nnlab.data.splits import Part, Splits
from nnlab.errors import NnlabError
from nnlab.texts import _

VALIDATES = 5
"""Every fifth drawing validates, unless `validation` gives their number."""
REPEATED = 1_000
"""Least number of drawings beside other pictures: they are repeated until there are about so
many."""
BESIDE = 2_000
"""Pictures of the other set that train beside them."""
FEWEST = 10


def sizes(data: Images, base: tuple[int, int, int] | None) -> tuple[int, int, int]:
    """Pictures to train on, to validate and to test (none), without loading.

    Args:
        data: of the kind `handwriting`.
        base: the sizes of the set beside, None where there is none.

    Raises:
        NnlabError: too few drawings.
    """
    number = _count(data)
    if base is not None:
        return number * _times(number) + min(BESIDE, base[0]), base[1], 0
    held_out = data.validation if data.validation >= 0 else number // VALIDATES
    if number - held_out < FEWEST:
        raise NnlabError(
            _(
                "{number} drawings are kept, of which {held_out} validate: {fewest} have to be"
                " left to train on. Draw more on /draw, or lower validation.",
                number=number,
                held_out=held_out,
                fewest=FEWEST,
            )
        )
    return number - held_out, held_out, 0


def load(data: Images, data_dir: Path, base: Splits | None) -> tuple[Part, Part]:
    """Return the training set and the validation set.

    Alone: a fifth of the drawings, chosen by the seed, validates. Beside another set: all drawings,
    each as often, and a sample of that set's training pictures, drawn by the seed; that set's own
    validation pictures validate.

    Args:
        data: of the kind `handwriting`.
        data_dir: `Settings.data_dir`.
        base: the set beside, None where there is none.

    Raises:
        DataUnavailableError: the frozen set is not here, or damaged.
        NnlabError: too few drawings.
    """
    assert data.drawings is not None
    drawn = as_part(*read_frozen(data.drawings, data_dir))
    x, y = drawn.x, drawn.y
    dice = np.random.default_rng([data.seed, 2])
    if base is None:
        trained, _, _ = sizes(data, None)
        order = dice.permutation(len(y))
        parts = [Part(x[chosen], y[chosen]) for chosen in (order[:trained], order[trained:])]
        return parts[0], parts[1]
    times = _times(len(y))
    some = np.sort(dice.permutation(len(base.train))[:BESIDE])
    train = Part(
        torch.cat([x.repeat(times, 1, 1, 1), base.train.x[some]]),
        torch.cat([y.repeat(times), base.train.y[some]]),
    )
    return train, base.val


def _times(number: int) -> int:
    return max(1, round(REPEATED / number))


def _count(data: Images) -> int:
    assert data.drawings is not None
    return count(data.drawings)
