"""Why a run diverged, as far as its record tells: not every time was the rate too high."""

from dataclasses import dataclass

from nnlab.config import Experiment, Sgd
from nnlab.runs.record.history import History
from nnlab.texts import _, number
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
    if diverged.quantity == "train_loss":
        return _("the training loss became {value}", value=number(diverged.value))
    return _(
        "the weights {name} became {value}", name=diverged.quantity, value=number(diverged.value)
    )


def _recent_change(history: History, diverged_at: int) -> Cause | None:
    """Return the newest live change as the cause, if it was made shortly before."""
    for control in reversed(history.controls):
        if control.set is None or control.error is not None:
            continue
        since = diverged_at - control.step
        if not 0 <= since <= RECENT_STEPS:
            return None
        path = str(control.set["path"])
        return Cause(
            _(
                "{path} was set to {value} {steps:,} steps before: that was too much.",
                path=path,
                value=_written(control.set["value"]),
                steps=since,
            ),
            is_rate=path == "training.optimizer.lr",
        )
    return None


def cause_of(experiment: Experiment, history: History) -> Cause:
    """Return the likeliest cause of a divergence.

    Args:
        experiment: as it held when the run diverged, with what was changed until then.
        history: of a run that has diverged.
    """
    diverged, training = history.diverged, experiment.training
    assert diverged is not None, "only a run that has diverged has a cause of it"
    if diverged.step <= 1:
        return Cause(
            _(
                "The very first loss was not finite, before any update: the initial weights or the"
                " values of the data are too large. Choose another init, or scale the data."
            ),
            is_rate=False,
        )
    if (changed := _recent_change(history, diverged.step)) is not None:
        return changed
    if not training.zero_grad:
        return Cause(
            _(
                "Gradients add up from step to step (zero_grad is off), so each step is larger than"
                " the one before: let them be zeroed."
            ),
            is_rate=False,
        )
    # The curve does not tell: its first value is a mean over steps that may have grown already.
    if diverged.first_loss is not None and diverged.first_loss > LARGE_LOSS:
        return Cause(
            _(
                "The loss began at {loss:.3g}: targets or initial weights are very large, and so"
                " are the gradients. Scale the data, or lower the rate by far.",
                loss=diverged.first_loss,
            )
        )
    optimizer = training.optimizer
    if isinstance(optimizer, Sgd) and optimizer.momentum >= STRONG_MOMENTUM:
        return Cause(
            _(
                "With a momentum of {momentum:g} the steps add up to {times:.0f} times the"
                " gradient's, and the learning rate {rate:g} is too high for that: lower either.",
                momentum=optimizer.momentum,
                times=1 / (1 - optimizer.momentum),
                rate=optimizer.lr,
            )
        )
    return Cause(_("The learning rate {rate:g} is too high for this network.", rate=optimizer.lr))


def _written(value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return number(value, 6) if is_number else str(value)
