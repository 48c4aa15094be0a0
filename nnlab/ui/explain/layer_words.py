"""Descriptions of a layer's effect, one line each."""

from torch import nn

from nnlab.models.layers import Normalize
from nnlab.texts import _


def layer_name(number: int, layer: nn.Module, shape: tuple[int, ...]) -> str:
    """`2 · Conv2d 1→8, 5×5 · 8 maps of 24×24`; `shape` is the output's, without the batch."""
    match layer:
        case nn.Conv2d():
            side = "×".join(map(str, layer.kernel_size))
            what = f"Conv2d {layer.in_channels}→{layer.out_channels}, {side}"
        case nn.Linear():
            what = f"Linear {layer.in_features}→{layer.out_features}"
        case _:
            what = type(layer).__name__
    return f"{number} · {what} · {size_words(shape)}"


def size_words(shape: tuple[int, ...]) -> str:
    """`8 maps of 24×24`, `1 map of 28×28`, `64 units`."""
    if len(shape) == 3:
        _maps, high, wide = shape
        return _(
            "{n} map of {high}×{wide}",
            "{n} maps of {high}×{wide}",
            n=shape[0],
            high=high,
            wide=wide,
        )
    return _("{n:,} unit", "{n:,} units", n=shape[0])


def layer_text(layer: nn.Module) -> str:
    """Return a description of the layer's effect on its input."""
    match layer:
        case Normalize():
            return _(
                "(x − {mean:g}) / {std:g}: centred and scaled as in training.",
                mean=layer.mean,
                std=layer.std,
            )
        case nn.Conv2d():
            return _(
                "Each map looks for one pattern, everywhere in the picture with the same kernel."
            )
        case nn.Linear():
            return _("Each unit weighs all values before it, and adds them up.")
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            return _("Each channel shifted and scaled by the means and variances of the training.")
        case nn.ReLU():
            return _("What is below 0 becomes 0.")
        case nn.LeakyReLU():
            return _(
                "What is below 0 is multiplied by {slope:g}.",
                slope=layer.negative_slope,
            )
        case nn.Tanh():
            return _("Squeezed between -1 and 1.")
        case nn.Sigmoid():
            return _("Squeezed between 0 and 1.")
        case nn.GELU() | nn.SiLU():
            return _("What is far below 0 becomes 0, smoothly.")
        case nn.MaxPool2d():
            return _(
                "Of each {window} the largest value is kept.", window=_window(layer.kernel_size)
            )
        case nn.AvgPool2d():
            return _("Of each {window} the mean is kept.", window=_window(layer.kernel_size))
        case nn.Flatten():
            return _("The same values in one row, map by map.")
        case nn.Dropout():
            return _(
                "Drops {share:.0%} of the values while it trains; here it passes all on.",
                share=layer.p,
            )
        case nn.LogSoftmax():
            return _("The logarithms of the probabilities.")
    return ""


def _window(size: int | tuple[int, ...]) -> str:
    return "×".join(map(str, (size, size) if isinstance(size, int) else size))
