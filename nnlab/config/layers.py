"""The layers of a network, in the order in which an input meets them.

Sizes that follow from the layer before are not written: `linear` says its outputs only.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from nnlab.config.base import Config
from nnlab.texts import _

FeatureName = Literal[
    "x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)", "cos(x1)", "cos(x2)"
]
ActivationKind = Literal["relu", "tanh", "sigmoid", "leaky_relu", "gelu", "silu"]


class DefaultInit(Config):
    """PyTorch's default initialisation: U(-1/√fan_in, 1/√fan_in) for weights and bias."""

    kind: Literal["default"] = "default"


class NormalInit(Config):
    """Weights from N(mean, std²), bias 0."""

    kind: Literal["normal"] = "normal"
    mean: float = 0.0
    std: float = Field(1.0, ge=0)


class UniformInit(Config):
    """Weights from U(a, b), bias 0."""

    kind: Literal["uniform"] = "uniform"
    a: float = Field(-0.5, ge=-1e18, le=1e18)
    b: float = Field(0.5, ge=-1e18, le=1e18)

    @model_validator(mode="after")
    def _range_is_one(self) -> "UniformInit":
        if self.a > self.b:
            raise ValueError(_("a must not be above b, got a={a} and b={b}", a=self.a, b=self.b))
        return self


class NamedInit(Config):
    """`torch.nn.init` by name, bias 0."""

    kind: Literal["xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "zeros"]


Init = Annotated[DefaultInit | NormalInit | UniformInit | NamedInit, Field(discriminator="kind")]


class Features(Config):
    """Functions of the raw inputs (x1, x1^2, sin(x1) …), one column each.

    Of two inputs, or of one: then of those that say x1 alone.
    """

    kind: Literal["features"] = "features"
    names: tuple[FeatureName, ...] = Field(min_length=1, max_length=9)


Spread = Annotated[float, Field(gt=0)]
Spreads = Annotated[tuple[Spread, ...], Field(min_length=1, max_length=32)]
Columns = Annotated[tuple[float, ...], Field(min_length=1, max_length=32)]


class Normalize(Config):
    """(x - mean) / std, so that an exported model needs nothing beside it.

    Both are one number for all values, or one for each column of a table.
    """

    kind: Literal["normalize"] = "normalize"
    mean: float | Columns = 0.5
    std: Spread | Spreads = 0.5

    @model_validator(mode="after")
    def _both_are_alike(self) -> "Normalize":
        counts = [len(v) if isinstance(v, tuple) else None for v in (self.mean, self.std)]
        if counts[0] != counts[1]:
            raise ValueError(
                _(
                    "mean and std are both one number, or both a list with one for each column: got"
                    " mean={mean} and std={std}",
                    mean=self.mean,
                    std=self.std,
                )
            )
        return self


class Flatten(Config):
    """Everything but the batch in one row."""

    kind: Literal["flatten"] = "flatten"


class Linear(Config):
    """y = xWᵀ + b."""

    kind: Literal["linear"] = "linear"
    out_features: int = Field(ge=1, le=4096)
    bias: bool = True
    init: Init = DefaultInit()


class Conv2d(Config):
    """A 2-D convolution."""

    kind: Literal["conv2d"] = "conv2d"
    out_channels: int = Field(ge=1, le=512)
    kernel_size: int = Field(3, ge=1, le=28)
    stride: int = Field(1, ge=1, le=28)
    padding: int = Field(0, ge=0, le=14)
    bias: bool = True
    init: Init = DefaultInit()


class Pool2d(Config):
    """The largest or the mean value of each window. No stride given: the window's size."""

    kind: Literal["max_pool2d", "avg_pool2d"]
    kernel_size: int = Field(2, ge=1, le=28)
    stride: int | None = Field(None, ge=1, le=28)


class Activation(Config):
    """An activation function, element by element."""

    kind: ActivationKind


class LogSoftmax(Config):
    """Log-probabilities over the classes, for the loss `nll`."""

    kind: Literal["log_softmax"] = "log_softmax"


class Dropout(Config):
    """Zeroes each value with probability p while training."""

    kind: Literal["dropout"] = "dropout"
    p: float = Field(0.5, ge=0, lt=1)


class BatchNorm(Config):
    """Batch normalisation of features or of channels, as the shape before it says."""

    kind: Literal["batch_norm"] = "batch_norm"
    momentum: float = Field(0.1, gt=0, le=1)
    eps: float = Field(1e-5, gt=0)


class Embedding(Config):
    """A learned row of numbers for each token: [length] to [length, embedding_dim].

    Rows are drawn from N(0, 1), as PyTorch does. Only the first layer of a network, and only of
    sequences.
    """

    kind: Literal["embedding"] = "embedding"
    num_embeddings: int = Field(ge=2, le=1024)
    """Number of rows: tokens go from 0 to one less."""
    embedding_dim: int = Field(ge=1, le=512)


class Positions(Config):
    """A learned number is added to each of [length, width], drawn from N(0, 0.02²).

    Without it attention cannot tell which token stands where (GPT-2 and BERT learn theirs so).
    """

    kind: Literal["positions"] = "positions"


class Attention(Config):
    """Scaled dot-product self-attention: [length, width] to the same.

    softmax(QKᵀ / √(width / heads)) V for each head, then a linear layer (Vaswani et al., *Attention
    Is All You Need*, 2017, section 3.2).
    """

    kind: Literal["attention"] = "attention"
    heads: int = Field(1, ge=1, le=64)
    """Attend side by side, each in its share of the width, which they divide."""
    causal: bool = False
    """A token attends to itself and to those before it."""
    residual: bool = True
    """The input is added to the output."""


class LayerNorm(Config):
    """Each row to mean 0 and variance 1 over the last axis, then a learned scale and shift."""

    kind: Literal["layer_norm"] = "layer_norm"
    eps: float = Field(1e-5, gt=0)


Layer = Annotated[
    Features
    | Normalize
    | Flatten
    | Linear
    | Conv2d
    | Pool2d
    | Activation
    | LogSoftmax
    | Dropout
    | BatchNorm
    | Embedding
    | Positions
    | Attention
    | LayerNorm,
    Field(discriminator="kind"),
]


def mlp(
    *hidden: int, outputs: int, activation: ActivationKind | None = "relu", dropout: float = 0.0
) -> tuple[Layer, ...]:
    """The layers of a multilayer perceptron: `hidden` widths, then `outputs` values.

    `activation=None` leaves the hidden layers linear.
    """
    layers: list[Layer] = []
    for width in hidden:
        layers.append(Linear(out_features=width))
        if activation is not None:
            layers.append(Activation(kind=activation))
        if dropout:
            layers.append(Dropout(p=dropout))
    return (*layers, Linear(out_features=outputs))
