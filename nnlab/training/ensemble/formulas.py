"""The computations of a step for n networks at once: `n` is the leading axis of every tensor.

Each network's numbers are the same bit for bit however many stand beside it. Three things see to
that, for what a processor's libraries compute depends on more than the numbers:

- Matrices begin at multiples of 64 bytes (`ALIGNED`), and a batch of products has at least two
  (`product`): a single one, or one that lies otherwise, is summed in another order.
- What an activation function takes of a network is a multiple of `BLOCK` numbers: PyTorch computes
  so many at once by vector instructions, and what is left over by others, which round differently.
  So batches have rows that count nothing (`padded_rows`), and parameters lie in rows of such a
  length.
- Nothing is summed over networks.

An exported script holds this file: it uses PyTorch alone.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

Slots = dict[str, Tensor]
"""An optimizer's state, by PyTorch's names: [n, p] each."""
Numbers = dict[str, Tensor]
"""Numbers by name, [n, 1] each."""

ALIGNED = 16
"""Float32 in 64 bytes, at whose multiples PyTorch's own tensors begin."""
BLOCK = 32
"""Two vectors of 16 float32 (AVX-512), the most that PyTorch's loops take at once."""


def padded_rows(batch_size: int, widths: Sequence[int]) -> int:
    """The rows of a padded batch: the fewest that make rows × width a multiple of BLOCK.

    `widths`: of what enters activation functions; sums, products and roots are exact anyway.
    """
    unit = BLOCK // math.gcd(BLOCK, *widths)
    return -(-batch_size // unit) * unit


def room(n: int, rows: int, columns: int, like: Tensor) -> Tensor:
    """Matrices [n, rows, columns] to be written, each at a multiple of 64 bytes."""
    stride = -(-rows * columns // ALIGNED) * ALIGNED
    return torch.empty_strided((n, rows, columns), (stride, columns, 1), device=like.device)


def aligned(matrices: Tensor) -> Tensor:
    """The matrices [n, p, q], each at a multiple of 64 bytes."""
    if matrices.stride(0) % ALIGNED == 0:
        return matrices
    return room(*matrices.shape, like=matrices).copy_(matrices)


def product(a: Tensor, b: Tensor, bias: Tensor | None = None) -> Tensor:
    """The products of aligned matrices [n, p, q] and [n, q, r], plus a bias [n, r]: [n, p, r]."""
    n, rows, columns = a.shape[0], a.shape[1], b.shape[2]
    if n > 1 and rows * columns % ALIGNED == 0:  # they are aligned by themselves
        return torch.bmm(a, b) if bias is None else torch.baddbmm(bias.unsqueeze(1), a, b)
    several = max(2, n)
    out = room(several, rows, columns, like=a)
    if n < several:
        a, b = a.expand(several, -1, -1), b.expand(several, -1, -1)
    if bias is None:
        return torch.bmm(a, b, out=out)[:n]
    return torch.baddbmm(bias.unsqueeze(1), a, b, out=out)[:n]


class Linear(torch.autograd.Function):
    """xWᵀ + b, and its gradients: [n, rows, in] -> [n, rows, out]."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """Compute a linear layer with weights [n, out, in] and a bias [n, out]."""
        x = aligned(x)
        ctx.save_for_backward(x, weight)
        ctx.has_bias = bias is not None
        return product(x, weight.transpose(1, 2), bias)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients of x (where one is asked for), of the weights and of the bias."""
        x, weight = ctx.saved_tensors
        gradient = aligned(grad_outputs[0].contiguous())
        above = product(gradient, weight) if ctx.needs_input_grad[0] else None
        below = product(gradient.transpose(1, 2), x)
        return above, below, gradient.sum(1) if ctx.has_bias else None


def batch_norm(  # noqa: PLR0913 - PyTorch's own arguments of batch norm
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    means: Tensor,
    variances: Tensor,
    counts: Tensor,
    size: int,
    momentum: float,
    eps: float,
) -> Tensor:
    """Batch normalisation of [n, rows, width] over the rows that count (Ioffe and Szegedy 2015).

    `counts` [rows, 1] is 1 for the `size` rows that count, 0 for the others. The running `means`
    and `variances` [n, width] are moved in place, as `torch.nn.BatchNorm1d` does.
    """
    mean = (x * counts).sum(1, keepdim=True) / size
    away = x - mean
    variance = (away * away * counts).sum(1, keepdim=True) / size
    with torch.no_grad():
        means.add_((mean.squeeze(1) - means) * momentum)
        variances.add_((variance.squeeze(1) * (size / (size - 1)) - variances) * momentum)
    return normalised(x, weight, bias, mean, variance, eps)


def normalised(
    x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, eps: float
) -> Tensor:
    """[n, rows, width] with a mean and a variance [n, 1, width] taken out, scaled and moved."""
    scaled = (x - mean) / torch.sqrt(variance + eps)
    return scaled * weight.unsqueeze(1) + bias.unsqueeze(1)


def dropout(x: Tensor, drawn: Tensor, p: float) -> Tensor:
    """[n, rows, width], each value zeroed where what was drawn from U(0, 1) for it is below p."""
    return x * ((drawn >= p) / (1 - p))


def losses(outputs: Tensor, targets: Tensor, share: Tensor, kind: str) -> Tensor:
    """The loss of each network, [n]: `share` [1, rows] says what each row counts, and sums to 1.

    Outputs are [n, rows, k], targets classes [n, rows] or numbers [n, rows, 1].
    """
    if kind == "mse":
        each = ((outputs - targets) * (outputs - targets)).sum(2) / outputs.shape[2]
    else:
        # Class by class: PyTorch then takes many rows at once.
        scores = outputs.transpose(1, 2).contiguous()
        scores = F.log_softmax(scores, 1) if kind == "cross_entropy" else scores
        each = scores.gather(1, targets.unsqueeze(1)).squeeze(1)
        return -(each * share).sum(1)
    return (each * share).sum(1)


def clip(gradients: Tensor, most: Tensor) -> Tensor:
    """Scale gradients [n, p] down to a norm of `most` [n, 1], as `clip_grad_norm_` does."""
    norms = torch.sqrt((gradients * gradients).sum(1, keepdim=True))
    gradients.mul_(torch.clamp(most / (norms + 1e-6), max=1.0))
    return norms


def decayed(parameters: Tensor, gradients: Tensor, numbers: Numbers) -> Tensor:
    """Gradients with that of the weight decay, where there is one."""
    if "weight_decay" not in numbers:
        return gradients
    return torch.addcmul(gradients, parameters, numbers["weight_decay"])


def sgd(
    parameters: Tensor,
    gradients: Tensor,
    slots: Slots,
    numbers: Numbers,
    is_first: bool,
    nesterov: bool,
) -> None:
    """`torch.optim.SGD` over [n, p].

    With momentum where there is a slot for it, whose first step (`is_first`) is not damped.
    """
    gradients = decayed(parameters, gradients, numbers)
    if "momentum_buffer" in slots:
        buffer = slots["momentum_buffer"]
        if is_first:
            buffer.copy_(gradients)
        else:
            buffer.mul_(numbers["momentum"]).add_(gradients * numbers["undamped"])
        gradients = gradients + numbers["momentum"] * buffer if nesterov else buffer
    parameters.addcmul_(gradients, numbers["lr"], value=-1)


def adam(
    parameters: Tensor, gradients: Tensor, slots: Slots, numbers: Numbers, decoupled: bool
) -> None:
    """`torch.optim.Adam` over [n, p], `AdamW` where the decay is decoupled (Kingma and Ba 2015).

    `rest1` and `rest2` are 1 - beta, `size` is the rate over 1 - beta1**step, `correction` the root
    of 1 - beta2**step, `kept` is 1 - rate × decay.
    """
    mean, square = slots["exp_avg"], slots["exp_avg_sq"]
    if decoupled:
        parameters.mul_(numbers["kept"])
    else:
        gradients = decayed(parameters, gradients, numbers)
    mean.lerp_(gradients, numbers["rest1"])
    square.mul_(numbers["beta2"]).addcmul_(gradients, gradients * numbers["rest2"])
    spread = square.sqrt().div_(numbers["correction"]).add_(numbers["eps"])
    parameters.addcmul_(mean / spread, numbers["size"], value=-1)


def rmsprop(parameters: Tensor, gradients: Tensor, slots: Slots, numbers: Numbers) -> None:
    """`torch.optim.RMSprop` over [n, p] (Hinton 2012). `rest` is 1 - alpha."""
    gradients = decayed(parameters, gradients, numbers)
    square = slots["square_avg"]
    square.mul_(numbers["alpha"]).addcmul_(gradients, gradients * numbers["rest"])
    moved = gradients / square.sqrt().add_(numbers["eps"])
    if "momentum_buffer" in slots:
        moved = slots["momentum_buffer"].mul_(numbers["momentum"]).add_(moved)
    parameters.addcmul_(moved, numbers["lr"], value=-1)
