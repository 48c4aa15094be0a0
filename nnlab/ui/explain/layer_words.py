"""What a layer does, in a line."""

from torch import nn

from nnlab.models.layers import Normalize


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
        return f"{shape[0]} map{'s'[: shape[0] != 1]} of {shape[1]}×{shape[2]}"
    return f"{shape[0]:,} unit{'s'[: shape[0] != 1]}"


def layer_text(layer: nn.Module) -> str:
    """What it does to what it receives."""
    match layer:
        case Normalize():
            return f"(x − {layer.mean:g}) / {layer.std:g}: centred and scaled as in training."
        case nn.Conv2d():
            return "Each map looks for one pattern, everywhere in the picture with the same kernel."
        case nn.Linear():
            return "Each unit weighs all values before it, and adds them up."
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            return "Each channel shifted and scaled by the means and variances of the training."
        case nn.ReLU():
            return "What is below 0 becomes 0."
        case nn.LeakyReLU():
            return f"What is below 0 is multiplied by {layer.negative_slope:g}."
        case nn.Tanh():
            return "Squeezed between -1 and 1."
        case nn.Sigmoid():
            return "Squeezed between 0 and 1."
        case nn.GELU() | nn.SiLU():
            return "What is far below 0 becomes 0, smoothly."
        case nn.MaxPool2d():
            return f"Of each {_window(layer.kernel_size)} the largest value is kept."
        case nn.AvgPool2d():
            return f"Of each {_window(layer.kernel_size)} the mean is kept."
        case nn.Flatten():
            return "The same values in one row, map by map."
        case nn.Dropout():
            return f"Drops {layer.p:.0%} of the values while it trains; here it passes all on."
        case nn.LogSoftmax():
            return "The logarithms of the probabilities."
    return ""


def _window(size: int | tuple[int, ...]) -> str:
    return "×".join(map(str, (size, size) if isinstance(size, int) else size))
