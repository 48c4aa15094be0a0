"""Which pictures of a set train: each class gives its share to those that do not."""

import numpy as np
from numpy.typing import NDArray


# Exported scripts hold this function.
def by_shares(labels: NDArray[np.integer], seed: int) -> NDArray[np.int64]:
    """All places of the labels [n], in an order drawn by the seed.

    Every beginning of it has of each class its share, up to one picture.
    """
    rng = np.random.default_rng([seed, 3])
    rank = np.empty(len(labels))
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        rank[rng.permutation(places)] = (np.arange(len(places)) + 0.5) / len(places)
    return np.argsort(rank, kind="stable")
