"""The space of a search: the values that its trials may have on each axis."""

import itertools
import math
import random
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nnlab.config.axis import Axis, is_whole
from nnlab.config.axis_values import Value
from nnlab.config.sweep import Search, Sweep, place_in_grid
from nnlab.runs.sweeps.importance import is_seed
from nnlab.runs.sweeps.quiet_optuna import quiet_optuna


@dataclass(frozen=True)
class Space:
    """The search space of one search.

    `grid` takes the combinations of the axes' values in their order, the last axis fastest, and
    `random` draws from them without repetition. `tpe` takes any number between the ends of a range,
    by its logarithm where the axis says `log:`; of values that are written out, and of seeds, one.
    """

    sweep: Sweep
    search: Search

    @property
    def count(self) -> int:
        """How many trials there are at most."""
        whole = math.prod(len(values) for values in self.sweep.points)
        return self.search.trials if self.search.method == "tpe" else min(self.search.trials, whole)

    def at(self, number: int) -> tuple[Value, ...] | None:
        """The values of a trial, whose number is below `count`; None where Optuna chooses."""
        return None if self.search.method == "tpe" else self._listed[number]

    @cached_property
    def distributions(self) -> dict[str, Any]:
        """Optuna's, by the axes' paths."""
        pairs = zip(self.sweep.axes, self.sweep.points, strict=True)
        return {axis.path: self._distribution(axis, points) for axis, points in pairs}

    @cached_property
    def _listed(self) -> list[tuple[Value, ...]]:
        points = self.sweep.points
        if self.search.method == "grid":
            return list(itertools.islice(itertools.product(*points), self.count))
        whole = math.prod(len(values) for values in points)
        drawn = random.Random(self.search.seed).sample(range(whole), self.count)
        sizes = [len(values) for values in points]
        return [self._at_place(place_in_grid(number, sizes)) for number in drawn]

    def _at_place(self, place: tuple[int, ...]) -> tuple[Value, ...]:
        return tuple(values[i] for values, i in zip(self.sweep.points, place, strict=True))

    def _distribution(self, axis: Axis, points: tuple[Value, ...]) -> Any:
        kinds = quiet_optuna().distributions
        is_range = isinstance(axis.values, str) and ".." in axis.values
        if self.search.method != "tpe" or not is_range or is_seed(axis.path):
            return kinds.CategoricalDistribution(points)
        numbers = [number for number in points if isinstance(number, int | float)]
        kind = kinds.FloatDistribution
        if is_whole(self.sweep.experiment, axis.path):
            kind = kinds.IntDistribution
        return kind(min(numbers), max(numbers), log=axis.scale == "log")
