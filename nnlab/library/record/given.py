"""Examples that a recorder was given, read within bounds of rows, bytes and seconds."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from nnlab.errors import NnlabError, shown
from nnlab.library.record.random_state import kept_random_state
from nnlab.library.record.rows import MOST_SECONDS, rows_of_dataset, rows_of_loader
from nnlab.texts import _

MOST_ROWS = 2000
MOST_BYTES = 16 * 10**6
SEED = 0
Array = NDArray[Any]


@dataclass(frozen=True)
class Given:
    """Rows that are kept, at most `MOST_ROWS` and `MOST_BYTES`."""

    x: Array
    """[n, *inputs]"""
    y: Array | None
    """[n] or [n, …], as it came."""
    rows: int
    """Number of all rows given."""


def read_given(data: object) -> Given:
    """Read `(x, y)`, `x` alone, a `Dataset` or a `DataLoader`; a seeded choice of large ones.

    A `Dataset` is read for `MOST_SECONDS` at most. No random number of the program is used up, and
    a `DataLoader` is not iterated: its rows are taken from its dataset.

    Raises:
        NnlabError: it is none of these, or its shapes do not agree.
    """
    with kept_random_state():
        if isinstance(data, DataLoader):
            return _of_pairs(*rows_of_loader(data, _chosen))
        if isinstance(data, Dataset):
            return _of_pairs(*rows_of_dataset(data, _chosen))
    pair = data if isinstance(data, tuple | list) and len(data) == 2 else (data, None)
    is_pair = isinstance(data, tuple) or all(map(_is_array, pair))
    x, y = (pair[0], pair[1]) if is_pair else (data, None)
    if isinstance(x, tuple) and len(x) == 1:
        x = x[0]
    return _of_arrays(x, y)


@runtime_checkable
class _Table(Protocol):
    """A table as pandas has them."""

    def to_numpy(self) -> Array: ...


def _is_array(value: object) -> bool:
    return isinstance(value, Tensor | np.ndarray | _Table)


def _of_arrays(x: object, y: object) -> Given:
    inputs, targets = _viewed(x), None if y is None else _viewed(y)
    rows = len(inputs)
    if targets is not None and len(targets) != rows:
        raise NnlabError(
            _(
                "data=(x, y) has a target for each example, got {rows:,} examples and {targets:,}"
                " targets: give as many.",
                rows=rows,
                targets=len(targets),
            )
        )
    chosen = np.sort(_chosen(rows, inputs[0].nbytes))
    return Given(_taken(inputs, chosen), None if targets is None else _taken(targets, chosen), rows)


def _of_pairs(rows: int, x: Tensor, y: Tensor | None) -> Given:
    fitting = np.arange(min(len(x), len(_chosen(rows, x[0].nbytes))))
    return Given(_taken(x, fitting), None if y is None else _taken(y, fitting), rows)


def _chosen(rows: int, row_bytes: int) -> NDArray[np.int64]:
    """Which rows are kept, in a random order that is always the same."""
    most = min(rows, MOST_ROWS, MOST_BYTES // max(row_bytes, 1))
    if most < 1:
        raise NnlabError(
            _(
                "An example of data has at most {most:,} bytes, got {bytes:,}: give smaller ones.",
                most=MOST_BYTES,
                bytes=row_bytes,
            )
        )
    return np.random.default_rng(SEED).choice(rows, most, replace=False)


def _viewed(value: object) -> Tensor | Array:
    """An array of at least one row, without a copy where there is one already."""
    if not isinstance(value, Tensor):
        try:
            value = np.asarray(value.to_numpy() if isinstance(value, _Table) else value)
        except Exception as error:  # of the author's own objects anything may come
            raise _no_data(value) from error
    if isinstance(value, np.ndarray) and value.ndim == 0:
        raise _no_data(value.item())
    is_numbers = isinstance(value, Tensor) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
    )
    if not is_numbers or value.ndim < 1 or len(value) < 1 or value.nbytes < 1:
        raise _no_data(value)
    return value


def _no_data(received: object) -> NnlabError:
    if isinstance(received, Tensor | np.ndarray):
        said = _("{type} of shape {shape}", type=received.dtype, shape=tuple(received.shape))
    else:
        said = shown(received)
    return NnlabError(
        _(
            "data is (x, y), x alone, a Dataset or a DataLoader, of numbers and at least one"
            " example, got {received}: give arrays or tensors.",
            received=said,
        )
    )


def _taken(value: Tensor | Array, rows: NDArray[np.int64]) -> Array:
    """Copies of rows, as numpy holds them."""
    if isinstance(value, np.ndarray):
        return value[rows]
    taken = value.detach()[torch.from_numpy(rows).to(value.device)].cpu().resolve_conj()
    return (taken.float() if taken.dtype == torch.bfloat16 else taken).numpy()


__all__ = ["MOST_BYTES", "MOST_ROWS", "MOST_SECONDS", "Given", "read_given"]
