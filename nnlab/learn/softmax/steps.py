"""From logits to the loss and its gradient, each step as PyTorch computes it in float32."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from nnlab.learn.softmax.scores import Scores


@dataclass(frozen=True)
class Steps:
    """Each tensor is float32 [k], each number a float32's value."""

    powers: Tensor
    """exp(z / T)."""
    total: float
    """Sum of the exponentials."""
    probabilities: Tensor
    log_probabilities: Tensor
    targets: Tensor
    """y: 1 for the right class and 0 else, or smoothed; of sum 1."""
    loss: float
    """Cross-entropy of y and p in nats, by `F.cross_entropy`."""
    nll: float
    """The same by `F.log_softmax`, then the mean of -log p that y weighs (`F.nll_loss` where y is
    not smoothed)."""
    gradient: Tensor
    """Gradient of the loss with respect to the logits, by autograd: (p - y) / T."""
    entropy: float
    """H(p) in nats: 0 to log k."""
    target_entropy: float
    """H(y) in nats."""
    divergence: float
    """KL(y ‖ p) in nats: loss = H(y) + KL(y ‖ p)."""


def steps_of(scores: Scores) -> Steps:
    """All of it for one example."""
    logits = torch.tensor(scores.logits, requires_grad=True)
    target = torch.tensor(scores.target)
    scaled = logits / scores.temperature
    loss = F.cross_entropy(scaled, target, label_smoothing=scores.smoothing)
    (gradient,) = torch.autograd.grad(loss, logits)
    scaled = scaled.detach()
    log_p, y = F.log_softmax(scaled, 0), targets_of(scores)
    p = F.softmax(scaled, 0)
    powers = scaled.exp()
    nll = -(y * log_p).sum() if scores.smoothing else F.nll_loss(log_p, target)
    return Steps(
        powers,
        powers.sum().item(),
        p,
        log_p,
        y,
        loss.item(),
        nll.item(),
        gradient,
        torch.special.entr(p).sum().item(),
        torch.special.entr(y).sum().item(),
        F.kl_div(log_p, y, reduction="sum").item(),
    )


def targets_of(scores: Scores) -> Tensor:
    """y, float32 [k]: (1 - s) for the right class, and s / k for every class (Szegedy 2016)."""
    count = len(scores.logits)
    one_hot = F.one_hot(torch.tensor(scores.target), count).float()
    return one_hot * (1 - scores.smoothing) + scores.smoothing / count


# Overflow ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shifted:
    """Softmax of the logits after a number was added to each, both ways; float32 [k]."""

    logits: Tensor
    powers: Tensor
    """exp of each: infinite above 88.72, the logarithm of the largest float32."""
    plain: Tensor
    """The powers over their sum: NaN where that is ∞ / ∞."""
    shifted_powers: Tensor
    """exp(logit - largest logit): 0 to 1."""
    stable: Tensor
    """The shifted powers over their sum, as `F.softmax` computes them."""


def shifted(scores: Scores, shift: float) -> Shifted:
    """The same probabilities with and without the largest logit subtracted first."""
    logits = torch.tensor(scores.logits) / scores.temperature + shift
    powers, safe = logits.exp(), (logits - logits.max()).exp()
    return Shifted(logits, powers, powers / powers.sum(), safe, safe / safe.sum())


# Two classes -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TwoClasses:
    """The first two logits alone, as softmax and as the sigmoid of their difference; float32."""

    softmax: float
    """The probability of the second class."""
    sigmoid: float
    cross_entropy: float
    """The loss where the second class is right."""
    binary: float
    """The same by `F.binary_cross_entropy_with_logits`."""


def two_classes(scores: Scores) -> TwoClasses:
    """Softmax of two logits is the sigmoid of their difference."""
    logits = torch.tensor(scores.logits[:2]) / scores.temperature
    difference = logits[1] - logits[0]
    return TwoClasses(
        F.softmax(logits, 0)[1].item(),
        torch.sigmoid(difference).item(),
        F.cross_entropy(logits, torch.tensor(1)).item(),
        F.binary_cross_entropy_with_logits(difference, torch.tensor(1.0)).item(),
    )
