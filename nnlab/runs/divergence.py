"""Why a run diverged, as far as its record tells: not every time was the rate too high."""

import math
from dataclasses import dataclass

from nnlab.config import Experiment, Sgd
from nnlab.runs.record.history import History
from nnlab.training.events import Diverged

RECENT_STEPS = 50
"""A change that came so shortly before is named as the cause."""
LARGE_LOSS = 1e6
STRONG_MOMENTUM = 0.9


@dataclass(frozen=True)
class Cause:
    """One sentence, and whether a lower rate is its mend."""

    sentence: str
    is_rate: bool = True


def what_broke(diverged: Diverged) -> str:
    """`the training loss became inf`, or the parameter that did."""
    what = {"train_loss": "the training loss"}.get(
        diverged.quantity, f"the weights {diverged.quantity}"
    )
    return f"{what} became {diverged.value}"


def cause_of(experiment: Experiment, history: History) -> Cause:
    """The likeliest cause.

    Args:
        experiment: as it held when the run diverged, with what was changed until then.
        history: of a run that has diverged.
    """
    diverged, training = history.diverged, experiment.training
    assert diverged is not None, "only a run that has diverged has a cause of it"
    if diverged.step <= 1:
        return Cause(
            "The very first loss was not finite, before any update: the initial weights or the"
            " values of the data are too large. Choose another init, or scale the data.",
            is_rate=False,
        )
    for control in reversed(history.controls):
        if control.set is None or control.error is not None:
            continue
        since = diverged.step - control.step
        if 0 <= since <= RECENT_STEPS:
            path = str(control.set["path"])
            return Cause(
                f"{path} was set to {control.set['value']} {since:,} steps before: that was too"
                " much.",
                is_rate=path == "training.optimizer.lr",
            )
        break
    if not training.zero_grad:
        return Cause(
            "Gradients add up from step to step (zero_grad is off), so each step is larger than"
            " the one before: let them be zeroed.",
            is_rate=False,
        )
    losses = history.curve("train_loss")[1]
    if len(losses) and math.isfinite(losses[0]) and losses[0] > LARGE_LOSS:
        return Cause(
            f"The loss began at {losses[0]:.3g}: targets or initial weights are very large, and so"
            " are the gradients. Scale the data, or lower the rate by far."
        )
    optimizer = training.optimizer
    if isinstance(optimizer, Sgd) and optimizer.momentum >= STRONG_MOMENTUM:
        return Cause(
            f"With a momentum of {optimizer.momentum:g} the steps add up to"
            f" {1 / (1 - optimizer.momentum):.0f} times the gradient's, and the learning rate"
            f" {optimizer.lr:g} is too high for that: lower either."
        )
    return Cause(f"The learning rate {optimizer.lr:g} is too high for this network.")
