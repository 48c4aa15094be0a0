"""The function that the optimizers of a race minimise, and the page's texts on it."""

import math
from dataclasses import dataclass

import torch

from nnlab.errors import NnlabError
from nnlab.learn.formula import Formula
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.own_formula import must_start
from nnlab.texts import _, number


@dataclass(frozen=True)
class Subject:
    """A function to minimise, and the page's texts on it."""

    id: str
    objective: Objective
    rates: dict[str, float]
    """Default learning rate of each racer."""
    axes: tuple[str, ...]
    """The name of each number."""
    latex: str
    formula: Formula | None = None
    """The typed formula; None for a network's loss."""
    trail: tuple[tuple[float, float], ...] = ()
    """The way of a run over it."""
    plane: str = ""
    """Names the axes where they are of one run alone: its start is no place of another plane."""
    said: str = ""
    """A note below the picture."""

    def must_start(self, start: tuple[float, ...]) -> None:
        """Raises NnlabError: it has no value there; the message says why."""
        if self.formula is not None:
            must_start(self.formula, start)
            return
        with torch.no_grad():
            value = float(self.objective.values(torch.tensor([start], dtype=torch.float64)))
        if not math.isfinite(value):
            raise NnlabError(
                _(
                    "At {start} the loss is {value}, no finite number: nothing can begin there.",
                    start=", ".join(map(number, start)),
                    value=value,
                )
            )

    def start_key(self, axis: int) -> str:
        """The name of the field of the start's number along an axis, 0 or 1."""
        return f"optimizers_start_{self.plane}{'xy'[axis]}"
