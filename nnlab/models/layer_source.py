"""One layer as PyTorch source: how it is made, how it is called, what its tensors are called."""

from typing import assert_never

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
    LayerNorm,
    Linear,
    LogSoftmax,
    NamedInit,
    NormalInit,
    Normalize,
    Pool2d,
    Positions,
    UniformInit,
)
from nnlab.config.layers import ActivationKind, FeatureName
from nnlab.models.shapes import LayerShape
from nnlab.models.source_parts import LayerSource, linear_tensors, listed
from nnlab.models.token_source import attention, embedding, layer_norm, positions

CALLS: dict[ActivationKind, str] = {
    "relu": "F.relu(x)",
    "tanh": "torch.tanh(x)",
    "sigmoid": "torch.sigmoid(x)",
    "leaky_relu": "F.leaky_relu(x)",
    "gelu": "F.gelu(x)",
    "silu": "F.silu(x)",
}
CLASSES: dict[ActivationKind, str] = {
    "relu": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "leaky_relu": "LeakyReLU",
    "gelu": "GELU",
    "silu": "SiLU",
}
COLUMNS: dict[FeatureName, str] = {
    "x1": "x1",
    "x2": "x2",
    "x1^2": "x1 * x1",
    "x2^2": "x2 * x2",
    "x1*x2": "x1 * x2",
    "sin(x1)": "torch.sin(x1)",
    "sin(x2)": "torch.sin(x2)",
    "cos(x1)": "torch.cos(x1)",
    "cos(x2)": "torch.cos(x2)",
}


def layer_source(row: LayerShape) -> LayerSource:
    """The source of one layer of a traced network."""
    layer, shape = row.layer, row.input_shape
    match layer:
        case Linear():
            width = shape[-1]
            size = f"{layer.out_features}, {width}"
            made = f"nn.Linear({width}, {layer.out_features}{_unless(layer.bias)})"
            return _weighted("linear", made, layer, size, width, "F.linear(x, {weights})")
        case Conv2d():
            return _convolution(layer, shape[0])
        case Features():
            columns = listed(
                "x = torch.stack([", [COLUMNS[name] for name in layer.names], "], dim=1)"
            )
            inputs = "x1 = x[:, 0]" if shape == (1,) else "x1, x2 = x[:, 0], x[:, 1]"
            return LayerSource("Features()", "", (inputs, *columns))
        case Normalize():
            made = f"Normalize({layer.mean!r}, {layer.std!r})"
            mean, std = (_constant(value) for value in (layer.mean, layer.std))
            return LayerSource(made, "", (f"x = (x - {mean}) / {std}",))
        case Flatten():
            return LayerSource("nn.Flatten()", "", ("x = x.flatten(1)",))
        case Pool2d():
            name = "Max" if layer.kind == "max_pool2d" else "Avg"
            window = f"{layer.kernel_size}" + (f", {layer.stride}" if layer.stride else "")
            forward = (f"x = F.{layer.kind}(x, {window})",)
            return LayerSource(f"nn.{name}Pool2d({window})", "", forward)
        case Activation():
            forward = (f"x = {CALLS[layer.kind]}",)
            return LayerSource(f"nn.{CLASSES[layer.kind]}()", "", forward)
        case LogSoftmax():
            return LayerSource("nn.LogSoftmax(dim=1)", "", ("x = F.log_softmax(x, dim=1)",))
        case Dropout():
            forward = (f"x = F.dropout(x, {layer.p!r}, training)",)
            return LayerSource(f"nn.Dropout({layer.p!r})", "dropout", forward, has_mode=True)
        case BatchNorm():
            return _batch_norm(layer, shape)
        case Embedding():
            return embedding(layer)
        case Positions():
            return positions(shape)
        case Attention():
            return attention(layer, shape)
        case LayerNorm():
            return layer_norm(layer, shape[-1])
        case _:
            assert_never(layer)


def _constant(value: float | tuple[float, ...]) -> str:
    """A number; one for each column as a tensor of the kind of `x` and beside it."""
    return f"x.new_tensor({value!r})" if isinstance(value, tuple) else repr(value)


def initial_weights(init: Init) -> str | None:
    """The function of `nn.init` and its arguments, as source; None for PyTorch's own way."""
    match init:
        case DefaultInit():
            return None
        case NormalInit():
            return f"nn.init.normal_, {init.mean!r}, {init.std!r}"
        case UniformInit():
            return f"nn.init.uniform_, {init.a!r}, {init.b!r}"
        case NamedInit():
            return f"nn.init.{init.kind}_"
        case _:
            assert_never(init)


def _unless(bias: bool) -> str:
    return "" if bias else ", bias=False"


def _convolution(layer: Conv2d, channels: int) -> LayerSource:
    side = layer.kernel_size
    options = "".join(
        f", {name}={value}"
        for name, value, default in (("stride", layer.stride, 1), ("padding", layer.padding, 0))
        if value != default
    )
    made = f"nn.Conv2d({channels}, {layer.out_channels}, {side}{options}{_unless(layer.bias)})"
    size = f"{layer.out_channels}, {channels}, {side}, {side}"
    call = f"F.conv2d(x, {{weights}}{options})"
    return _weighted("conv", made, layer, size, channels * side * side, call)


def _weighted(
    attribute: str, made: str, layer: Linear | Conv2d, size: str, fan_in: int, call: str
) -> LayerSource:
    names = {"weight": "weight{n}"} | ({"bias": "bias{n}"} if layer.bias else {})
    tensors = linear_tensors(names["weight"], names.get("bias"), size, fan_in)
    draw = initial_weights(layer.init)
    if draw is not None:
        # PyTorch's own way first: so the numbers that the next layer draws are the same ones.
        function, _, arguments = draw.partition(", ")
        tensors.append(f"{function}(weight{{n}}{arguments and ', '}{arguments})")
        tensors += ["nn.init.zeros_(bias{n})"] if layer.bias else []
        made = f"initialised({made}, {draw})"
    forward = (f"x = {call.format(weights=', '.join(names.values()))}",)
    return LayerSource(made, attribute, forward, tuple(tensors), names)


def _batch_norm(layer: BatchNorm, shape: tuple[int, ...]) -> LayerSource:
    width = shape[0]
    options = f"momentum={layer.momentum!r}, eps={layer.eps!r}"
    tensors = {
        "weight": ("weight{n}", "ones"),
        "bias": ("bias{n}", "zeros"),
        "running_mean": ("mean{n}", "zeros"),
        "running_var": ("variance{n}", "ones"),
    }
    return LayerSource(
        f"nn.BatchNorm{'1d' if len(shape) == 1 else '2d'}({width}, {options})",
        "norm",
        (
            "x = F.batch_norm("
            f"x, mean{{n}}, variance{{n}}, weight{{n}}, bias{{n}}, training, {options})",
        ),
        tuple(f"{name} = torch.{make}({width})" for name, make in tensors.values()),
        {suffix: name for suffix, (name, _) in tensors.items()},
        has_mode=True,
    )
