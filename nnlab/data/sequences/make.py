"""Generation of an experiment's sequences and their targets."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnlab.config.data import Sequences
from nnlab.data.sequences.brackets import brackets

Tokens = NDArray[np.int64]

TARGETS: dict[str, Callable[[Tokens], Tokens]] = {
    "copy": np.copy,
    "reverse": lambda x: np.ascontiguousarray(x[:, ::-1]),
    "sort": lambda x: np.sort(x, axis=1),
}
"""Targets [n, length] of rows [n, length], by task."""
LISTED = 2**20
"""Limit up to which rows are drawn from a list of all; beyond, equal ones are rare."""


def make(data: Sequences) -> tuple[Tokens, Tokens]:
    """All rows, no two alike: `x` int64 [examples, length], tokens 0 to symbols - 1.

    `y` is int64 [examples, length], a token for each place; of `brackets` int64 [examples], 1 where
    they are balanced.
    """
    rng = np.random.default_rng(data.seed)
    if data.task == "brackets":
        return brackets(data.length, data.examples, rng)
    x = distinct_rows(data.examples, data.length, data.symbols, rng)
    return x, TARGETS[data.task](x)


def distinct_rows(count: int, length: int, symbols: int, rng: np.random.Generator) -> Tokens:
    """Draw `count` different rows [count, length] of tokens, each set of rows equally likely.

    `count` is at most `symbols ** length`.
    """
    total = symbols**length
    places = np.uint64(symbols) ** np.arange(length, dtype=np.uint64)[::-1]
    if total <= LISTED:
        numbers = rng.permutation(total)[:count].astype(np.uint64)
        return (numbers[:, None] // places % np.uint64(symbols)).astype(np.int64)
    # Twice as many as needed: of a million rows or more, 40,000 hold about 800 repeats at most.
    drawn = rng.integers(0, symbols, (2 * count, length))
    numbers = drawn.astype(np.uint64) @ places  # at most 16¹⁶ - 1, which 64 bits hold
    _numbers, first = np.unique(numbers, return_index=True)
    return drawn[np.sort(first)[:count]]
