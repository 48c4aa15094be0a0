"""Data as a cluster carries them: plain arrays, which lie once on each node for all its runs."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnlab.config.data import Data
from nnlab.data.description import describe
from nnlab.data.splits import Part, Splits

Arrays = tuple[NDArray[Any], NDArray[Any]]
"""Inputs and targets of a `Part`, of its shapes and types."""


@dataclass(frozen=True)
class Given:
    """The data that an experiment describes, made or read once: what `registry.load` returns."""

    data: Data
    train: Arrays
    val: Arrays
    test: Arrays | None

    @property
    def nbytes(self) -> int:
        """The size of the arrays."""
        parts = [part for part in (self.train, self.val, self.test) if part is not None]
        arrays = {id(array): array for part in parts for array in part}
        return sum(array.nbytes for array in arrays.values())


def give(data: Data, splits: Splits) -> Given:
    """Return loaded data in the form sent to nodes. Copies nothing."""
    train = _arrays(splits.train)
    val = _arrays(splits.val)
    if splits.test is None:
        test = None
    else:  # the same tensors where the test part validates: they travel once
        test = val if splits.test is splits.val else _arrays(splits.test)
    return Given(data, train, val, test)


def taken(given: Given) -> tuple[Data, Splits]:
    """The data again, as tensors over the same memory: nobody may write into them."""
    train, val = _part(given.train), _part(given.val)
    test = None
    if given.test is not None:
        test = val if given.test is given.val else _part(given.test)
    return given.data, Splits(train, val, test, describe(given.data))


def _arrays(part: Part) -> Arrays:
    return part.x.numpy(), part.y.numpy()


def _part(arrays: Arrays) -> Part:
    return Part(*map(_tensor, arrays))


def _tensor(array: NDArray[np.generic]) -> Tensor:
    with warnings.catch_warnings():
        # Arrays of the cluster's store are read-only, which PyTorch cannot say of a tensor. Here
        # nobody writes into data: what trains takes batches out of them.
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(array)
