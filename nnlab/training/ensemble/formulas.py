"""What a step computes, for n networks at once: `n` is the leading axis of every tensor.

Each network's numbers are the same bit for bit however many stand beside it. Three things see to
that, for what a processor's libraries compute depends on more than the numbers:

- Matrices begin at multiples of 64 bytes (`ALIGNED`), and a batch of products has at least two
  (`product`): a single one, or one that lies otherwise, is summed in another order.
- A network's block in elementwise functions is a multiple of `BLOCK` numbers: PyTorch computes so
  many at once by vector instructions, and what is left over by others, which round differently. So
  batches have rows that count nothing (`padded_rows`), and parameters lie in rows of such a length.
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
"""What an optimizer keeps, by PyTorch's names: [n, p] each."""
Numbers = dict[str, Tensor]
"""Its numbers by name, [n, 1] each."""

ALIGNED = 16
"""Float32 in 64 bytes, at whose multiples PyTorch's own tensors begin."""
BLOCK = 32
"""Two vectors of 16 float32 (AVX-512), the most that PyTorch's loops take at once."""


def padded_rows(batch_size: int, widths: Sequence[int]) -> int:
    """The rows of a padded batch: the fewest that make rows × width a multiple of BLOCK."""
    unit = BLOCK // math.gcd(BLOCK, *widths)
    return -(-batch_size // unit) * unit


def product(a: Tensor, b: Tensor) -> Tensor:
    """The products of matrices [n, p, q] and [n, q, r]: [n, p, r], each aligned."""
    n, rows, columns = max(2, len(a)), a.shape[1], b.shape[2]
    stride = -(-rows * columns // ALIGNED) * ALIGNED
    out = torch.empty(n, stride, device=a.device)[:, : rows * columns].view(n, rows, columns)
    torch.bmm(a.expand(n, -1, -1), b.expand(n, -1, -1), out=out)
    return out[: len(a)]


class Linear(torch.autograd.Function):
    """xWᵀ, and its gradients: [n, rows, in] and weights [n, out, in] -> [n, rows, out]."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        """The products, [n, rows, out]."""
        ctx.save_for_backward(x, weight)
        return product(x, weight.transpose(1, 2))

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, Tensor]:
        """The gradients of x (where one is asked for) and of the weights."""
        x, weight = ctx.saved_tensors
        gradient = grad_outputs[0].contiguous()
        above = product(gradient, weight) if ctx.needs_input_grad[0] else None
        return above, product(gradient.transpose(1, 2), x)


def linear(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """[n, rows, in] -> [n, rows, out]: xWᵀ + b with weights [n, out, in] and a bias [n, out]."""
    products = Linear.apply(x, weight)
    return products if bias is None else products + bias.unsqueeze(1)


def batch_norm(
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
    centred = x - mean
    variance = (centred * centred * counts).sum(1, keepdim=True) / size
    with torch.no_grad():
        means.add_((mean.squeeze(1) - means) * momentum)
        variances.add_((variance.squeeze(1) * (size / (size - 1)) - variances) * momentum)
    scaled = centred / torch.sqrt(variance + eps)
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
        scores = F.log_softmax(outputs, 2) if kind == "cross_entropy" else outputs
        each = -scores.gather(2, targets.unsqueeze(2)).squeeze(2)
    return (each * share).sum(1)


def clip(gradients: Tensor, most: Tensor) -> Tensor:
    """Scale gradients [n, p] down to a norm of `most` [n, 1], as `clip_grad_norm_` does."""
    norms = torch.sqrt((gradients * gradients).sum(1, keepdim=True))
    gradients.mul_(torch.clamp(most / (norms + 1e-6), max=1.0))
    return norms


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
    gradients = gradients + numbers["weight_decay"] * parameters
    if "momentum_buffer" in slots:
        buffer = slots["momentum_buffer"]
        if is_first:
            buffer.copy_(gradients)
        else:
            buffer.mul_(numbers["momentum"]).add_(gradients * numbers["undamped"])
        gradients = gradients + numbers["momentum"] * buffer if nesterov else buffer
    parameters.sub_(numbers["lr"] * gradients)


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
        gradients = gradients + numbers["weight_decay"] * parameters
    mean.add_((gradients - mean) * numbers["rest1"])
    square.mul_(numbers["beta2"]).add_(gradients * gradients * numbers["rest2"])
    spread = square.sqrt().div_(numbers["correction"]).add_(numbers["eps"])
    parameters.sub_((mean / spread).mul_(numbers["size"]))


def rmsprop(parameters: Tensor, gradients: Tensor, slots: Slots, numbers: Numbers) -> None:
    """`torch.optim.RMSprop` over [n, p] (Hinton 2012). `rest` is 1 - alpha."""
    gradients = gradients + numbers["weight_decay"] * parameters
    square = slots["square_avg"]
    square.mul_(numbers["alpha"]).add_(gradients * gradients * numbers["rest"])
    moved = gradients / square.sqrt().add_(numbers["eps"])
    if "momentum_buffer" in slots:
        moved = slots["momentum_buffer"].mul_(numbers["momentum"]).add_(moved)
    parameters.sub_(numbers["lr"] * moved)
