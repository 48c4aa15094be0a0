"""A small bench for fit: data made by hand, clocks that do as they are told, scripted controls."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from nnlab.config import Experiment, Layer, Linear, Model, PlaneClasses, PlaneValues, Training, mlp
from nnlab.data.description import Info
from nnlab.data.splits import Part, Splits
from nnlab.training.controls import Control, EndRun, Set
from nnlab.training.events import EpochEnded, Event, Progress
from nnlab.training.fit import Fit, fit

Asked = str | tuple[str, object]


def splits(train: int = 26, val: int = 13, *, classes: int | None = 3, seed: int = 0) -> Splits:
    """Points of the plane with a class, or with a number where `classes` is None."""
    generator = torch.Generator().manual_seed(1000 + seed)

    def part(count: int) -> Part:
        x = torch.randn(count, 2, generator=generator)
        if classes is None:
            return Part(x, (x[:, :1] * 2 - x[:, 1:]).sin())
        return Part(x, torch.arange(count) % classes)

    names = None if classes is None else tuple(str(number) for number in range(classes))
    return Splits(part(train), part(val), None, Info((2,), names))


def experiment(
    layers: Sequence[Layer] | None = None, *, model_seed: int = 0, **training: Any
) -> Experiment:
    """Classes of three unless the loss is mse. Batches of 7: four steps an epoch of 26."""
    regression = training.get("loss") == "mse"
    defaults = {"epochs": 3, "batch_size": 7}
    if "steps" in training:
        del defaults["epochs"]
    return Experiment(
        data=PlaneValues(kind="plane") if regression else PlaneClasses(kind="blobs", classes=3),
        model=Model(
            layers=tuple(layers or mlp(5, outputs=1 if regression else 3, activation="tanh")),
            seed=model_seed,
        ),
        training=Training.model_validate(defaults | training),
    )


LINEAR: tuple[Layer, ...] = (Linear(out_features=3),)


class StandingClock:
    """Never moves: no `progress` but where the run pauses."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class FastClock(StandingClock):
    """A second further at each look: a `progress` after each step."""

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


class Script:
    """Controls at given steps, then, one at a time, those for each time that the run is paused.

    When a paused run finds nothing more to do it is stopped.
    """

    def __init__(
        self,
        at: dict[int, Sequence[Asked]] | None = None,
        paused: Iterable[Asked] = (),
    ) -> None:
        self._at = dict(at or {})
        self._paused = iter(paused)
        self._ids = itertools.count(1)
        self.paused_at: list[int] = []

    def poll(self, step: int, *, paused: bool) -> list[Control]:
        if paused:
            self.paused_at.append(step)
            asked = next(self._paused, None)
            if asked is None:
                raise EndRun("stopped")
            return [self._control(asked)]
        return [self._control(asked) for asked in self._at.pop(step, ())]

    def _control(self, asked: Asked) -> Control:
        name = str(next(self._ids))
        if isinstance(asked, str):
            return Control.model_validate({"id": name, "at": 0, "do": asked})
        return Control(id=name, at=0, set=Set(path=asked[0], value=asked[1]))


def trained(fitting: Fit) -> tuple[dict[str, Tensor], list[Event]]:
    """The final weights and all events."""
    events = list(fitting)
    return fitting.weights(), events


def run(
    given: Experiment, data: Splits, controls: Script | None = None, **more: Any
) -> tuple[dict[str, Tensor], list[Event]]:
    """As `trained`, with a clock that stands still unless another is given."""
    arguments: dict[str, Any] = {"clock": StandingClock(), **more}
    return trained(fit(given, data, controls=controls, **arguments))


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    """Whether all weights and buffers are equal to the last bit."""
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def epochs(events: Iterable[Event]) -> list[EpochEnded]:
    return [event for event in events if isinstance(event, EpochEnded)]


def progress(events: Iterable[Event]) -> list[Progress]:
    return [event for event in events if isinstance(event, Progress)]
