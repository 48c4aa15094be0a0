"""The plane that is drawn of a network's inputs where these are not x₁ and x₂ in [-6, 6]."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

HALF = 5.0
"""The data reach from -5 to 5 on either axis, as the sets that are made do."""


@dataclass(frozen=True)
class InputSlice:
    """Two columns of the inputs as the axes of the plane; the others stay at their means.

    Of a single column the second axis says nothing: its points are spread out along it.
    """

    middle: tuple[float, ...]
    """The input at 0 on the plane, for each column."""
    unit: tuple[float, ...]
    """The growth of the input per unit of the plane, for each column."""
    mean: tuple[float, ...]
    across: int = 0
    up: int | None = 1
    """None: there is one column."""

    def place(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the coordinates of examples [n, columns] on the plane, [n, 2]."""
        placed = (x - np.array(self.middle)) / np.array(self.unit)
        if self.up is None:
            # The golden ratio's multiples: evenly spread, and in no order to be seen.
            spread = (np.arange(len(x)) * 0.618034 % 1 - 0.5) * 2 * HALF
            return np.stack([placed[:, self.across], spread], axis=1)
        return placed[:, [self.across, self.up]]

    def inputs(self, plane: Tensor) -> Tensor:
        """The network's inputs [n, columns] at places of the plane [n, 2]."""
        inputs = plane.new_tensor(self.mean).repeat(len(plane), 1)
        for axis, column in enumerate((self.across, self.up)):
            if column is not None:
                inputs[:, column] = self.middle[column] + self.unit[column] * plane[:, axis]
        return inputs

    def through(self, network: nn.Sequential) -> nn.Sequential:
        """The network as a function of the plane: [n, 2] -> its outputs. Shares its modules."""
        return nn.Sequential(_FromPlane(self), *network)


class _FromPlane(nn.Module):
    def __init__(self, cut: InputSlice) -> None:
        super().__init__()
        self.cut = cut

    def forward(self, plane: Tensor) -> Tensor:
        return self.cut.inputs(plane)


def input_slice(x: NDArray[np.float32], across: int = 0, up: int = 1) -> InputSlice:
    """The slice of examples [n, columns] through two of their columns (one, where there is one)."""
    low, high = x.min(axis=0).astype(np.float64), x.max(axis=0).astype(np.float64)
    middle, unit = (low + high) / 2, (high - low) / (2 * HALF)
    unit[unit <= 0] = 1.0  # a column that never varies
    return InputSlice(
        middle=_short(middle),
        unit=_short(unit),
        mean=_short(x.mean(axis=0, dtype=np.float64)),
        across=across,
        up=up if x.shape[1] > 1 else None,
    )


def _short(values: NDArray[np.float64]) -> tuple[float, ...]:
    """Six digits: what a person can read in a link or a script."""
    return tuple(float(f"{value:.6g}") for value in values)
