"""Diagnostics of training, from its curves and data: over-fitting, a rate too high, and so on.

Thresholds and where they come from:

- *over-fitting*: the validation loss is more than 10 % above its lowest while the training loss
  went on falling: the generalisation loss GL > 10 of Prechelt, "Early stopping - but when?", 1998
  (who stops at 1 to 5 % already; the curves here are means of fewer examples).
- *rate too high*: over the last twenty recorded losses the training loss jumps, from one to the
  next, by more than a quarter of its level in the mean, and is no lower than it was before
  (the signs that Bengio, "Practical recommendations for gradient-based training", 2012,
  section 3.1.1, says a rate too high has; the numbers are ours).
- *too simple*: a network without an activation between its layers is linear in its inputs, however
  many layers it has; reported where it names fewer than 90 % right, or explains less than half of
  the targets' variance (Minsky and Papert, "Perceptrons", 1969, on what no line can part).
- *a class missing*: fewer than 1 % of the training examples, or none, are of it.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from nnlab.insight.doctor.diagnostic import Diagnostic
from nnlab.insight.regression import r_squared
from nnlab.models.eval_mode import eval_mode
from nnlab.models.token_layers import Attention
from nnlab.texts import _
from nnlab.training.metrics import count_correct

GENERALISATION_LOSS = 0.10
WINDOW, FEWEST, JUMP, NO_LOWER = 20, 12, 0.25, 0.9
SMOOTH = 5
ENOUGH_RIGHT, ENOUGH_EXPLAINED = 0.9, 0.5
SCARCE = 0.01
EARLY_STEPS = 200


def over_fitting(
    train_x: np.ndarray, train: np.ndarray, val_x: np.ndarray, val: np.ndarray
) -> Diagnostic | None:
    """Whether the validation loss rises while the training loss falls.

    Args:
        train_x: [n], steps, growing.
        train: [n], the training losses there.
        val_x: [m], as `train_x`.
        val: [m], the validation losses.
    """
    if len(val) < 2 * SMOOTH or len(train) < 2 * SMOOTH:
        return None
    smooth = _medians(val)
    best = int(smooth.argmin())
    now, lowest = float(smooth[-1]), float(smooth[best])
    then = float(np.interp(val_x[best], train_x, _medians(train)))
    first, train_now = (float(_medians(train)[place]) for place in (0, -1))
    # A training loss above where it began has learned nothing by heart.
    has_learned = train_now < min(then, first)
    if lowest <= 0 or now <= (1 + GENERALISATION_LOSS) * lowest or not has_learned:
        return None
    return Diagnostic(
        "over_fitting",
        _(
            "The validation loss was {lowest:.3g} at step {step:,} and is {now:.3g} now, while the"
            " training loss fell from {then:.3g} to {train_now:.3g}.",
            lowest=lowest,
            step=int(val_x[best]),
            now=now,
            then=then,
            train_now=train_now,
        ),
        _(
            "The network learns its training examples by heart, noise included: what it learns"
            " since then does not hold elsewhere."
        ),
    )


def rate_too_high(train: np.ndarray) -> Diagnostic | None:
    """Whether the training losses [n], in their order, jump and do not fall."""
    recent = train[-WINDOW:]
    if len(recent) < FEWEST or not np.isfinite(recent).all():
        return None
    half = len(recent) // 2
    level = float(np.median(recent))
    jump = float(np.abs(np.diff(recent)).mean())
    if level <= 0 or jump <= JUMP * level:
        return None
    if np.median(recent[half:]) < NO_LOWER * np.median(recent[:half]):
        return None
    return Diagnostic(
        "rate_high",
        _(
            "The training loss fluctuates by {jump:.2g} around {level:.2g} and does not fall.",
            jump=jump,
            level=level,
        ),
        _(
            "Each step goes over the valley to its other side: the learning rate is too high, or"
            " the batch too small."
        ),
    )


def too_simple(network: nn.Sequential, x: Tensor, y: Tensor, steps: int) -> Diagnostic | None:
    """Whether a network that is linear in its inputs is asked for what no line can do.

    Args:
        network: gives [n, k]; of sequences also [n, length, k].
        x: [n, inputs].
        y: int64 [n], or [n, length] with a class for each token, or float [n, 1].
        steps: those it has made; after a few nothing can be said.
    """
    if steps < EARLY_STEPS or _bends(network):
        return None
    with eval_mode(network), torch.inference_mode():
        outputs = network(x)
    if y.is_floating_point():
        explained = r_squared(
            float(nn.functional.mse_loss(outputs, y)), float(y.double().var(unbiased=False))
        )
        if explained is None or explained >= ENOUGH_EXPLAINED:
            return None
        what = _(
            "It explains {share:.0%} of the variance after {steps:,} steps.",
            share=max(explained, 0),
            steps=steps,
        )
    else:
        right = count_correct(outputs, y) / len(y)
        if right >= ENOUGH_RIGHT:
            return None
        what = _(
            "It names {share:.0%} of the examples right after {steps:,} steps.",
            share=right,
            steps=steps,
        )
    return Diagnostic(
        "too_simple",
        what,
        _(
            "Without an activation between them all its layers are one linear function of its"
            " inputs, and no straight line fits these data: it needs a hidden layer that bends, or"
            " inputs that do."
        ),
    )


def class_missing(y: Tensor, classes: int, names: Sequence[str]) -> Diagnostic | None:
    """Whether the training targets hold hardly any example of one of the classes.

    They are int64 [n], or [n, length] with a class for each token.
    """
    counts = y.flatten().bincount(minlength=classes)
    scarce = [index for index in range(classes) if int(counts[index]) < SCARCE * y.numel()]
    if not scarce:
        return None
    said = ", ".join(
        _("class {name}: {count}", name=names[index], count=int(counts[index]))
        for index in scarce[:5]
    )
    return Diagnostic(
        "class_missing",
        _(
            "Of {count:,} training examples hardly any are of some classes ({classes}).",
            count=len(y),
            classes=said,
        ),
        _("A class that the network never sees in training it learns never to name."),
    )


def _medians(values: np.ndarray) -> np.ndarray:
    """A running median over the last five: single spikes are no course."""
    padded = np.concatenate([np.repeat(values[:1], SMOOTH - 1), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, SMOOTH)
    return np.median(windows, axis=1)


def _bends(network: nn.Sequential) -> bool:
    bending = (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.LeakyReLU, nn.GELU, nn.SiLU)
    # The softmax of attention bends, too.
    return any(isinstance(module, (*bending, Attention)) for module in network)
