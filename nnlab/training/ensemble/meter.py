"""Loss and right answers of each network of a stack, read off the device only now and then."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from nnlab.training.ensemble.stack import Step
from nnlab.training.metrics import Totals

HELD_NUMBERS = 2**22
"""Outputs that wait to be read, at most (16 MB of float32)."""


@dataclass
class Sums:
    """Sums over examples, as `Totals` has them of one network: float64 [n] each."""

    count: int
    loss: np.ndarray
    correct: np.ndarray

    @classmethod
    def of(cls, n: int) -> "Sums":
        """Return sums of zero."""
        return cls(0, np.zeros(n), np.zeros(n))

    def keep(self, rows: list[int]) -> None:
        """Go on with some of the networks alone."""
        self.loss, self.correct = self.loss[rows], self.correct[rows]


def totals_of(sums: Sums, row: int, *, classes: bool) -> Totals:
    """The sums of one network."""
    return Totals(sums.count, float(sums.loss[row]), int(sums.correct[row]), classes)


@dataclass(frozen=True)
class NotFinite:
    """A network's first loss that was infinite or not a number."""

    row: int
    steps_ago: int
    value: float


class StackMeter:
    """Collects each step's figures without waiting for them, and sums them up when read."""

    def __init__(self, n: int, *, classes: bool) -> None:
        self.recent, self.epoch = Sums.of(n), Sums.of(n)
        self._classes = classes
        self._steps: list[Step] = []
        self._held = 0

    def add(self, step: Step) -> bool:
        """Keep a step until it is read. True where it is time for that."""
        self._steps.append(step)
        self._held += step.outputs.numel()
        return self._held > HELD_NUMBERS

    def read(self) -> list[NotFinite]:
        """Sum up what was kept. Returns the networks that have diverged since the last call."""
        steps, self._steps, self._held = self._steps, [], 0
        if not steps:
            return []
        losses = torch.stack([step.losses for step in steps]).cpu().numpy().astype(np.float64)
        found = []
        for row in np.flatnonzero(~np.isfinite(losses).all(0)).tolist():
            place = int(np.flatnonzero(~np.isfinite(losses[:, row]))[0])
            found.append(NotFinite(row, len(steps) - 1 - place, float(losses[place, row])))
        correct = self._correct(steps)
        for sums in (self.recent, self.epoch):
            # One by one, in double precision, as `Totals`: the sum does not depend on who looks.
            for step, own in zip(steps, losses, strict=True):
                sums.count += step.rows.size
                sums.loss += own * step.rows.size
            sums.correct += correct
        return found

    def take_recent(self) -> Sums:
        """The sums since the last call, and begin anew."""
        taken, self.recent = self.recent, Sums.of(len(self.recent.loss))
        return taken

    def take_epoch(self) -> Sums:
        """The sums since the last call, and begin anew."""
        taken, self.epoch = self.epoch, Sums.of(len(self.epoch.loss))
        return taken

    def keep(self, rows: list[int]) -> None:
        """Go on with some of the networks alone; what was added has been read."""
        self.recent.keep(rows)
        self.epoch.keep(rows)

    def state(self) -> dict[str, Any]:
        """The epoch's sums as plain values."""
        sums = self.epoch
        return {"count": sums.count, "loss": sums.loss.tolist(), "correct": sums.correct.tolist()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state()`."""
        loss, correct = np.array(state["loss"]), np.array(state["correct"])
        self.epoch, self.recent = Sums(state["count"], loss, correct), Sums.of(len(loss))

    def _correct(self, steps: list[Step]) -> np.ndarray:
        if not self._classes:
            return np.zeros(len(steps[0].losses))
        outputs = torch.cat([step.outputs[:, : step.rows.size] for step in steps], 1)
        targets = torch.cat([step.targets[:, : step.rows.size] for step in steps], 1)
        return (outputs.argmax(2) == targets).sum(1).cpu().numpy().astype(np.float64)
