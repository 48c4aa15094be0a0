"""From a specification to an `nn.Sequential`, whose child i is the specification's layer i."""

from typing import assert_never

import torch
from torch import nn

from nnlab.config import (
    Activation,
    Attention,
    BatchNorm,
    Conv2d,
    DefaultInit,
    Dropout,
    Embedding,
    Features,
    Flatten,
    Init,
    Layer,
    LayerNorm,
    Linear,
    LogSoftmax,
    Model,
    NamedInit,
    NormalInit,
    Normalize,
    Pool2d,
    Positions,
    UniformInit,
)
from nnlab.config.layers import ActivationKind
from nnlab.models import layers as own
from nnlab.models import token_layers
from nnlab.models.shapes import Shape, trace

ACTIVATIONS: dict[ActivationKind, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}
POOLS = {"max_pool2d": nn.MaxPool2d, "avg_pool2d": nn.AvgPool2d}


def build(model: Model, input_shape: Shape) -> nn.Sequential:
    """The network for inputs of [n, *input_shape], its weights drawn from `model.seed` on the CPU.

    The global random state stays as it was.

    Raises:
        InvalidExperimentError: a layer that does not fit the shape before it, or a network that is
            too large (`nnlab.models.budget`).
    """
    rows = trace(model.layers, input_shape)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(model.seed)  # an accelerator's stays as it was
        return nn.Sequential(*(_module(row.layer, row.input_shape) for row in rows))


def skeleton(model: Model, input_shape: Shape) -> nn.Sequential:
    """The network without its numbers: what its layers and tensors are, in no memory to speak of.

    Raises as `build` does.
    """
    rows = trace(model.layers, input_shape)
    return nn.Sequential(*(_without_numbers(row.layer, row.input_shape) for row in rows))


def _without_numbers(layer: Layer, shape: Shape) -> nn.Module:
    # To draw no numbers from N(0, 1), PyTorch would first import SymPy: a second, 60 MB.
    if isinstance(layer, Linear | Conv2d):
        layer = layer.model_copy(update={"init": DefaultInit()})
    with torch.device("meta"):
        if isinstance(layer, Embedding):
            rows = torch.empty(layer.num_embeddings, layer.embedding_dim)
            return nn.Embedding.from_pretrained(rows, freeze=False)
        if isinstance(layer, Linear | Conv2d | BatchNorm | Positions | Attention | LayerNorm):
            return _module(layer, shape)
    return _module(layer, shape)


def _module(layer: Layer, shape: Shape) -> nn.Module:
    match layer:
        case Linear():
            linear = nn.Linear(shape[-1], layer.out_features, bias=layer.bias)
            return _initialised(linear, layer.init)
        case Conv2d():
            convolution = nn.Conv2d(
                shape[0],
                layer.out_channels,
                layer.kernel_size,
                stride=layer.stride,
                padding=layer.padding,
                bias=layer.bias,
            )
            return _initialised(convolution, layer.init)
        case Features():
            return own.Features(layer.names)
        case Normalize():
            return own.Normalize(layer.mean, layer.std)
        case Flatten():
            return nn.Flatten()
        case Pool2d():
            return POOLS[layer.kind](layer.kernel_size, layer.stride)
        case Activation():
            return ACTIVATIONS[layer.kind]()
        case LogSoftmax():
            return nn.LogSoftmax(dim=1)
        case Dropout():
            return nn.Dropout(layer.p)
        case BatchNorm():
            norm = nn.BatchNorm1d if len(shape) == 1 else nn.BatchNorm2d
            return norm(shape[0], eps=layer.eps, momentum=layer.momentum)
        case Embedding():
            return nn.Embedding(layer.num_embeddings, layer.embedding_dim)
        case Positions():
            return token_layers.Positions(*shape)
        case Attention():
            return token_layers.Attention(
                shape[1], layer.heads, causal=layer.causal, residual=layer.residual
            )
        case LayerNorm():
            return nn.LayerNorm(shape[-1], eps=layer.eps)
        case _:
            assert_never(layer)


def _initialised(module: nn.Linear | nn.Conv2d, init: Init) -> nn.Module:
    match init:
        case DefaultInit():
            return module
        case NormalInit():
            nn.init.normal_(module.weight, init.mean, init.std)
        case UniformInit():
            nn.init.uniform_(module.weight, init.a, init.b)
        case NamedInit():
            getattr(nn.init, f"{init.kind}_")(module.weight)
        case _:
            assert_never(init)
    if module.bias is not None:
        nn.init.zeros_(module.bias)
    return module
