"""Modules and functions of PyTorch as layers of the lab, one by one."""

from typing import Any

import torch
from torch import Tensor, fx, nn

from nnlab import config
from nnlab.config import Layer
from nnlab.config.layers import ActivationKind
from nnlab.models import layers as own
from nnlab.models.build import ACTIVATIONS
from nnlab.models.token_layers import Attention, Positions

Found = tuple[bool, Layer | None]
"""Whether it is known; its layer, None where it does nothing in evaluation mode."""
UNKNOWN: Found = (False, None)
NOTHING: Found = (True, None)
CALLS: dict[str, ActivationKind] = {
    "relu": "relu",
    "relu_": "relu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "gelu": "gelu",
    "silu": "silu",
    "leaky_relu": "leaky_relu",
}
POOLS = {"max_pool2d": nn.MaxPool2d, "avg_pool2d": nn.AvgPool2d}
FUNCTIONS = ("torch", "torch.nn.functional", "torch._C._nn")


def layer_of_module(module: nn.Module) -> Found:
    """The layer that a module is, if the lab has it with these settings."""
    match module:
        case nn.Identity() | nn.Dropout() | nn.Dropout1d() | nn.Dropout2d():
            return NOTHING
        case nn.Linear():
            bias = module.bias is not None
            return _made(config.Linear, out_features=module.out_features, bias=bias)
        case nn.Conv2d():
            return _convolution(module)
        case nn.MaxPool2d() | nn.AvgPool2d():
            return _pool(module)
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            if not (module.affine and module.track_running_stats):
                return UNKNOWN
            return _made(config.BatchNorm, eps=module.eps)
        case nn.LayerNorm():
            if len(module.normalized_shape) != 1 or module.bias is None:
                return UNKNOWN
            return _made(config.LayerNorm, eps=module.eps)
        case nn.Embedding():
            if module.max_norm is not None:
                return UNKNOWN
            sizes = {"num_embeddings": module.num_embeddings}
            return _made(config.Embedding, **sizes, embedding_dim=module.embedding_dim)
        case nn.Flatten():
            whole = (module.start_dim, module.end_dim) == (1, -1)
            return _made(config.Flatten) if whole else UNKNOWN
        case nn.LogSoftmax():
            return _made(config.LogSoftmax) if module.dim in (1, -1) else UNKNOWN
        case nn.LeakyReLU() if module.negative_slope != 0.01:
            return UNKNOWN
        case nn.GELU() if module.approximate != "none":
            return UNKNOWN
        case own.Features():
            return _made(config.Features, names=module.names)
        case own.Normalize():
            return _made(config.Normalize, mean=_read(module.mean), std=_read(module.std))
        case Positions():
            return _made(config.Positions)
        case Attention():
            settings = {"causal": module.causal, "residual": module.residual}
            return _made(config.Attention, heads=module.heads, **settings)
    for kind, activation in ACTIVATIONS.items():
        if type(module) is activation:
            return _made(config.Activation, kind=kind)
    return UNKNOWN


def layer_of_call(node: fx.Node) -> Found:
    """The layer that a function (`F.relu(x)`) or a method (`x.flatten(1)`) is.

    What `view` and `reshape` do is taken for `flatten`: whether they do it, answers show.
    """
    named: dict[str, Any] = dict(node.kwargs)
    if node.op == "call_method":
        name = str(node.target)
    elif node.op == "call_function" and getattr(node.target, "__module__", "") in FUNCTIONS:
        name = getattr(node.target, "__name__", "")
    elif node.op == "call_function":
        name = {torch.flatten: "flatten", torch.relu: "relu"}.get(node.target, "")
    else:
        return UNKNOWN
    rest: list[Any] = list(node.args[1:])
    named.pop("inplace", None)
    named.pop("input", None)
    if name in CALLS and not rest and not named:
        return _made(config.Activation, kind=CALLS[name])
    if name in ("view", "reshape"):
        return _made(config.Flatten)
    if name == "flatten":
        return _made(config.Flatten) if [*rest, *named.values()] in ([1], [1, -1]) else UNKNOWN
    if name == "log_softmax":
        dim = rest[0] if rest else named.get("dim")
        return _made(config.LogSoftmax) if dim in (1, -1) else UNKNOWN
    if name == "dropout":
        training = rest[1] if len(rest) > 1 else named.get("training", True)
        return UNKNOWN if training else NOTHING
    if name in POOLS:
        named = {key: value for key, value in named.items() if value not in (False, None)}
        return _pool(POOLS[name](*rest, **named))
    return UNKNOWN


def _made(kind: type[Any], /, **settings: Any) -> Found:
    return True, kind(**settings)


def _convolution(module: nn.Conv2d) -> Found:
    kernel, stride = _square(module.kernel_size), _square(module.stride)
    padding = 0 if module.padding == "valid" else _square(module.padding)
    plain = module.groups == 1 and _square(module.dilation) == 1
    if not plain or module.padding_mode != "zeros" or None in (kernel, stride, padding):
        return UNKNOWN
    return _made(
        config.Conv2d,
        out_channels=module.out_channels,
        kernel_size=kernel,
        stride=stride,
        padding=padding,
        bias=module.bias is not None,
    )


def _pool(module: nn.MaxPool2d | nn.AvgPool2d) -> Found:
    kernel, stride = _square(module.kernel_size), _square(module.stride)
    plain = not module.ceil_mode and _square(module.padding) == 0
    if isinstance(module, nn.MaxPool2d):
        kind, plain = "max_pool2d", plain and _square(module.dilation) == 1
        plain = plain and not module.return_indices
    else:
        kind, plain = "avg_pool2d", plain and module.divisor_override is None
    if not plain or kernel is None or stride is None:
        return UNKNOWN
    return _made(config.Pool2d, kind=kind, kernel_size=kernel, stride=stride)


def _square(value: object) -> int | None:
    """One number for both sides; None where they differ, or are said in words."""
    match value:
        case int():
            return value
        case (int(), *others) if all(other == value[0] for other in others):
            return value[0]
    return None


def _read(value: float | Tensor) -> float | tuple[float, ...]:
    return tuple(value.tolist()) if isinstance(value, Tensor) else value
