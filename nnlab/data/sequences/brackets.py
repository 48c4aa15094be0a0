"""Rows of brackets, half of them balanced, and most of the others only just not.

All rows of a length are looked at, at most 2¹⁶: so each kind is known exactly, and none repeats.
"""

import numpy as np
from numpy.typing import NDArray

OPENS, CLOSES = 0, 1


def brackets(
    length: int, examples: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Different rows `x` int64 [examples, length], and `y` int64 [examples]: 1 where balanced.

    `examples // 2` are balanced. Of the others, half are a balanced row of which two brackets
    changed places (as many open as close: counting does not tell them), a quarter one of which a
    single bracket was turned, and the rest are any other rows.
    """
    rows = all_rows(length)
    balanced = is_balanced(rows)
    swapped, turned = near_misses(rows, balanced)
    right = examples // 2
    wrong = examples - right
    counts = (right, wrong // 2, wrong // 4, wrong - wrong // 2 - wrong // 4)
    kinds = (balanced, swapped, turned, ~(balanced | swapped | turned))
    chosen = [
        rng.permutation(np.flatnonzero(kind))[:count]
        for kind, count in zip(kinds, counts, strict=True)
    ]
    numbers = np.concatenate(chosen)
    return rows[numbers], balanced[numbers].astype(np.int64)


def all_rows(length: int) -> NDArray[np.int64]:
    """Every row of that length, [2**length, length]; row i is i in binary."""
    return np.arange(2**length)[:, None] >> np.arange(length - 1, -1, -1) & 1


def is_balanced(rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return, for each row [n, length], whether its brackets are balanced."""
    depth = np.cumsum(np.where(rows == OPENS, 1, -1), axis=1)
    return (depth.min(axis=1) >= 0) & (depth[:, -1] == 0)


def near_misses(
    rows: NDArray[np.int64], balanced: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Select the unbalanced rows that differ from a balanced one by a single change.

    The first: two brackets changed places. The second: one bracket was turned around.
    """
    length = rows.shape[1]
    numbers = np.flatnonzero(balanced)
    swapped, turned = np.zeros_like(balanced), np.zeros_like(balanced)
    for i in range(length):
        turned[numbers ^ (1 << i)] = True
        for j in range(i):
            differ = (numbers >> i & 1) != (numbers >> j & 1)
            swapped[numbers[differ] ^ (1 << i | 1 << j)] = True
    return swapped & ~balanced, turned
