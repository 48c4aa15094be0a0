"""What the optimizers of a race minimise, and what the page says of it."""

from dataclasses import dataclass

from nnlab.learn.formula import Formula
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.own_formula import must_start


@dataclass(frozen=True)
class Subject:
    """What is minimised, and what the page says of it."""

    id: str
    objective: Objective
    rates: dict[str, float]
    """Of each racer, unless the person says otherwise."""
    axes: tuple[str, ...]
    """The name of each number."""
    latex: str
    formula: Formula | None = None
    """What is typed for it; None: of a network's loss."""
    trail: tuple[tuple[float, float], ...] = ()
    """The way of a run over it."""
    said: str = ""
    """What is to be known of it, below the picture."""

    def must_start(self, start: tuple[float, ...]) -> None:
        """Raises NnlabError: it has no value there; the message says why."""
        if self.formula is not None:
            must_start(self.formula, start)
