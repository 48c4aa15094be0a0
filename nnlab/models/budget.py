"""Limits on a network's size: the same everywhere, checked before anything is built.

Pages build networks inside the server, which everybody shares, and keep them. So the bounds are
those of the lab itself: what a page may show a worker may train, and an uploaded file may hold.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nnlab.config import Embedding, Layer
from nnlab.errors import InvalidExperimentError
from nnlab.texts import _


@dataclass(frozen=True)
class Budget:
    """The most that one network may have."""

    numbers: int
    """Kept by its layers: weights, biases, and the running figures of batch norm."""
    values: int
    """Outputs of all its layers together, for one example."""
    flops: int
    """Floating-point operations of the forward pass for one example."""


OF_PICTURES = Budget(numbers=5_000_000, values=4_000_000, flops=1_000_000_000)
"""20 MB of float32: an uploaded file may have as much (`nnlab.export.upload`). 784 → 4096 → 10 has
3.3 million numbers; LeNet has 62,000, and needs a thousandth of these operations."""
OF_POINTS = Budget(numbers=500_000, values=10_000, flops=1_000_000)
"""Budget for points and tables. Pages evaluate such a network at about ten thousand places of the
plane at once, and keep each neuron's output at hundreds."""
OF_SEQUENCES = Budget(numbers=500_000, values=200_000, flops=20_000_000)
"""Limits for networks of tokens. They are never evaluated on a grid of the plane, so a step may
cost more: three blocks of width 128 over sixteen tokens, each attention and a perceptron twice as
wide, have 400,000 numbers and need 13 million operations; with one four times as wide, two blocks
have as many."""


class _Row(Protocol):
    @property
    def layer(self) -> Layer: ...
    @property
    def kept(self) -> int: ...
    @property
    def flops(self) -> int: ...
    @property
    def output_shape(self) -> tuple[int, ...]: ...


def must_be_affordable(rows: Sequence[_Row], input_shape: tuple[int, ...]) -> None:
    """Refuse the network up to its last row where it is too large.

    Raises:
        InvalidExperimentError: names the layer, what is too much, the bound, the mend.
    """
    budget = OF_PICTURES if len(input_shape) == 3 else OF_POINTS
    if isinstance(rows[0].layer, Embedding):
        budget = OF_SEQUENCES
    for what, most, received in (
        (_("weights"), budget.numbers, sum(row.kept for row in rows)),
        (_("outputs"), budget.values, sum(math.prod(row.output_shape) for row in rows)),
        (_("operations for one example"), budget.flops, sum(row.flops for row in rows)),
    ):
        if received > most:
            raise InvalidExperimentError(
                _(
                    "With layer {index} the network has {received:,} {what}; on such data it may"
                    " have {most:,}: take fewer or narrower layers.",
                    index=len(rows),
                    received=received,
                    what=what,
                    most=most,
                )
            )
