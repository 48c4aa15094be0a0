"""The forward pass of a stack while it trains, layer by layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.config import (
    Activation,
    BatchNorm,
    Dropout,
    Features,
    Flatten,
    Layer,
    Linear,
    LogSoftmax,
    Normalize,
)
from nnlab.config.layers import ActivationKind
from nnlab.models.build import ACTIVATIONS
from nnlab.models.shapes import LayerShape
from nnlab.models.vectors import AVERAGES
from nnlab.training.ensemble import formulas

FUNCTIONS: dict[ActivationKind, nn.Module] = {kind: make() for kind, make in ACTIVATIONS.items()}


@dataclass(frozen=True)
class Rows:
    """Which rows of a padded batch count."""

    size: int
    """Number of rows, from the first on."""
    counts: Tensor
    """[rows, 1]: 1 for those, 0 for the others."""
    share: Tensor
    """[1, rows]: 1/size for those, 0 for the others."""


def rows_of(size: int, padded: int, device: torch.device) -> Rows:
    """The first `size` of `padded` rows."""
    counts = torch.zeros(padded, 1, device=device)
    counts[:size] = 1
    return Rows(size, counts, counts.T / size)


BATCH_NORM = ("weight", "bias", *AVERAGES)
"""Tensors of a batch norm, by PyTorch's names."""


def forward(
    layers: Sequence[tuple[int, Layer, nn.Module]],
    tensors: Mapping[str, Tensor],
    x: Tensor,
    rows: Rows,
    drawn: Mapping[int, Tensor] | None,
) -> Tensor:
    """[n, rows, inputs] -> [n, rows, outputs].

    Args:
        layers: each with its place in the network and PyTorch's module of it.
        tensors: stacked parameters and buffers by their names in the `state_dict`.
        x: what enters the first of the layers.
        rows: those that count.
        drawn: numbers from U(0, 1) for each layer of dropout, by its place: [n, rows, width].
            None: the networks are in evaluation mode.
    """
    for place, layer, module in layers:
        match layer:
            case Linear():
                bias = tensors.get(f"{place}.bias")
                x = formulas.Linear.apply(x, tensors[f"{place}.weight"], bias)
            case Activation():
                x = FUNCTIONS[layer.kind](x)
            case LogSoftmax():
                x = F.log_softmax(x, 2)
            case Dropout():
                x = x if drawn is None else formulas.dropout(x, drawn[place], layer.p)
            case BatchNorm():
                own = [tensors[f"{place}.{name}"] for name in BATCH_NORM]
                x = _normalised(layer, own, x, rows, trains=drawn is not None)
            case Normalize():
                x = module(x)
            case Flatten():
                pass  # an example is a row already
            case Features():
                x = module(x.flatten(0, 1)).unflatten(0, x.shape[:2])
            case _:
                raise AssertionError(layer)  # Experiment lets no other in
    return x


def _normalised(
    layer: BatchNorm, own: Sequence[Tensor], x: Tensor, rows: Rows, *, trains: bool
) -> Tensor:
    """Apply batch norm; `own` are its tensors in the order of `BATCH_NORM`."""
    if trains:
        return formulas.batch_norm(x, *own, rows.counts, rows.size, layer.momentum, layer.eps)
    weight, bias, mean, variance = own
    return formulas.normalised(x, weight, bias, mean.unsqueeze(1), variance.unsqueeze(1), layer.eps)


def widths_of(rows: Sequence[LayerShape]) -> list[int]:
    """The widths of what enters functions that vector instructions round in their own way."""
    found = [row.input_shape[0] for row in rows if isinstance(row.layer, Activation)]
    return [*found, *(1 for row in rows if isinstance(row.layer, Features))]  # column by column
