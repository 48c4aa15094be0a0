"""Pictures changed so that a network reads them otherwise: as little as can be, or by a noise."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _

STEPS = 60
RATE = 0.05
"""Adam's learning rate, in greys a step."""
STRENGTHS = (0.05, 0.2, 0.8, 3.0, 12.0)
"""Weights of being read otherwise against the size of the change; tried side by side."""
BISECTIONS = 12


@dataclass(frozen=True)
class Counterfactual:
    """The way from a picture to one that is read as another class."""

    picture: NDArray[np.float32]
    """[h, w] in [0, 1]: where it begins."""
    change: NDArray[np.float32]
    """[h, w] in [-1, 1]: what added to it makes it the other class, just so."""

    def at(self, share: float) -> NDArray[np.float32]:
        """[h, w] in [0, 1]: with that share (0 to 1) of the change."""
        return np.clip(self.picture + np.float32(share) * self.change, 0, 1)

    @property
    def size(self) -> float:
        """The L2 norm of the change: the root of the sum of its squares."""
        return float(np.linalg.norm(self.change))


def smallest_change(network: nn.Module, picture: Tensor, target: int) -> Counterfactual | None:
    """A small change of the picture, by its L2 norm, that makes the network read it as `target`.

    Adam on the picture itself minimises ½‖change‖² + c · max(0, strongest rival - target), with
    several c at once and every pixel kept in [0, 1] (Carlini, Wagner: Towards Evaluating the
    Robustness of Neural Networks, IEEE S&P 2017, with the box kept by clipping); the smallest
    change that succeeds is then cut back along its own line to where the reading turns. A smaller
    one may exist: what is returned is found, not proved.

    Args:
        network: takes [n, 1, h, w], returns [n, k] logits or log-probabilities; on the CPU. It is
            asked in evaluation mode, and left in the modes and with the gradients that it had.
        picture: float32 [1, h, w] in [0, 1].
        target: the class that it is to become.

    Returns:
        The change, which is all 0 where the picture is read as `target` already; None where no
        change was found.

    Raises:
        NnlabError: no such class.
    """
    strengths = torch.tensor(STRENGTHS)
    start = picture[None]
    changed = start.repeat(len(strengths), 1, 1, 1).requires_grad_()
    adam = _Adam()
    best: Tensor | None = None
    with eval_mode(network):
        _must_have(network, start, target)
        for _step in range(STEPS + 1):
            lead = _lead(network(changed), target)
            best = _smallest(start, best, changed.detach()[lead.detach() > 0])
            loss = 0.5 * (changed - start).square().sum() + (strengths * (-lead).relu()).sum()
            (gradient,) = torch.autograd.grad(loss, changed)
            with torch.no_grad():
                changed.sub_(RATE * adam.direction(gradient)).clamp_(0, 1)
        if best is None:
            return None
        best = _cut_back(network, start, best, target)
    return Counterfactual(picture[0].numpy().copy(), (best - start)[0, 0].numpy())


def fooling_direction(network: nn.Module, picture: Tensor, label: int) -> NDArray[np.float32]:
    """Return the sign for each pixel that lowers the confidence in `label` most, to first order.

    The sign of the gradient of the cross-entropy (Goodfellow, Shlens, Szegedy: Explaining and
    Harnessing Adversarial Examples, ICLR 2015; FGSM): `fooled` adds it.

    Args:
        network: as `smallest_change` has it.
        picture: float32 [1, h, w] in [0, 1].
        label: the class that it is read as.

    Returns:
        float32 [h, w] of -1, 0 (the pixel does not matter) and 1.

    Raises:
        NnlabError: no such class.
    """
    x = picture[None].clone().requires_grad_()
    with eval_mode(network):
        _must_have(network, x, label)
        outputs = network(x)[0]
    rivals = torch.cat([outputs[:label], outputs[label + 1 :]])
    # The cross-entropy is log(1 + e^u) of this u, so its gradient has the sign of u's own, which
    # does not vanish where the network is sure beyond what float32 can tell from 1.
    u = (rivals - outputs[label]).logsumexp(0)
    (gradient,) = torch.autograd.grad(u, x)
    return gradient[0, 0].sign().numpy()


def fooled(
    picture: NDArray[np.float32], direction: NDArray[np.float32], epsilon: float
) -> NDArray[np.float32]:
    """The picture with each pixel moved by `epsilon` (greys, 0 to 1) and kept in [0, 1].

    Args:
        picture: float32 [h, w] in [0, 1].
        direction: [h, w], of `fooling_direction`.
        epsilon: how far.
    """
    return np.clip(picture + np.float32(epsilon) * direction, 0, 1)


class _Adam:
    """Adam's direction (Kingma, Ba, ICLR 2015), by its formula.

    `torch.optim` imports torch's compiler for its first optimizer: a second, and 70 MB in a server
    that trains nothing itself.
    """

    def __init__(self) -> None:
        self.step, self.mean, self.square = 0, torch.zeros(()), torch.zeros(())

    def direction(self, gradient: Tensor) -> Tensor:
        self.step += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient.square()
        mean = self.mean / (1 - 0.9**self.step)
        return mean / ((self.square / (1 - 0.999**self.step)).sqrt() + 1e-8)


def _lead(outputs: Tensor, target: int) -> Tensor:
    """Return the target's output minus its strongest rival's, [n]; above 0 the target is read."""
    others = outputs.clone()
    others[:, target] = -torch.inf
    return outputs[:, target] - others.amax(dim=1)


def _smallest(start: Tensor, best: Tensor | None, found: Tensor) -> Tensor | None:
    """Return whichever is nearest to the start: `best` ([1, 1, h, w]) or one of `found`."""
    every = found if best is None else torch.cat([best, found])
    if not len(every):
        return None
    nearest = (every - start).flatten(1).norm(dim=1).argmin()
    return every[nearest : nearest + 1].clone()


def _cut_back(network: nn.Module, start: Tensor, end: Tensor, target: int) -> Tensor:
    """The point nearest to the start, on the line to the end, that is still read as the target."""
    low, high = 0.0, 1.0
    with torch.no_grad():
        if float(_lead(network(start), target)) > 0:
            return start
        for _bisection in range(BISECTIONS):
            middle = (low + high) / 2
            turned = float(_lead(network(start + middle * (end - start)), target)) > 0
            low, high = (low, middle) if turned else (middle, high)
    return start + high * (end - start)


def _must_have(network: nn.Module, x: Tensor, label: int) -> None:
    with torch.no_grad():
        classes = network(x).shape[1]
    if not 0 <= label < classes:
        raise NnlabError(
            _("The classes go from 0 to {last}, got {received}.", last=classes - 1, received=label)
        )
