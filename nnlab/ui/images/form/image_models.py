"""The preset networks of the Images page, converted to layers and back."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from nnlab.config import (
    Activation,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Normalize,
    Pool2d,
    mlp,
)
from nnlab.config.layers import ActivationKind
from nnlab.errors import InvalidExperimentError
from nnlab.texts import _

Kind = Literal["softmax", "mlp", "cnn", "lenet"]

MAX_WIDTH, MAX_CHANNELS = 4096, 512
MAX_LAYERS = 10


@dataclass(frozen=True)
class Architecture:
    """A preset network for pictures: the values of the form's fields."""

    kind: Kind
    widths: tuple[int, ...] = ()
    """Widths of the hidden linear layers; a softmax regression has none, a CNN may have none."""
    channels: tuple[int, ...] = ()
    """Channels of a CNN's convolutions; an activation and a 2×2 max pooling follow each."""
    kernel_size: int = 5
    padding: int = 0
    activation: ActivationKind = "relu"
    dropout: float = 0.0
    """Dropout after each hidden layer; in a CNN also before the first linear layer."""
    input_dropout: float = 0.0
    """Dropout of pixels, before an MLP's first layer."""
    normalize: Normalize | None = None


def compose(architecture: Architecture, outputs: int = 10) -> tuple[Layer, ...]:
    """Return the layers: normalise, convolutions if there are any, flatten, linear layers.

    The last one gives `outputs` values, one for each class.
    """
    a = architecture
    blocks: list[Layer] = [] if a.normalize is None else [a.normalize]
    if a.kind == "lenet":
        return (
            *blocks,
            *_lenet(a.activation, a.padding),
            *mlp(120, 84, outputs=outputs, activation=a.activation),
        )
    if a.kind == "softmax":
        return (*blocks, Flatten(), *mlp(outputs=outputs))
    for channels in a.channels if a.kind == "cnn" else ():
        blocks += [
            Conv2d(out_channels=channels, kernel_size=a.kernel_size, padding=a.padding),
            Activation(kind=a.activation),
            Pool2d(kind="max_pool2d"),
        ]
    blocks.append(Flatten())
    at_first = a.dropout if a.kind == "cnn" else a.input_dropout
    if at_first:
        blocks.append(Dropout(p=at_first))
    return (
        *blocks,
        *mlp(*a.widths, outputs=outputs, activation=a.activation, dropout=a.dropout),
    )


def _lenet(activation: ActivationKind, padding: int) -> list[Layer]:
    """Return the convolutions of LeNet-5 for pictures of 32×32, padding included.

    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition"
    (1998), with plain average pooling and full connections from the first maps to the second.
    """
    blocks: list[Layer] = []
    for channels, around in ((6, padding), (16, 0)):
        blocks += [
            Conv2d(out_channels=channels, kernel_size=5, padding=around),
            Activation(kind=activation),
            Pool2d(kind="avg_pool2d"),
        ]
    return [*blocks, Flatten()]


def recognise(layers: tuple[Layer, ...], outputs: int = 10) -> Architecture | None:
    """Return the preset that has these layers for `outputs` classes; None for other networks."""
    convolutions = [layer for layer in layers if isinstance(layer, Conv2d)]
    widths = tuple(layer.out_features for layer in layers if isinstance(layer, Linear))[:-1]
    activation = next((layer.kind for layer in layers if isinstance(layer, Activation)), "relu")
    first = layers[0]
    chances = [layer.p for layer in layers if isinstance(layer, Dropout)] or [0.0]
    at_first = [
        layer.p
        for before, layer in pairwise(layers)
        if isinstance(before, Flatten) and isinstance(layer, Dropout)
    ]
    guess = Architecture(
        kind="cnn" if convolutions else "mlp" if widths else "softmax",
        widths=widths,
        channels=tuple(layer.out_channels for layer in convolutions),
        kernel_size=convolutions[0].kernel_size if convolutions else 5,
        padding=convolutions[0].padding if convolutions else 0,
        activation=activation,
        dropout=chances[-1] if convolutions or len(chances) > len(at_first) else 0.0,
        input_dropout=at_first[0] if at_first and not convolutions else 0.0,
        normalize=first if isinstance(first, Normalize) else None,
    )
    lenet = replace(guess, kind="lenet", widths=(), channels=(), dropout=0.0)
    return next((a for a in (guess, lenet) if compose(a, outputs) == layers), None)


def read_sizes(text: str, what: str, *, largest: int, example: str) -> tuple[int, ...]:
    """Parse whole numbers such as `200, 60`, `200 60` or `200-60`; empty text gives none.

    Raises:
        InvalidExperimentError: not whole numbers in range; names the word, the range, an example.
    """
    words = re.split(r"[\s,;×]+", re.sub(r"(?<=\d)-(?=\d)", ",", text.strip()))
    sizes = []
    for word in (word for word in words if word):
        if not re.fullmatch(r"[0-9]{1,9}", word) or not 1 <= int(word) <= largest:
            raise InvalidExperimentError(
                _(
                    "{what}: whole numbers from 1 to {largest:,}, separated by commas, got"
                    " '{word}'. Write for example {example}.",
                    what=what,
                    largest=largest,
                    word=word[:40],
                    example=example,
                )
            )
        sizes.append(int(word))
    if len(sizes) > MAX_LAYERS:
        raise InvalidExperimentError(
            _(
                "{what}: at most {most} of them, got {count}. Use fewer.",
                what=what,
                most=MAX_LAYERS,
                count=len(sizes),
            )
        )
    return tuple(sizes)


def write_sizes(sizes: tuple[int, ...]) -> str:
    """Return text such as `200, 60`, which `read_sizes` parses."""
    return ", ".join(str(size) for size in sizes)
