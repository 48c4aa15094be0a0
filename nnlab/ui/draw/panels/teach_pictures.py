"""The pictures of kept drawings, read once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.data.handwriting import Drawing, read
from nnlab.ui.runtime.cache import kept


@dataclass(frozen=True)
class SavedDrawings:
    """All drawings that are kept here."""

    listed: tuple[Drawing, ...]
    pictures: NDArray[np.uint8]
    """[n, 28, 28]."""
    labels: NDArray[np.int64]


def kept_drawings(listed: tuple[Drawing, ...]) -> SavedDrawings:
    """Read once while the set stays the same.

    Raises:
        DataUnavailableError: a file is damaged; says which.
    """
    return _kept(listed)


@kept
def _kept(listed: tuple[Drawing, ...]) -> SavedDrawings:
    pictures, labels = read(list(listed))
    return SavedDrawings(listed, pictures, labels)
