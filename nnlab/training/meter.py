"""Loss and accuracy of the steps as they are taken, read off the device only now and then."""

import math
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from nnlab.training.metrics import Totals, count_correct


class NotFiniteError(Exception):
    """A loss was infinite or not a number."""

    def __init__(self, steps_ago: int, value: float) -> None:
        super().__init__(f"loss {value}, {steps_ago} steps ago")
        self.steps_ago, self.value = steps_ago, value


class Meter:
    """Collects each step's figures without waiting for them, and sums them up when read.

    `recent` sums since the last `take_recent`, `epoch` since the last `take_epoch`.
    """

    def __init__(self, *, classes: bool) -> None:
        self._classes = classes
        self._steps: list[tuple[Tensor, Tensor, Tensor]] = []
        self.recent, self.epoch = Totals(classes=classes), Totals(classes=classes)
        self.first: float | None = None
        """The loss of the first step that was read."""

    def add(self, loss: Tensor, outputs: Tensor, targets: Tensor) -> None:
        """Keep a step's mean loss, its outputs and targets until they are read."""
        self._steps.append((loss, outputs, targets))

    def read(self) -> None:
        """Sum up what was kept.

        Raises:
            NotFiniteError: a step's loss is not finite; says how many steps ago. What was kept
                stays then, so that the next look finds the same step.
        """
        steps = self._steps
        if not steps:
            return
        losses = torch.stack([loss for loss, _, _ in steps]).tolist()
        if self.first is None:
            self.first = losses[0]
        for position, loss in enumerate(losses):
            if not math.isfinite(loss):
                raise NotFiniteError(len(steps) - 1 - position, loss)
        self._steps = []
        for loss, (_, _, targets) in zip(losses, steps, strict=True):
            self.recent.add(len(targets), loss)
            self.epoch.add(len(targets), loss)
        correct = count_correct(
            torch.cat([outputs for _, outputs, _ in steps]),
            torch.cat([targets for _, _, targets in steps]),
        )
        self.recent.correct += correct
        self.epoch.correct += correct

    def take_recent(self) -> Totals:
        """The sums since the last call, and begin anew."""
        taken, self.recent = self.recent, Totals(classes=self._classes)
        return taken

    def take_epoch(self) -> Totals:
        """The sums since the last call, and begin anew."""
        taken, self.epoch = self.epoch, Totals(classes=self._classes)
        return taken

    def state(self) -> dict[str, Any]:
        """The epoch's sums as plain values."""
        return asdict(self.epoch)

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from `state()`."""
        self.epoch = Totals(**state)
