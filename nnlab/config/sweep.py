"""A sweep: one experiment, what varies in it, and the networks that this makes."""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from nnlab.config.axis import Axis, points_of
from nnlab.config.axis_effects import with_value
from nnlab.config.axis_values import Value
from nnlab.config.base import Config, Seed
from nnlab.config.data import Images, Sequences
from nnlab.config.document import Document
from nnlab.config.experiment import Experiment
from nnlab.errors import InvalidExperimentError
from nnlab.texts import _

MOST_NETS = 1024
MOST_AXES = 6


class Sample(Config):
    """A random sample of the axes' combinations, without repetition."""

    count: int = Field(ge=1, le=MOST_NETS)
    seed: Seed = 0


class Search(Config):
    """Settings of a search over networks for pictures: runs of their own, one trial each."""

    method: Literal["grid", "random", "tpe"] = "tpe"
    """`grid` and `random` take the axes' values; `tpe` (Bergstra et al. 2011, by Optuna) chooses
    within an axis's range by what came out so far."""
    pruning: Literal["none", "median", "hyperband"] = "median"
    """Which trials are given up early, by Optuna's pruner of that name."""
    trials: int = Field(20, ge=1, le=MOST_NETS)
    minutes: float | None = Field(None, gt=0, le=10_000)
    """Time limit in minutes, after which no further trial begins. None: no limit."""
    at_once: int | None = Field(None, ge=1, le=64)
    """Trials that train side by side. None: as many as the machine has cores."""
    seed: Seed = 0


@dataclass(frozen=True)
class Net:
    """One network of a sweep."""

    number: int
    """Number from 0, in the order of the grid, whose last axis runs fastest."""
    values: tuple[Value, ...]
    """The network's value on each axis."""
    places: tuple[int, ...]
    """The index of each value on its axis."""
    experiment: Experiment
    """The experiment that trains this network alone, to the same weights."""


class Sweep(Document):
    """An experiment and the axes along which it varies.

    Networks of the plane and of tables train together in one run; `engine` of their experiments is
    `stack`. Those for pictures are searched, as runs of their own.
    """

    schema_version: Literal[1] = 1
    experiment: Experiment
    axes: tuple[Axis, ...] = Field(min_length=1, max_length=MOST_AXES)
    sample: Sample | None = None
    """None: the full grid."""
    search: Search | None = None
    """Settings of the search; always given for pictures, never for other data."""

    @model_validator(mode="after")
    def _data_can_vary(self) -> Self:
        if isinstance(self.experiment.data, Sequences):
            raise ValueError(
                _(
                    "a sweep is of networks for points, tables or pictures, and the data are"
                    " 'sequences': train each alone, as in python -m nnlab train attention-copy"
                    " --set training.optimizer.lr=0.01"
                )
            )
        return self

    @model_validator(mode="after")
    def _paths_differ(self) -> Self:
        paths = [axis.path for axis in self.axes]
        twice = next((path for path in paths if paths.count(path) > 1), None)
        if twice is not None:
            raise ValueError(_("{path} varies along two axes: once is enough", path=twice))
        if isinstance(self.experiment.data, Images) != (self.search is not None):
            raise ValueError(
                _("networks for pictures are searched: say search for them, and for them alone")
            )
        if self.search is not None and self.sample is not None:
            raise ValueError(_("a search draws by itself: leave sample out"))
        return self

    @model_validator(mode="after")
    def _nets_are_few(self) -> Self:
        if self.search is None and self.count > MOST_NETS:
            raise ValueError(
                _(
                    "these axes make {count:,} networks, and a sweep has at most {most:,}: take"
                    " fewer values, or a random sample (sample.count)",
                    count=self.count,
                    most=MOST_NETS,
                )
            )
        return self

    @cached_property
    def points(self) -> tuple[tuple[Value, ...], ...]:
        """The values of each axis."""
        return tuple(points_of(axis, self.experiment) for axis in self.axes)

    @property
    def count(self) -> int:
        """How many networks there are; of a search, how many trials."""
        if self.search is not None:
            return self.search.trials
        whole = math.prod(len(values) for values in self.points)
        return whole if self.sample is None else min(whole, self.sample.count)

    @cached_property
    def nets(self) -> tuple[Net, ...]:
        """Every network, in the order of the grid; none of a search, which finds its own.

        Raises:
            InvalidExperimentError: an axis leads nowhere, or a value is not valid there.
        """
        return () if self.search is not None else tuple(self._make_nets())

    def experiment_of(self, values: tuple[Value, ...]) -> Experiment:
        """The experiment with a value on each axis: first what NAMES change, then single fields.

        Raises:
            InvalidExperimentError: as `nets`.
        """
        experiment = self.experiment
        # What changes layers comes first: a path may lead into one of them.
        for axis, value in sorted(
            zip(self.axes, values, strict=True), key=lambda pair: "." in pair[0].path
        ):
            try:
                experiment = with_value(experiment, axis.path, value)
            except InvalidExperimentError as error:
                raise InvalidExperimentError(
                    _(
                        "Axis {path}: {error}",
                        path=axis.path,
                        error=str(error).removeprefix(f"{axis.path}: "),
                    )
                ) from error
        if type(experiment.data) is not type(self.experiment.data):
            raise InvalidExperimentError(
                _(
                    "Axis data.kind: '{kind}' and '{other}' are data of two sorts, and the networks"
                    " of a sweep learn from one: leave one of them out.",
                    kind=experiment.data.kind,
                    other=self.experiment.data.kind,
                )
            )
        return experiment if self.search is not None else experiment.with_set("engine", "stack")

    def _make_nets(self) -> Iterator[Net]:
        for number, places in enumerate(self._places()):
            values = tuple(values[place] for values, place in zip(self.points, places, strict=True))
            yield Net(number, values, places, self.experiment_of(values))

    def _places(self) -> list[tuple[int, ...]]:
        sizes = [len(values) for values in self.points]
        if self.sample is None:
            return list(itertools.product(*map(range, sizes)))
        drawn = random.Random(self.sample.seed).sample(range(math.prod(sizes)), self.count)
        return [place_in_grid(number, sizes) for number in sorted(drawn)]

    def to_json(self, indent: int | None = None) -> str:
        """The sweep as JSON, defaults left out."""
        return self.model_dump_json(exclude_defaults=True, indent=indent)


def place_in_grid(number: int, sizes: list[int]) -> tuple[int, ...]:
    """The indices of the combination of that number; the last axis runs fastest."""
    places: list[int] = []
    for size in reversed(sizes):
        number, place = divmod(number, size)
        places.insert(0, place)
    return tuple(places)
