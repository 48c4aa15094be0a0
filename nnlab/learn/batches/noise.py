"""Distance of a batch's gradient from that of all examples, by batch size."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.learn.landscape.surface import cost_of
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _
from nnlab.training.metrics import LossFunction

Floats = NDArray[np.float64]

MOST_EXAMPLES, MOST_PICTURES, FEWEST_EXAMPLES = 256, 128, 32
"""Each has a backward pass of its own: some tenths of a second. Convolutions take longer."""
MOST_OPERATIONS = 5_000_000_000
"""Limit for the forward passes of all examples: with backward passes about a second."""
MOST_WORK = 8_000_000
"""Examples times parameters, each a float32: 32 MB."""
DRAWS = 200
"""Batches of each size."""


@dataclass(frozen=True)
class GradientNoise:
    """Batches of `examples` examples, drawn without repeats, each size from the same orders."""

    examples: int
    sizes: tuple[int, ...]
    """1, 2, 4 … and all examples."""
    norm: float
    """Norm of the gradient of all examples."""
    measured: Floats
    """[sizes]: the root mean square of ‖batch's gradient - that of all‖."""
    expected: Floats
    """[sizes]: σ √((n - B) / (B (n - 1))), with σ² the mean square distance of single gradients;
    the standard error without replacement (Cochran, Sampling Techniques, 1977, theorem 2.2)."""
    clouds: Floats
    """[sizes, draws, 2], in units of `norm`: a batch's gradient along that of all examples (1 is
    the same), and across it, in the direction in which single gradients differ most."""
    downhill: Floats
    """[sizes]: the share of batches whose gradient points less than 90° away from that of all."""

    @property
    def noise_scale(self) -> float:
        """σ² / norm²: the batch size at which noise and gradient are alike (McCandlish 2018)."""
        return float((self.expected[0] / self.norm) ** 2)


def gradient_noise(network: nn.Sequential, part: Part, loss: LossFunction) -> GradientNoise:
    """Measure it in evaluation mode, on examples that are chosen by a fixed seed.

    Args:
        network: nobody else may use it meanwhile.
        part: at least 2 examples.
        loss: gives their mean loss.

    Raises:
        NnlabError: the network is too large, there are too few examples, or its gradients are 0
            or not finite.
    """
    generator = torch.Generator().manual_seed(0)
    chosen = torch.randperm(len(part), generator=generator)[: examples_for(network, part)]
    gradients = single_gradients(network, Part(part.x[chosen], part.y[chosen]), loss)
    mean = gradients.mean(0)
    norm = float(mean.double().norm())
    if not np.isfinite(norm) or norm == 0:
        raise NnlabError(
            _(
                "This network's gradient is {what}, so there is no noise to compare with it: choose"
                " another network above.",
                what=_("0") if norm == 0 else _("not finite"),
            )
        )
    away = gradients.sub_(mean)
    products = (away @ away.T).double()
    along = (away @ mean).double() / norm
    across = _widest(products - torch.outer(along, along))
    count = len(chosen)
    orders = torch.rand(DRAWS, count, generator=generator).argsort(1)
    sizes = tuple(sorted({*(2**k for k in range(count.bit_length())), count}))
    measured, clouds = [], []
    for size in sizes:
        mix = torch.zeros(DRAWS, count, dtype=torch.float64)
        mix.scatter_(1, orders[:, :size], 1 / size)
        measured.append(((mix @ products) * mix).sum(1).clamp(min=0).mean().sqrt().item())
        clouds.append(torch.stack([1 + mix @ along / norm, mix @ across / norm], 1).numpy())
    spread = float(products.trace() / count) ** 0.5
    shares = [np.sqrt((count - size) / (size * (count - 1))) for size in sizes]
    points = np.stack(clouds)
    return GradientNoise(
        count,
        sizes,
        norm,
        np.array(measured),
        spread * np.array(shares),
        points,
        (points[:, :, 0] > 0).mean(axis=1),
    )


def examples_for(network: nn.Sequential, part: Part) -> int:
    """Return how many examples of the part the limit on work allows.

    Raises:
        NnlabError: fewer than 32 of those that there are, or fewer than 2 at all.
    """
    examples = len(part)
    parameters = sum(p.numel() for p in network.parameters())
    if parameters > MOST_WORK // FEWEST_EXAMPLES:
        raise NnlabError(
            _(
                "Single gradients are measured of networks up to {most:,} parameters, this one has"
                " {received:,}: choose another network above.",
                most=MOST_WORK // FEWEST_EXAMPLES,
                received=parameters,
            )
        )
    if examples < 2 or parameters == 0:
        raise NnlabError(
            _(
                "Noise needs at least 2 examples and 1 parameter, got {examples} and {parameters}:"
                " choose another network above.",
                examples=examples,
                parameters=parameters,
            )
        )
    operations = max(1, cost_of(network, part.x[:1])[0])
    if operations > MOST_OPERATIONS // FEWEST_EXAMPLES:
        raise NnlabError(
            _(
                "Single gradients are measured of networks up to {most:,} operations for an"
                " example, this one has {received:,}: choose another network above.",
                most=MOST_OPERATIONS // FEWEST_EXAMPLES,
                received=operations,
            )
        )
    convolves = any(isinstance(module, nn.Conv2d) for module in network.modules())
    most = MOST_PICTURES if convolves else MOST_EXAMPLES
    return min(examples, most, MOST_WORK // parameters, MOST_OPERATIONS // operations)


def single_gradients(network: nn.Sequential, part: Part, loss: LossFunction) -> Tensor:
    """The gradient of each example's loss alone: float32 [n, parameters], in their order."""
    parameters = list(network.parameters())
    rows = []
    # One by one: `torch.func.vmap` takes seconds to begin, and is no faster for so few examples.
    with eval_mode(network), torch.enable_grad():
        for x, y in zip(part.x.split(1), part.y.split(1), strict=True):
            found = torch.autograd.grad(loss(network(x), y), parameters, materialize_grads=True)
            rows.append(torch.cat([one.flatten() for one in found]))
    return torch.stack(rows)


def _widest(products: Tensor) -> Tensor:
    """Coordinates [n] along the first principal direction, of inner products [n, n]."""
    values, vectors = torch.linalg.eigh(products)
    return vectors[:, -1] * values[-1].clamp(min=0).sqrt()
