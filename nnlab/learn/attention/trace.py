"""The exact intermediate values of attention for one sequence: by PyTorch, in float32."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnlab.models.token_layers import Attention
from nnlab.texts import number

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """One head of one attention layer, of one sequence. `d` is its width."""

    query: Floats
    """[length, d], and `key` and `value` alike."""
    key: Floats
    value: Floats
    scores: Floats
    """[length, length]: row i is what token i makes of each; −∞ where it must not look."""
    weights: Floats
    """[length, length]: the softmax of each row."""
    mix: Floats
    """[length, d]: the weights' mean of the values."""


@dataclass(frozen=True)
class Trace:
    """The heads of one layer, and what comes out of the whole network."""

    heads: tuple[Head, ...]
    probabilities: Floats
    """[length, symbols], or [1, classes] where the whole sequence has one answer."""


def attention_layers(network: nn.Sequential) -> tuple[int, ...]:
    """The places of the attention layers in a network."""
    return tuple(i for i, layer in enumerate(network) if isinstance(layer, Attention))


@torch.no_grad()
def trace(network: nn.Sequential, layer: int, tokens: tuple[int, ...]) -> Trace:
    """Run a network in evaluation mode on one sequence.

    Args:
        network: of `nnlab.models.build`.
        layer: the place of an attention layer in it.
        tokens: [length].
    """
    x = torch.tensor([tokens])
    for before in list(network)[:layer]:
        x = before(x)
    chosen = network[layer]
    assert isinstance(chosen, Attention), "the page offers attention layers alone"
    attended = chosen.attend(x)
    width = attended.query.shape[3]
    mixed = attended.mixed.unflatten(2, (-1, width)).transpose(1, 2)
    found = (attended.query, attended.key, attended.value, attended.scores, attended.weights, mixed)
    heads = tuple(Head(*(part[0, head].numpy() for part in found)) for head in range(chosen.heads))
    outputs = attended.output
    for after in list(network)[layer + 1 :]:
        outputs = after(outputs)
    return Trace(heads, np.atleast_2d(outputs.softmax(-1)[0].numpy()))


def in_full(value: np.float32) -> str:
    """Return the fewest digits that tell this float32 from all others.

    >>> in_full(np.float32(0.1)), in_full(np.float32(-3.05e-6)), in_full(np.float32(-np.inf))
    ('0.1', '−3.05 × 10⁻⁶', '−∞')
    """
    return number(float(str(value)), None)
