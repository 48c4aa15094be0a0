"""One number inside a network, down to the sum that it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from nnlab.errors import NnlabError
from nnlab.texts import _

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ConvolutionAt:
    """One value of a convolution: the sum of patch × kernel over all channels, and the bias."""

    patch: Floats
    """[c, k, k]: the inputs under the kernel; 0 where it reaches over the edge (padding)."""
    kernel: Floats
    """[c, k, k]: the weights, the same at every place."""
    bias: float

    @property
    def sums(self) -> NDArray[np.float64]:
        """[c]: what each input channel adds."""
        return (self.patch.astype(np.float64) * self.kernel).sum(axis=(1, 2))

    @property
    def value(self) -> float:
        """The layer's output at this place."""
        return float(self.sums.sum() + self.bias)


@dataclass(frozen=True)
class UnitAt:
    """One unit of a linear layer: the sum of input × weight, and the bias."""

    inputs: Floats
    """[n]."""
    weights: Floats
    """[n]."""
    bias: float

    @property
    def contributions(self) -> NDArray[np.float64]:
        """[n]: input × weight."""
        return self.inputs.astype(np.float64) * self.weights

    @property
    def value(self) -> float:
        """The layer's output for this unit."""
        return float(self.contributions.sum() + self.bias)

    def largest(self, count: int) -> NDArray[np.int64]:
        """The inputs that add or take most, the largest first: [min(count, n)]."""
        order = np.argsort(-np.abs(self.contributions), kind="stable")[:count]
        return order.astype(np.int64)


@dataclass(frozen=True)
class SoftmaxOf:
    """The softmax of logits: e to the power of each, divided by the sum of all."""

    logits: NDArray[np.float64]
    """[k]."""

    @property
    def powers(self) -> NDArray[np.float64]:
        """[k]: e^(logit - largest logit). The shift changes no quotient, and keeps e^x finite."""
        return np.exp(self.logits - self.logits.max())

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """[k] in [0, 1], of sum 1."""
        return self.powers / self.powers.sum()


def convolution_at(
    layer: nn.Conv2d, x: Floats, channel: int, row: int, column: int
) -> ConvolutionAt:
    """Return the terms that a convolution adds up at one place of one of its feature maps.

    Args:
        layer: with a square kernel, one stride and zeros as padding, as `nnlab.models` builds it.
        x: [c, h, w], its input.
        channel: the feature map of the output.
        row: the place in it.
        column: the place in it.

    Raises:
        NnlabError: the layer has no such output.
    """
    size, stride = layer.kernel_size[0], layer.stride[0]
    padding = layer.padding[0]
    if layer.groups != 1 or layer.dilation != (1, 1) or isinstance(padding, str):
        raise NnlabError(_("Only plain convolutions are taken apart, got {layer}.", layer=layer))
    weight = layer.weight.detach().numpy()
    sides = [(side + 2 * padding - size) // stride + 1 for side in x.shape[1:]]
    _must_be_inside((channel, row, column), (len(weight), *sides))
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    top, left = row * stride, column * stride
    bias = 0.0 if layer.bias is None else float(layer.bias[channel].detach())
    return ConvolutionAt(padded[:, top : top + size, left : left + size], weight[channel], bias)


def unit_at(layer: nn.Linear, x: Floats, unit: int) -> UnitAt:
    """Return the terms that a unit of a linear layer adds up; `x` is [n], the layer's input.

    Raises:
        NnlabError: the layer has no such unit.
    """
    _must_be_inside((unit,), (layer.out_features,))
    bias = 0.0 if layer.bias is None else float(layer.bias[unit].detach())
    return UnitAt(x, layer.weight[unit].detach().numpy(), bias)


def window_at(
    layer: nn.MaxPool2d | nn.AvgPool2d, x: Floats, channel: int, row: int, column: int
) -> Floats:
    """The values, [k, k], of which a pooling layer takes the largest or the mean.

    `x` is [c, h, w], its input; the others are a place of its output.

    Raises:
        NnlabError: the layer has no such output.
    """
    size, stride = _side(layer.kernel_size), _side(layer.stride)
    sides = [(side - size) // stride + 1 for side in x.shape[1:]]
    _must_be_inside((channel, row, column), (len(x), *sides))
    top, left = row * stride, column * stride
    return x[channel, top : top + size, left : left + size]


def softmax_of(outputs: Floats) -> SoftmaxOf:
    """Return the softmax of a network's outputs [k], logits or log-probabilities, in its parts."""
    return SoftmaxOf(outputs.astype(np.float64))


def _side(size: int | tuple[int, ...]) -> int:
    return size if isinstance(size, int) else size[0]


def _must_be_inside(place: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if not all(0 <= at < size for at, size in zip(place, shape, strict=True)):
        raise NnlabError(
            _(
                "The layer's output is {shape}, and counts from 0: there is no place {place}.",
                shape="×".join(map(str, shape)),
                place=place,
            )
        )
