"""Layout of a network's parameters in one row of numbers."""

import math
from dataclasses import dataclass

from torch import Tensor, nn

from nnlab.training.ensemble.formulas import ALIGNED, BLOCK


@dataclass(frozen=True)
class Place:
    """A parameter's part of the row."""

    start: int
    shape: tuple[int, ...]

    @property
    def end(self) -> int:
        """Behind its last number."""
        return self.start + math.prod(self.shape)


class Layout:
    """The places of a network's parameters in a row whose length is a multiple of BLOCK.

    Each begins at a multiple of ALIGNED: what a matrix product gives may depend on where its
    numbers lie.
    """

    def __init__(self, network: nn.Module) -> None:
        self.places: dict[str, Place] = {}
        start = 0
        for name, parameter in network.named_parameters():
            self.places[name] = Place(start, tuple(parameter.shape))
            start = -(-self.places[name].end // ALIGNED) * ALIGNED
        self.length = -(-start // BLOCK) * BLOCK

    def views(self, rows: Tensor) -> dict[str, Tensor]:
        """The parameters by name, [n, *shape], which share their memory with rows [n, length]."""
        return {
            name: rows[:, place.start : place.end].view(len(rows), *place.shape)
            for name, place in self.places.items()
        }
