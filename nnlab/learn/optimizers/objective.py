"""A function of one or two numbers that optimizers minimise, and the part of it that is drawn."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SIDE = 97
"""Places along each side of the picture of a function of two numbers, unless it is a costly one."""
LINE = 481
"""Places along the curve of a function of one number."""


@dataclass(frozen=True)
class Objective:
    """A function to minimise."""

    values: Callable[[Tensor], Tensor]
    """Points, float64 [n, d], to values [n]. Differentiable, each point by itself."""
    low: tuple[float, ...]
    """Lowest number of each of the d = 1 or 2 axes that is drawn."""
    high: tuple[float, ...]
    start: tuple[float, ...]
    """Default starting point of a race, [d]."""
    minima: tuple[tuple[float, ...], ...] = ()
    """Places of its minima, as published or by derivative; empty: unknown."""

    side: int = SIDE
    """Places along each side of its picture, if it has two axes."""

    @property
    def dimensions(self) -> int:
        """1: a curve, 2: a landscape."""
        return len(self.low)

    @property
    def reach(self) -> float:
        """The longer side of what is drawn."""
        return max(high - low for low, high in zip(self.low, self.high, strict=True))

    def picture(self) -> NDArray[np.float64]:
        """Return the values on an even grid over the drawn range, both ends included.

        Returns:
            Of two numbers [side, side], row 0 at the lowest of the second; of one [LINE].
        """
        side = LINE if self.dimensions == 1 else self.side
        axes = [
            torch.linspace(low, high, side, dtype=torch.float64)
            for low, high in zip(self.low, self.high, strict=True)
        ]
        points = torch.cartesian_prod(*axes).reshape(-1, self.dimensions)
        with torch.no_grad():
            found = self.values(points).numpy()
        return found if self.dimensions == 1 else found.reshape(side, side).T
