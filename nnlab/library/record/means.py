"""Means of the metrics that a loop reports step by step."""

import math
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import SupportsFloat

import numpy as np
import torch
from torch import Tensor

from nnlab.errors import shown
from nnlab.runs.recorded.record import MOST_METRICS, MOST_NAME
from nnlab.texts import _

OF_ONE = (Tensor, np.ndarray, np.generic)
"""Types that may hold one number, or many."""
EPOCH = "epoch"
"""This name says where the loop is, and is no curve."""

AT_ONCE = 4096
"""Most numbers that are held before they are added up."""
Say = Callable[[str, str], None]
"""Takes the kind of what is to be said, of which only the first is said, and the text."""


class Sum:
    """Numbers added without loss; the mean of equal ones is that number to the last digit."""

    def __init__(self) -> None:
        self._count = 0
        self._values: list[float] = []

    def add(self, value: float) -> None:
        """Take one more."""
        values = self._values
        values.append(value)
        if len(values) >= AT_ONCE:
            self._count += len(values) - 1
            values[:] = [self._total()]

    def mean(self) -> float:
        """NaN and infinities as they add up."""
        if not self._count and self._values.count(self._values[0]) == len(self._values):
            return self._values[0]
        return self._total() / (self._count + len(self._values))

    def _total(self) -> float:
        try:
            return math.fsum(self._values)
        except (OverflowError, ValueError):  # infinities of both signs, or beyond all floats
            return sum(self._values)


class Means:
    """Sums by name since they were last taken.

    A tensor on the processor is read at once. One on an accelerator is copied there and read when
    the means are taken: reading it at each step would make the loop wait for the device.
    """

    def __init__(self, say: Say) -> None:
        self.epoch = 0
        self._say = say
        self._sums: dict[str, Sum] = {}
        self._away: list[tuple[str, Tensor]] = []
        self._known: set[str] = set()
        self._refused: set[str] = set()

    def add(self, metrics: Mapping[str, object]) -> None:
        """Take figures of one step. What is no single number is refused, and said once."""
        sums = self._sums
        for name, value in metrics.items():
            if name not in self._known and not self._is_welcome(name, value):
                continue
            if type(value) is not float:
                if isinstance(value, Tensor) and not value.is_cpu and value.numel() == 1:
                    self._away.append((name, value.detach().reshape(()).clone()))
                    continue
                number = self._number(name, value)
                if number is None:
                    continue
                value = number
            total = sums.get(name)
            if total is None:
                total = sums[name] = Sum()
            total.add(value)

    def take(self) -> dict[str, float]:
        """The mean of each name since the last call; empty where nothing was said."""
        self._read_away()
        means = {name: total.mean() for name, total in self._sums.items()}
        self._sums.clear()
        return means

    def _read_away(self) -> None:
        """Read what lies on accelerators: all of a device and type in one go."""
        away, self._away = self._away, []
        kinds = sorted(away, key=lambda named: (str(named[1].device), str(named[1].dtype)))
        for _kind, group in groupby(kinds, key=lambda named: (named[1].device, named[1].dtype)):
            names, values = zip(*group, strict=True)
            try:
                numbers = torch.stack(values).cpu()
            except Exception:  # noqa: BLE001 - a device without numbers, as `meta`
                numbers = values
            for name, value in zip(names, numbers, strict=True):
                number = self._number(name, value)
                if number is not None:
                    self._sums.setdefault(name, Sum()).add(number)

    def _is_welcome(self, name: str, value: object) -> bool:
        """Whether a new name becomes a curve."""
        if name in self._refused:
            return False
        if name == EPOCH:
            number = self._number(name, value)
            if number is not None and 0 <= number <= 2**53:
                self.epoch = int(number)
            return False
        if len(name) > MOST_NAME or not name.isprintable() or not name:
            text = _(
                "A metric's name has 1 to {most} printable characters, got {name}: it is not"
                " recorded; give it a shorter one.",
                most=MOST_NAME,
                name=shown(name),
            )
            self._say("metric_name", text)
        elif len(self._known) >= MOST_METRICS:
            text = _(
                "At most {most} metrics are recorded, and {name} is one more: leave others out.",
                most=MOST_METRICS,
                name=shown(name),
            )
            self._say("many_metrics", text)
        else:
            self._known.add(name)
            return True
        if len(self._refused) < 10 * MOST_METRICS:
            self._refused.add(name)
        return False

    def _number(self, name: str, value: object) -> float | None:
        try:
            if isinstance(value, OF_ONE):
                value = value.item()  # which refuses more than one number
                if type(value) is float:
                    return value
            number = float(value) if isinstance(value, SupportsFloat) else None
        except Exception:  # noqa: BLE001 - of the author's own objects anything may come
            number = None
        if number is None:
            self._refuse(name, value)
        return number

    def _refuse(self, name: str, value: object) -> None:
        if isinstance(value, Tensor | np.ndarray):
            received = _("a tensor of shape {shape}", shape=tuple(value.shape))
        else:
            received = shown(value)
        text = _(
            "A metric is one number, and {name} was {received}: it is not recorded; give its mean,"
            " as in {name}.mean().",
            name=name,
            received=received,
        )
        self._say(f"value:{name}"[:100], text)
