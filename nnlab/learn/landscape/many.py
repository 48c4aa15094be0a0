"""Many networks of one shape, evaluated at once."""

import threading
from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor, nn

from nnlab.models.vectors import average_names, weight_names


def outputs_at(network: nn.Sequential, x: Tensor) -> Callable[[Tensor], Tensor]:
    """A function of vectors [k, s] to what the network puts out with each: [k, n, …].

    It is in evaluation mode, and differentiable. A vector holds the weights, and may hold the
    running averages of batch norm behind them; without these the network's own are taken.

    `functional_call` puts the tensors into the module that it is given while it is called. So this
    works on a copy, and one thread after another: other sessions may look at the same network.

    Args:
        network: on the CPU; not changed.
        x: [n, …]
    """
    own, lock = deepcopy(network).eval(), threading.Lock()
    held = {**dict(own.named_parameters()), **dict(own.named_buffers())}
    weights = weight_names(own)
    with_averages = [*weights, *average_names(own)]
    size = sum(held[name].numel() for name in weights)

    def outputs_of(one: Tensor) -> Tensor:
        names = weights if len(one) == size else with_averages
        pieces = one.split([held[name].numel() for name in names])
        tensors = {
            name: piece.reshape(held[name].shape) for name, piece in zip(names, pieces, strict=True)
        }
        return torch.func.functional_call(own, tensors, (x,))

    def outputs(vectors: Tensor) -> Tensor:
        with lock:
            return torch.vmap(outputs_of)(vectors)

    return outputs
