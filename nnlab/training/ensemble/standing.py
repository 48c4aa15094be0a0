"""Progress and figures of the networks of a stack, the same wherever they train."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.training.check import Plan
from nnlab.training.events import Reason
from nnlab.training.figures import FIGURES


@dataclass(frozen=True)
class Ended:
    """A network that trains no further."""

    net: int
    reason: Reason
    step: int
    epoch: int
    value: float | None = None
    """The loss that was not finite."""


class Standing:
    """Steps, newest figures and ends of the networks of one stack."""

    def __init__(self, nets: Sequence[int], planned: Plan) -> None:
        """`nets`: their numbers in the sweep; `planned` is the plan of each."""
        self.nets, self.plan = list(nets), planned
        self.taken = 0
        """Steps of the networks that still train."""
        self.ended: dict[int, Ended] = {}
        """Networks that train no further, by row."""
        self.figures = {name: np.full(len(nets), np.nan) for name in FIGURES}
        """The newest of each network, float64 [n]; NaN: none."""

    @property
    def trains(self) -> bool:
        """Whether a network of it does."""
        return len(self.ended) < len(self.nets)

    @property
    def epoch(self) -> int:
        """The pass over the training data that the last step belonged to, counted from 1."""
        return -(-self.taken // self.plan.steps_per_epoch)

    @property
    def left_in_epoch(self) -> int:
        """Steps to the end of the epoch."""
        return self.plan.steps_per_epoch - self.taken % self.plan.steps_per_epoch

    @property
    def parameters(self) -> int:
        """Numbers that all networks learn."""
        return self.plan.parameters * len(self.nets)

    def steps(self) -> list[int]:
        """Optimizer steps of each network."""
        ended = self.ended
        return [ended[row].step if row in ended else self.taken for row in range(len(self.nets))]

    def epochs(self) -> list[int]:
        """The pass that the last step of each network belonged to."""
        ended = self.ended
        return [ended[row].epoch if row in ended else self.epoch for row in range(len(self.nets))]
