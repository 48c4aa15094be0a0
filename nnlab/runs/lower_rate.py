"""A lower learning rate for a run that diverged, found by short trainings on its own data."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nnlab.config import Experiment
from nnlab.data.description import Info
from nnlab.data.splits import Splits
from nnlab.training.check import plan
from nnlab.training.controls import Control, EndRun, Set
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit
from nnlab.training.metrics import LOSSES, evaluate
from nnlab.training.state import State

RATE = "training.optimizer.lr"
TRIES = 8
"""Four powers of ten down."""
STEPS = 100
"""A rate that holds for so many steps is offered."""
SECONDS = 0.15
"""All tries together: a page waits for them."""
MOST_NUMBERS = 200_000
"""Inputs that train, as numbers: more take too long to try."""
MOST_FLOPS = 5_000_000
"""Limit for a step, likewise."""
GROWTH = 2.0
"""A loss that has grown more than so many times has not held, though it is finite still."""


@dataclass(frozen=True)
class Lower:
    """The result of trying lower rates."""

    rate: float | None
    """The largest rate that held, or a guess; None: no rate held."""
    is_guess: bool
    """Whether the rate was not tried, for lack of time."""
    refuted: frozenset[float] = frozenset()
    """Rates that were tried and did not hold."""


def lower_rate(
    experiment: Experiment,
    splits: Splits,
    state: State | None,
    rate: float,
    refuted: frozenset[float] = frozenset(),
) -> Lower:
    """The largest of 1, 3, 10, 30 … below `rate` with which training does not diverge again.

    Each is tried for 100 steps, all within 0.15 s; a guess is the next one that is not refuted, or
    a third of the rate where the data or the network are too large to try.

    Args:
        experiment: the run's own.
        splits: its data.
        state: of its last good step; None: it begins anew.
        rate: with which it diverged.
        refuted: what an earlier call has found out.
    """
    if not can_be_tried(experiment, splits.info, len(splits.train)):
        return Lower(third(rate), is_guess=True)
    deadline = time.perf_counter() + SECONDS
    for lower in _rates_below(rate):
        if lower in refuted:
            continue
        held = _holds(experiment, splits, state, lower, deadline)
        if held is None:
            return Lower(lower, is_guess=True, refuted=refuted)
        if held:
            return Lower(lower, is_guess=False, refuted=refuted)
        refuted |= {lower}
    return Lower(None, is_guess=False, refuted=refuted)


def third(rate: float) -> float:
    """Return a third of a rate, in two digits."""
    return float(f"{rate / 3:.2g}")


def can_be_tried(experiment: Experiment, info: Info, train_size: int) -> bool:
    """Whether steps are so quick, and examples so few, that a page can wait for some tries."""
    if train_size * math.prod(info.input_shape) > MOST_NUMBERS:
        return False
    return plan(experiment, info, train_size).step_flops <= MOST_FLOPS


def _rates_below(rate: float) -> Iterator[float]:
    """The next ones down of 1 and 3 times powers of ten, from a half of the rate."""
    power = math.floor(math.log10(rate)) + 1
    scale = [float(f"{digit}e{power - down}") for down in range(TRIES) for digit in (3, 1)]
    below = [value for value in scale if value <= rate / 2]
    return iter(below[:TRIES])


class _Trial:
    """Controls of a training with another rate that ends after some steps, or when time is up."""

    def __init__(self, rate: float, until: int, deadline: float) -> None:
        self._set: list[Control] = [Control(id="", at=0, set=Set(path=RATE, value=rate))]
        self._until, self._deadline = until, deadline
        self.is_late = False

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """The rate, before the first step."""
        if step >= self._until:
            raise EndRun("stopped")
        if time.perf_counter() > self._deadline:
            self.is_late = True
            raise EndRun("stopped")
        due, self._set = self._set, []
        return due


def _holds(
    experiment: Experiment, splits: Splits, state: State | None, rate: float, deadline: float
) -> bool | None:
    """Whether the loss stays finite and does not grow; None where time was up before that."""
    first = state["step"] if state is not None else 0
    trial = _Trial(rate, first + STEPS, deadline)
    training = fit(experiment, splits, state, trial)
    loss = LOSSES[experiment.training.loss]
    before = evaluate(training.model, splits.train, loss).mean_loss
    for event in training:
        if isinstance(event, FitEnded) and event.reason != "diverged":
            if trial.is_late:
                return None
            after = event.train_loss
            return before is not None and after is not None and after <= GROWTH * before
    return False
