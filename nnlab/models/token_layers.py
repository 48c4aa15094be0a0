"""The layers of sequences that are not one module of PyTorch: learned positions, self-attention."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn


class Positions(nn.Module):
    """x + weight: a learned row of numbers for each place of a sequence.

    The weight [length, width] is drawn from N(0, 0.02²), as GPT-2 draws its positions.
    """

    def __init__(self, length: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, width))
        if not self.weight.is_meta:  # without numbers nothing is drawn (`nnlab.models.skeleton`)
            nn.init.normal_(self.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """[n, length, width] to the same."""
        return x + self.weight

    def extra_repr(self) -> str:
        """Return the text in brackets that `print(network)` shows."""
        return f"{self.weight.shape[0]}, {self.weight.shape[1]}"


@dataclass(frozen=True)
class Attended:
    """Intermediate results of attention. `d` is the width of one head: width / heads."""

    query: Tensor
    """[n, heads, length, d], and `key` and `value` alike."""
    key: Tensor
    value: Tensor
    scores: Tensor
    """[n, heads, length, length]: QKᵀ / √d; -inf where a causal head must not look."""
    weights: Tensor
    """[n, heads, length, length]: each row is a distribution over the tokens attended to."""
    mixed: Tensor
    """[n, length, width]: what the weights mix of the values, the heads side by side."""
    output: Tensor
    """[n, length, width]: `mixed` through the layer `out`, plus the input where residual."""


class Attention(nn.Module):
    """Scaled dot-product self-attention (Vaswani et al. 2017, section 3.2).

    Head i has the columns from i·d on of queries, keys and values, as `nn.MultiheadAttention` has.
    """

    def __init__(self, width: int, heads: int, *, causal: bool, residual: bool) -> None:
        """`heads` divides `width`."""
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        self.heads, self.causal, self.residual = heads, causal, residual

    def forward(self, x: Tensor) -> Tensor:
        """[n, length, width] to the same."""
        return self.attend(x).output

    def attend(self, x: Tensor) -> Attended:
        """The output for x [n, length, width], and every step on the way to it."""
        query, key, value = (
            part(x).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[3])
        if self.causal:
            length = x.shape[1]
            later = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(later, -math.inf)
        weights = scores.softmax(3)
        mixed = (weights @ value).transpose(1, 2).flatten(2)
        output = self.out(mixed)
        if self.residual:
            output = x + output
        return Attended(query, key, value, scores, weights, mixed, output)

    def extra_repr(self) -> str:
        """Return the text in brackets that `print(network)` shows."""
        return f"heads={self.heads}, causal={self.causal}, residual={self.residual}"
