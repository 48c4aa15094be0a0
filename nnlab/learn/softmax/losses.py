"""Cross-entropy, squared error and accuracy as the right class's logit moves."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from nnlab.learn.softmax.scores import LARGEST_LOGIT, Scores
from nnlab.learn.softmax.steps import targets_of

PLACES = 201


@dataclass(frozen=True)
class LossesAlong:
    """Losses and their derivatives by the logit of the right class; the other logits stay."""

    logit: Tensor
    """float32 [201], from -10 to 10."""
    losses: dict[str, Tensor]
    """`cross_entropy`, `squared_error` and `error` (0 where the right class is the largest, else
    1): float32 [201] each."""
    slopes: dict[str, Tensor]
    """Derivatives of the losses by autograd, [201]; 0 for `error`, which is flat between its
    jumps."""


def losses_along(scores: Scores) -> LossesAlong:
    """Along the whole range of the right class's logit."""
    places = torch.linspace(-LARGEST_LOGIT, LARGEST_LOGIT, PLACES)
    losses, slopes = {}, {}
    for name, compute in (("cross_entropy", _cross_entropy), ("squared_error", _squared_error)):
        moved = places.clone().requires_grad_()
        logits = torch.tensor(scores.logits).repeat(PLACES, 1)
        logits[:, scores.target] = moved
        loss = compute(logits / scores.temperature, scores)
        (slopes[name],) = torch.autograd.grad(loss.sum(), moved)
        losses[name] = loss.detach()
    others = [logit for at, logit in enumerate(scores.logits) if at != scores.target]
    losses["error"] = (places <= max(others)).float()
    slopes["error"] = torch.zeros(PLACES)
    return LossesAlong(places, losses, slopes)


def _cross_entropy(logits: Tensor, scores: Scores) -> Tensor:
    target = torch.full((len(logits),), scores.target)
    return F.cross_entropy(logits, target, reduction="none", label_smoothing=scores.smoothing)


def _squared_error(logits: Tensor, scores: Scores) -> Tensor:
    return (F.softmax(logits, 1) - targets_of(scores)).square().sum(1)
