"""A network's weights as one vector, and the running averages of its batch norms as another."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

AVERAGES = "running_mean", "running_var"


def weight_names(network: nn.Module) -> list[str]:
    """Return the parameters' names, in the order of `torch.nn.utils.parameters_to_vector`."""
    return [name for name, _parameter in network.named_parameters()]


def average_names(network: nn.Module) -> list[str]:
    """Return the names of batch norm's running statistics, which are no weights but matter."""
    return [name for name, _buffer in network.named_buffers() if name.endswith(AVERAGES)]


def vector(names: list[str], tensors: Mapping[str, Tensor]) -> Tensor:
    """A copy of the named ones, each flattened, one after another: float32 [s]."""
    return torch.cat([torch.empty(0), *(tensors[name].detach().flatten() for name in names)])


def weights_of(network: nn.Module) -> Tensor:
    """A copy of the network's weights, float32 [p]."""
    return vector(weight_names(network), dict(network.named_parameters()))


def averages_of(network: nn.Module) -> Tensor:
    """A copy of its running averages, float32 [q]; empty without batch norm."""
    return vector(average_names(network), dict(network.named_buffers()))


@torch.no_grad()
def put(network: nn.Module, weights: Tensor, averages: Tensor) -> None:
    """Into the network: weights [p] and running averages [q]."""
    buffers = dict(network.named_buffers())
    held = [buffers[name] for name in average_names(network)]
    for tensors, values in ((list(network.parameters()), weights), (held, averages)):
        pieces = values.split([tensor.numel() for tensor in tensors]) if tensors else ()
        for tensor, piece in zip(tensors, pieces, strict=True):
            tensor.copy_(piece.reshape(tensor.shape))
