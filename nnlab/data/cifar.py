"""CIFAR-10's batch files: pickles, read without running anything that is in them.

Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009): each holds a dictionary
with `data`, uint8 [n, 3072] (red, green, blue, each row by row), and `labels`, a list of n numbers.
"""

import _codecs
import pickle
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy._core import multiarray
from numpy.typing import NDArray

from nnlab.texts import _

SIDE = 32


class BatchError(Exception):
    """The file is no batch of CIFAR-10; says what it is instead."""


class _Reads(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


class _Arrays(pickle.Unpickler):
    """Makes arrays, and nothing else that a pickle could ask for."""

    ALLOWED: ClassVar[dict[tuple[str, str], Any]] = {
        ("numpy.core.multiarray", "_reconstruct"): multiarray._reconstruct,
        ("numpy._core.multiarray", "_reconstruct"): multiarray._reconstruct,
        ("numpy", "ndarray"): np.ndarray,
        # Files of Python 2 say 0 and 1 where NumPy wants False and True; neither matters here.
        ("numpy", "dtype"): lambda name, *_: np.dtype(name),
        ("_codecs", "encode"): _codecs.encode,
    }

    def find_class(self, module: str, name: str) -> Any:
        """The few names that arrays need."""
        if (module, name) not in self.ALLOWED:
            raise BatchError(
                _(
                    "it asks for {module}.{name}, which no batch of pictures needs",
                    module=module,
                    name=name,
                )
            )
        return self.ALLOWED[module, name]


def read_batch(path: Path, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures uint8 [count, 3, 32, 32] and labels int64 [count].

    Raises:
        BatchError: something else is in the file.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        found = _load(file)
    pictures, labels = (
        (found.get("data"), found.get("labels")) if isinstance(found, dict) else (None, None)
    )
    is_array = isinstance(pictures, np.ndarray) and pictures.dtype == np.uint8
    if not is_array or pictures.shape != (count, 3 * SIDE * SIDE):
        raise BatchError(
            _("no {count:,} pictures of {size} bytes are in it", count=count, size=3 * SIDE * SIDE)
        )
    if not isinstance(labels, list) or len(labels) != count:
        raise BatchError(_("no {count:,} labels are in it", count=count))
    if not all(isinstance(label, int) for label in labels):
        raise BatchError(_("its labels are no whole numbers"))
    return pictures.reshape(count, 3, SIDE, SIDE), np.array(labels, np.int64)


def _load(file: _Reads) -> object:
    try:
        return _Arrays(file, encoding="latin1").load()  # as Python 2 wrote them
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError) as error:
        raise BatchError(str(error) or _("it ends too early")) from error
    except (AttributeError, IndexError, OverflowError, MemoryError, ImportError) as error:
        raise BatchError(
            _("it is no pickle of pictures ({error})", error=type(error).__name__)
        ) from error
