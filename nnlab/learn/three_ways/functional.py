"""A layer as a function of tensors: what `nn.Module` calls in the end."""

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.config import (
    Activation,
    BatchNorm,
    Conv2d,
    Dropout,
    Features,
    Flatten,
    Layer,
    Linear,
    LogSoftmax,
    Normalize,
    Pool2d,
)
from nnlab.config.layers import ActivationKind
from nnlab.models.layers import FEATURES

KNOWN = (
    *(Activation, BatchNorm, Conv2d, Dropout, Features, Flatten),
    *(Linear, LogSoftmax, Normalize, Pool2d),
)
"""The layers that this module can write as functions."""
FUNCTIONS: dict[ActivationKind, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "leaky_relu": F.leaky_relu,
    "gelu": F.gelu,
    "silu": F.silu,
}


def apply_layer(layer: Layer, tensors: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Return a layer's output for a batch in evaluation mode.

    Args:
        layer: one of `KNOWN`.
        tensors: those that the layer keeps, by their names in its own `state_dict`.
        x: [n, ...].

    Raises:
        TypeError: another layer.
    """
    match layer:
        case Linear():
            return F.linear(x, tensors["weight"], tensors.get("bias"))
        case Conv2d():
            bias = tensors.get("bias")
            return F.conv2d(x, tensors["weight"], bias, layer.stride, layer.padding)
        case Features():
            x1, x2 = x[:, 0], x[:, -1]
            return torch.stack([FEATURES[name](x1, x2) for name in layer.names], dim=1)
        case Normalize():
            return (x - _constant(layer.mean)) / _constant(layer.std)
        case Flatten():
            return x.flatten(1)
        case Pool2d():
            pool = F.max_pool2d if layer.kind == "max_pool2d" else F.avg_pool2d
            return pool(x, layer.kernel_size, layer.stride)
        case Activation():
            return FUNCTIONS[layer.kind](x)
        case LogSoftmax():
            return F.log_softmax(x, dim=1)
        case Dropout():
            return F.dropout(x, layer.p, training=False)
        case BatchNorm():
            mean, variance = tensors["running_mean"], tensors["running_var"]
            weight, bias = tensors["weight"], tensors["bias"]
            return F.batch_norm(x, mean, variance, weight, bias, eps=layer.eps)
    raise TypeError(type(layer).__name__)


def _constant(value: float | tuple[float, ...]) -> float | Tensor:
    return torch.tensor(value) if isinstance(value, tuple) else value
