"""The figures of a sweep as columns: a value for each network, in the order of the sweep."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from nnlab.training.ensemble.standing import Standing
from nnlab.training.figures import FIGURES

ENDED = ("", "completed", "early_stopped", "stopped", "diverged")
"""Why a network trains no further, by its code in what viewers get."""


class Columns:
    """Reads the stacks of a sweep."""

    def __init__(self, stacks: Sequence[Standing]) -> None:
        """`stacks` together have every network once."""
        self._stacks = stacks
        self.count = sum(len(stack.nets) for stack in stacks)

    def steps(self) -> list[int]:
        """Optimizer steps of each."""
        return self._of_all(Standing.steps)

    def epochs(self) -> list[int]:
        """The pass that the last step of each belonged to."""
        return self._of_all(Standing.epochs)

    def reasons(self) -> list[str]:
        """Why each trains no further; `""` where it does."""
        return self._of_all(
            lambda s: [s.ended[row].reason if row in s.ended else "" for row in range(len(s.nets))]
        )

    def newest(self) -> dict[str, list[float | None]]:
        """The newest figures on the way, with six digits, without those that no network has."""
        return told(
            {
                name: [
                    _six(value) for value in self._of_all(lambda s, n=name: s.figures[n].tolist())
                ]
                for name in FIGURES
            }
        )

    def live(self) -> dict[str, Tensor]:
        """Tensors for viewers besides the weights: figures [nets] (NaN: none), `steps`, `ended`."""
        found = {
            name: torch.tensor(self._of_all(lambda s, n=name: s.figures[n].tolist())).float()
            for name in FIGURES
        }
        found["steps"] = torch.tensor(self.steps(), dtype=torch.int32)
        codes = [ENDED.index(reason) for reason in self.reasons()]
        found["ended"] = torch.tensor(codes, dtype=torch.uint8)
        return found

    def last(self, rows: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, list[Any]]:
        """The last figures of each, with all digits; `rows` has them by stack and row."""
        names = dict.fromkeys(name for own in rows for row in own for name in row)
        return {
            name: self._in_order([[_finite(row.get(name)) for row in own] for own in rows])
            for name in names
        }

    def _of_all(self, column: Callable[[Standing], list[Any]]) -> list[Any]:
        return self._in_order([column(stack) for stack in self._stacks])

    def _in_order(self, columns: Sequence[Sequence[Any]]) -> list[Any]:
        found: list[Any] = [None] * self.count
        for stack, column in zip(self._stacks, columns, strict=True):
            for net, value in zip(stack.nets, column, strict=True):
                found[net] = value
        return found


def told(figures: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the figures without those that no network has, but for the loss of training."""
    return {
        name: column
        for name, column in figures.items()
        if name == "train_loss" or any(value is not None for value in column)
    }


def _six(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _finite(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None
