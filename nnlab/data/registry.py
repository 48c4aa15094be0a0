"""Loading of an experiment's data as tensors."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nnlab.config.data import (
    Csv,
    Curve,
    Data,
    Images,
    PlaneClasses,
    PlaneValues,
    Points,
    Sequences,
)
from nnlab.data import curves, images, tables, toy
from nnlab.data.description import describe
from nnlab.data.sequences.make import make as make_sequences
from nnlab.data.splits import Part, Splits
from nnlab.errors import NnlabError
from nnlab.texts import _

MAKERS: dict[str, Callable[[Any], tuple[NDArray[np.generic], NDArray[np.generic]]]] = {
    **toy.CLASS_SETS,
    **toy.VALUE_SETS,
    **dict.fromkeys(curves.FORMULAS, curves.curve),
    "points": curves.own_points,
    "sequences": make_sequences,
}
"""Kind to a function that makes all examples of a data set. A new one is an entry here."""

given: dict[str, Splits] = {}
"""Data that this process was given in place of its disk, by their JSON (`model_dump_json`). Nobody
writes into them. Set by a worker on a node of a cluster (`nnlab.runs.cluster.node`)."""


def load(data: Data, data_dir: Path) -> Splits:
    """Return the data of an experiment, split: from `given`, else generated or read from disk.

    Points are split by a permutation drawn from the data's seed, apart from the one that makes
    them: more noise moves points and leaves it alone which of them train.

    Args:
        data: the `data` part of an experiment.
        data_dir: where downloaded data sets are kept (`Settings.data_dir`).

    Raises:
        DataUnavailableError: files are absent or damaged.
        NnlabError: data that cannot be trained on: no training example, only one class.
    """
    if given and (splits := given.get(data.model_dump_json())) is not None:
        return splits
    if isinstance(data, Images):
        splits = images.load(data, data_dir)
    else:
        splits = _split_points(data, data_dir)
    if splits.info.class_names is not None:
        _must_hold_two_classes(splits, data)
    return splits


def sizes(data: Data) -> tuple[int, int, int]:
    """Examples to train on, to validate and to test (0: no test part), without loading.

    Raises:
        NnlabError: more pictures are asked for than there are, or none is left to train on.
    """
    if isinstance(data, Images):
        return images.sizes(data)
    if isinstance(data, Points):
        _must_be_finished(data)
    points = _count(data)
    trained = round(points * data.train_share)
    if trained < 1:
        raise NnlabError(
            _(
                "No point is left to train on: {points} points, of which train_share"
                " {train_share:g} train. Raise train_share or take more points.",
                points=points,
                train_share=data.train_share,
            )
        )
    return trained, points - trained, 0


def _count(data: PlaneClasses | PlaneValues | Curve | Points | Csv | Sequences) -> int:
    if isinstance(data, Points):
        return len(data.rows)
    return data.examples if isinstance(data, Sequences) else data.points


def _split_points(data: Any, data_dir: Path) -> Splits:
    trained, _val, _test = sizes(data)
    x, y = tables.examples(data, data_dir) if isinstance(data, Csv) else MAKERS[data.kind](data)
    order = np.random.default_rng([data.seed, 1]).permutation(len(y))

    def part(chosen: np.ndarray) -> Part:
        return Part(torch.from_numpy(x[chosen]), torch.from_numpy(y[chosen]))

    return Splits(part(order[:trained]), part(order[trained:]), None, describe(data))


def _must_be_finished(data: Points) -> None:
    """Refuse points that are not finished: fewer than two, or of one class."""
    found = len(data.rows)
    classes = sorted({int(row[-1]) for row in data.rows})
    if data.task == "classification" and len(classes) == 1:
        raise NnlabError(
            _(
                "The only point is of class {label}, and one class alone teaches nothing: add"
                " points of another class.",
                "All {n:,} points are of class {label}, and one class alone teaches nothing: add"
                " points of another class.",
                n=found,
                label=classes[0],
            )
        )
    if found < 2:
        wanted = _("of two classes") if data.task == "classification" else _("with a value each")
        raise NnlabError(
            _(
                "A network learns from two points at least, {wanted}; there is one: add points.",
                wanted=wanted,
            )
            if found
            else _(
                "A network learns from two points at least, {wanted}; there are none yet: add"
                " points.",
                wanted=wanted,
            )
        )


def _must_hold_two_classes(splits: Splits, data: Data) -> None:
    present = splits.train.y.unique().tolist()
    if len(present) < 2:
        raise NnlabError(
            _(
                "All {count} training examples are of class {label}, and one class"
                " alone teaches nothing. Take more points or a larger train_share, add points of"
                " another class, or change the seed (now {seed}).",
                count=len(splits.train),
                label=present[0],
                seed=data.seed,
            )
        )
