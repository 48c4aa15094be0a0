"""The memory that a forward pass keeps for `backward()`, and that of one without gradients."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from nnlab.data.splits import Part
from nnlab.learn.landscape.surface import cost_of
from nnlab.models.eval_mode import eval_mode
from nnlab.training.metrics import LossFunction

MOST_AT_ONCE = 128
"""Examples of the batch whose memory is measured; twice as many validate."""
MOST_OPERATIONS = 2_000_000_000
"""Limit for the forward pass of that batch: the whole measurement takes about ten times as many."""
MOST_BYTES = 64 * 2**20
"""Largest size in bytes of all outputs that the layers make for the larger batch."""


@dataclass(frozen=True)
class BatchMemory:
    """Bytes for one batch, beside its inputs and the network's parameters and buffers."""

    examples: int
    kept: int
    """Bytes that autograd keeps from the forward pass to the backward pass, each storage once."""
    kept_without_gradients: int
    """The same under `torch.no_grad()`."""
    passing: int
    """Without gradients: the largest input and output of a layer that exist at once, in bytes."""


def examples_at_once(network: nn.Sequential, part: Part) -> int:
    """Return the most examples of the part that the smaller batch may have, at least 1."""
    operations, widest = cost_of(network, part.x[:1])
    for_each = 2 * 4 * widest * len(network)
    fits = min(MOST_OPERATIONS // max(1, operations), MOST_BYTES // for_each)
    return max(1, min(MOST_AT_ONCE, len(part) // 2, fits))


def batch_memory(network: nn.Sequential, part: Part, loss: LossFunction) -> BatchMemory:
    """Measure it for all examples of `part` as one batch; the network's modes stay as they are."""
    return BatchMemory(
        len(part),
        _kept(network, part, loss, torch.enable_grad()),
        _kept(network, part, loss, torch.no_grad()),
        _passing(network, part.x),
    )


def _kept(
    network: nn.Sequential,
    part: Part,
    loss: LossFunction,
    gradients: AbstractContextManager[None],
) -> int:
    there = (*network.parameters(), *network.buffers(), part.x, part.y)
    outside = {tensor.untyped_storage().data_ptr() for tensor in there}
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in outside:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor  # the graph holds it, so that no other takes its place in memory

    with gradients, eval_mode(network), saved_tensors_hooks(note, lambda tensor: tensor):
        result = loss(network(part.x), part.y)
    del result  # only now the graph may go
    return sum(kept.values())


@torch.no_grad()
def _passing(network: nn.Sequential, x: Tensor) -> int:
    largest, given = 0, x
    with eval_mode(network):
        for layer in network:
            outputs = layer(given)
            before = 0 if given is x else _bytes(given)
            shared = outputs.untyped_storage().data_ptr() == given.untyped_storage().data_ptr()
            largest = max(largest, before + (0 if shared else _bytes(outputs)))
            given = outputs
    return largest


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()
