"""Optimizers from one start over one function, each step by torch.optim itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.config import Adam, Optimizer, RMSprop, Schedule, Sgd
from nnlab.learn.optimizers.objective import Objective
from nnlab.texts import N_
from nnlab.training.optimizers import Schedules, build_optimizer

FAR = 1000.0
"""A path that is so many pictures away from the middle of its own has diverged."""
RACERS = {
    "sgd": "SGD",
    "momentum": N_("SGD, momentum"),
    "nesterov": N_("SGD, Nesterov"),
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}
"""Each racer and its name, marked by `N_`."""


def optimizer_of(racer: str, lr: float, momentum: float = 0.9) -> Optimizer:
    """The optimizer of a racer, all but these two at PyTorch's defaults.

    Args:
        racer: of `RACERS`.
        lr: its learning rate, above 0 and at most 1,000.
        momentum: of the two that have one, above 0 and below 1.
    """
    match racer:
        case "sgd":
            return Sgd(lr=lr)
        case "momentum":
            return Sgd(lr=lr, momentum=momentum)
        case "nesterov":
            return Sgd(lr=lr, momentum=momentum, nesterov=True)
        case "rmsprop":
            return RMSprop(lr=lr)
        case "adam":
            return Adam(kind="adam", lr=lr)
        case _:
            return Adam(kind="adamw", lr=lr, weight_decay=0.01)


@dataclass(frozen=True)
class Path:
    """The way of one optimizer."""

    points: NDArray[np.float64]
    """[t + 1, d], the start first; after t steps it ended or diverged."""
    values: NDArray[np.float64]
    """[t + 1], of the function at each point."""
    rates: NDArray[np.float64]
    """[t], of each step."""
    diverged_at: int | None
    """The step after which it was `FAR` away, or the function no number; None: it stayed."""


def race(
    objective: Objective,
    start: Sequence[float],
    optimizers: Sequence[Optimizer],
    steps: int,
    schedule: Schedule | None = None,
) -> list[Path]:
    """Let every optimizer go from the start.

    All are differentiated together, as no point's value depends on another point; each has a
    parameter and a `torch.optim` of its own. A schedule takes every step for an epoch.

    Args:
        objective: what is minimised.
        start: [d].
        optimizers: one path each.
        steps: how many at most, from 1.
        schedule: of the rate, over `steps`.
    """
    racers = [_Racer(objective, start, optimizer, steps, schedule) for optimizer in optimizers]
    for _step in range(steps):
        racing = [racer for racer in racers if racer.diverged_at is None]
        if not racing:
            break
        _backward(objective, racing)
        for racer in racing:
            racer.step()
    at_the_end = [racer for racer in racers if len(racer.values) < len(racer.points)]
    if at_the_end:
        with torch.no_grad():
            _note(objective.values(torch.stack([racer.point for racer in at_the_end])), at_the_end)
    return [racer.path() for racer in racers]


class _Racer:
    def __init__(
        self,
        objective: Objective,
        start: Sequence[float],
        optimizer: Optimizer,
        steps: int,
        schedule: Schedule | None,
    ) -> None:
        self.point = nn.Parameter(torch.tensor(start, dtype=torch.float64))
        self._optimizer = build_optimizer(optimizer, [self.point], fused=False)
        self._schedules = Schedules(schedule, self._optimizer, optimizer.lr, steps)
        ends = zip(objective.low, objective.high, strict=True)
        self._middle = [(low + high) / 2 for low, high in ends]
        self._far = FAR * objective.reach
        self.points: list[list[float]] = [self.point.tolist()]
        self.values: list[float] = []
        self._rates: list[float] = []
        self.diverged_at: int | None = None

    def note(self, value: float) -> None:
        """Keep the value where it stands; without one it goes no further."""
        self.values.append(value)
        if not math.isfinite(value):
            self.diverged_at = len(self._rates)

    def step(self) -> None:
        if self.diverged_at is not None:
            return
        self._rates.append(self._schedules.lr)
        self._optimizer.step()
        self._schedules.step_ended(epoch_ended=True)
        point: list[float] = self.point.tolist()
        self.points.append(point)
        away = zip(point, self._middle, strict=True)
        if not all(abs(number - middle) <= self._far for number, middle in away):  # nor is NaN
            self.diverged_at = len(self._rates)

    def path(self) -> Path:
        points, values, rates = (np.array(of) for of in (self.points, self.values, self._rates))
        return Path(points, values, rates, self.diverged_at)


def _backward(objective: Objective, racers: list[_Racer]) -> None:
    """Give each its own gradient, as the sum of all values has it, and note its value."""
    for racer in racers:
        racer.point.grad = None
    values = objective.values(torch.stack([racer.point for racer in racers]))
    values.sum().backward()
    _note(values, racers)


def _note(values: Tensor, racers: list[_Racer]) -> None:
    for racer, value in zip(racers, values.tolist(), strict=True):
        racer.note(value)
