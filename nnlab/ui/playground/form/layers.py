"""The networks that the Playground's form can say: inputs, hidden layers, one initialisation."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import get_args

from nnlab.config import (
    Activation,
    BatchNorm,
    DefaultInit,
    Dropout,
    Features,
    Init,
    Layer,
    Linear,
    Normalize,
)
from nnlab.config.layers import ActivationKind, FeatureName

MAX_LAYERS = 6
RAW: dict[int, tuple[FeatureName, ...]] = {1: ("x1",), 2: ("x1", "x2")}
"""The inputs as they come, by their number: no layer is needed for them."""


@dataclass(frozen=True)
class Hidden:
    """A hidden layer: linear, then batch norm, activation and dropout, each where it is asked."""

    width: int
    activation: ActivationKind | None = "tanh"
    """None: linear."""
    batch_norm: bool = False
    dropout: float = 0.0
    """The share of values zeroed while it trains; 0 makes no layer."""


@dataclass(frozen=True)
class Mlp:
    """A multilayer perceptron as the form has it."""

    inputs: tuple[FeatureName, ...] | None = None
    """None: the data's own."""
    hidden: tuple[Hidden, ...] = ()
    init: Init = field(default_factory=DefaultInit)
    """Initialisation of every linear layer."""
    scaling: Normalize | None = None
    """Brings the columns of a table to one size, before all else."""


def names_for(inputs: int) -> tuple[FeatureName, ...]:
    """The functions that data of so many inputs can have; none for more than two."""
    names: tuple[FeatureName, ...] = get_args(FeatureName)
    if inputs == 1:
        return tuple(name for name in names if "x2" not in name)
    return names if inputs == 2 else ()


def compose(mlp: Mlp, outputs: int) -> tuple[Layer, ...]:
    """The layers, ending in `outputs` values."""
    layers: list[Layer] = [] if mlp.scaling is None else [mlp.scaling]
    if mlp.inputs is not None:
        layers.append(Features(names=mlp.inputs))
    for hidden in mlp.hidden:
        layers.append(Linear(out_features=hidden.width, init=mlp.init))
        if hidden.batch_norm:
            layers.append(BatchNorm())
        if hidden.activation is not None:
            layers.append(Activation(kind=hidden.activation))
        if hidden.dropout:
            layers.append(Dropout(p=hidden.dropout))
    return (*layers, Linear(out_features=outputs, init=mlp.init))


def recognise(layers: tuple[Layer, ...]) -> Mlp | None:
    """The form's words for these layers; None where it has none for them."""
    scaling = next((layer for layer in layers[:1] if isinstance(layer, Normalize)), None)
    features = next((layer for layer in layers[:2] if isinstance(layer, Features)), None)
    inputs = features.names if features is not None else None
    linear = [index for index, layer in enumerate(layers) if isinstance(layer, Linear)]
    last = layers[-1]
    if not isinstance(last, Linear) or len(linear) - 1 > MAX_LAYERS:
        return None
    hidden = [_hidden(layers[start:end]) for start, end in pairwise(linear)]
    found = Mlp(inputs, tuple(hidden), last.init, scaling)
    return found if compose(found, last.out_features) == layers else None


def _hidden(layers: tuple[Layer, ...]) -> Hidden:
    """Return the settings of a linear layer and those after it; `recognise` checks completeness."""
    first = layers[0]
    assert isinstance(first, Linear), "it begins with one"
    kinds = [layer.kind for layer in layers if isinstance(layer, Activation)]
    chances = [layer.p for layer in layers if isinstance(layer, Dropout)]
    return Hidden(
        width=first.out_features,
        activation=kinds[0] if kinds else None,
        batch_norm=any(isinstance(layer, BatchNorm) for layer in layers),
        dropout=chances[0] if chances else 0.0,
    )
