"""Rows of a `Dataset` or a `DataLoader`, for a few seconds at most."""

import time
from collections.abc import Callable, Sequence, Sized
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, default_collate

from nnlab.errors import NnlabError, shown
from nnlab.texts import _

MOST_SECONDS = 2.0
AT_ONCE = 64
"""Rows that are put together in one go."""
Choose = Callable[[int, int], NDArray[np.int64]]
"""A function from a number of rows and the bytes of one to the indices of the kept rows."""
Rows = tuple[int, Tensor, Tensor | None]
"""How many rows there are, and inputs and targets of some."""


def rows_of_loader(loader: DataLoader[Any], choose: Choose) -> Rows:
    """Rows that a loader would give, in no order of its own: it is not iterated.

    Raises:
        NnlabError: its rows cannot be read by their numbers, or are no inputs and targets.
    """
    if loader.batch_sampler is None:
        raise NnlabError(
            _(
                "data is a DataLoader that makes batches, got one with batch_size=None: give"
                " data=(x, y)."
            )
        )
    sampler = getattr(loader.batch_sampler, "sampler", loader.sampler)
    indices = getattr(sampler, "indices", None)  # of a SubsetRandomSampler
    return rows_of_dataset(loader.dataset, choose, loader.collate_fn, indices)


def rows_of_dataset(
    dataset: Dataset[Any],
    choose: Choose,
    collate: Callable[[list[Any]], Any] = default_collate,
    indices: Sequence[int] | None = None,
) -> Rows:
    """Rows of a dataset that has them by number. Raises as `rows_of_loader`."""
    if isinstance(dataset, IterableDataset) or not hasattr(dataset, "__len__"):
        raise NnlabError(
            _(
                "data is a Dataset whose rows have numbers, got {name}, which can only be gone"
                " through once: give data=(x, y) with some of its rows.",
                name=type(dataset).__name__,
            )
        )
    try:
        return _read(dataset, choose, collate, indices)
    except NnlabError:
        raise
    except Exception as error:  # a dataset of the author's own may raise anything
        raise NnlabError(
            _(
                "The dataset {name} cannot be read ({error}): give data=(x, y).",
                name=type(dataset).__name__,
                error=shown(error),
            )
        ) from error


def _read(
    dataset: Dataset[Any],
    choose: Choose,
    collate: Callable[[list[Any]], Any],
    indices: Sequence[int] | None,
) -> Rows:
    numbers = range(len(cast(Sized, dataset))) if indices is None else indices
    if not len(numbers):
        raise NnlabError(_("data has at least one example, got an empty dataset: give others."))
    deadline = time.perf_counter() + MOST_SECONDS
    first = _inputs_and_targets(collate([dataset[int(numbers[0])]]))
    chosen = choose(len(numbers), first[0][0].nbytes)
    parts: list[tuple[Tensor, Tensor | None]] = []
    rows: list[Any] = []
    for place in chosen:
        rows.append(dataset[int(numbers[int(place)])])
        is_late = time.perf_counter() > deadline
        if len(rows) == AT_ONCE or is_late:
            parts.append(_inputs_and_targets(collate(rows)))
            rows = []
        if is_late:
            break
    if rows:
        parts.append(_inputs_and_targets(collate(rows)))
    targets = [y for _x, y in parts if y is not None]
    x = torch.cat([x for x, _y in parts])
    return len(numbers), x, torch.cat(targets) if len(targets) == len(parts) else None


def _inputs_and_targets(batch: object) -> tuple[Tensor, Tensor | None]:
    """A batch as most loops take it apart: the inputs, or inputs and targets."""
    parts = list(batch) if isinstance(batch, list | tuple) else [batch]
    if not 1 <= len(parts) <= 2 or not isinstance(parts[0], Tensor) or parts[0].ndim < 1:
        raise NnlabError(
            _(
                "data gives inputs and targets as tensors, got {received}: give data=(x, y).",
                received=shown(type(batch).__name__),
            )
        )
    y = parts[1] if len(parts) == 2 else None
    return parts[0], y if isinstance(y, Tensor) else None
