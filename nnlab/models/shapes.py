"""The shape, the parameters and the arithmetic of each layer, from its specification alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.config import (
    Activation,
    Attention,
    BatchNorm,
    Conv2d,
    Dropout,
    Embedding,
    Features,
    Flatten,
    Layer,
    LayerNorm,
    Linear,
    LogSoftmax,
    Normalize,
    Pool2d,
    Positions,
)
from nnlab.errors import InvalidExperimentError
from nnlab.models.budget import must_be_affordable
from nnlab.texts import _

Shape = tuple[int, ...]


@dataclass(frozen=True)
class LayerShape:
    """A layer's output shape, parameters and operations for one example (no batch dimension)."""

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    """Weights and biases that are learned."""
    flops: int
    """Floating-point operations of the forward pass for one example, a multiply-add as two."""

    @property
    def kept(self) -> int:
        """Numbers that the layer keeps: the learned ones, and batch norm's running figures."""
        return self.parameters * (2 if isinstance(self.layer, BatchNorm) else 1)


def trace(layers: Sequence[Layer], input_shape: Shape) -> list[LayerShape]:
    """The shapes on the way of one example of `input_shape` through the layers.

    Raises:
        InvalidExperimentError: a layer that its input's shape does not fit (names the layer, the
            shape it would receive and the mend), or a network that is too large
            (`nnlab.models.budget`).
    """
    rows, error = trace_as_far(layers, input_shape)
    if error is not None:
        raise error
    return rows


def trace_as_far(
    layers: Sequence[Layer], input_shape: Shape
) -> tuple[list[LayerShape], InvalidExperimentError | None]:
    """The shapes as far as they fit, and what `trace` would raise of the first layer that does not.

    That layer is the one behind the last row.
    """
    rows: list[LayerShape] = []
    shape = input_shape
    for index, layer in enumerate(layers):
        try:
            output_shape = _output_shape(index, layer, shape)
            row = LayerShape(
                layer,
                shape,
                output_shape,
                _parameters(layer, shape),
                _flops(layer, shape, output_shape),
            )
            must_be_affordable([*rows, row], input_shape)
        except InvalidExperimentError as error:
            return rows, error
        rows.append(row)
        shape = output_shape
    return rows, None


def check_outputs(
    layers: Sequence[Layer], input_shape: Shape, outputs: int | Shape
) -> list[LayerShape]:
    """`trace`, for a network that must end in so many values, or in that shape.

    Raises:
        InvalidExperimentError: as `trace` does, or the network ends in another shape.
    """
    rows = trace(layers, input_shape)
    wanted = (outputs,) if isinstance(outputs, int) else outputs
    if rows[-1].output_shape == wanted:
        return rows
    if len(wanted) == 2:
        raise InvalidExperimentError(
            _(
                "The network ends in the shape {shape}, the data need {length} tokens with"
                " {symbols} values each: leave flatten out, and set the last linear layer's"
                " out_features to {symbols}.",
                shape=_show(rows[-1].output_shape),
                length=wanted[0],
                symbols=wanted[1],
            )
        )
    if len(rows[-1].output_shape) == 2:
        raise InvalidExperimentError(
            _(
                "The network ends in the shape {shape}, the data need one answer of {n} values for"
                " all tokens together: put flatten before the last linear layer, whose out_features"
                " is {n}.",
                n=wanted[0],
                shape=_show(rows[-1].output_shape),
            )
        )
    (n,) = wanted
    raise InvalidExperimentError(
        _(
            "The network ends in the shape {shape}, the data need {n} value: set the last"
            " linear layer's out_features to {n}.",
            "The network ends in the shape {shape}, the data need {n} values: set the last"
            " linear layer's out_features to {n}.",
            n=n,
            shape=_show(rows[-1].output_shape),
        )
    )


def training_flops(rows: Sequence[LayerShape], batch_size: int) -> int:
    """Floating-point operations of one training step: forward, and twice that backward."""
    return 3 * batch_size * sum(row.flops for row in rows)


def _must_be_inputs(index: int, layer: Features, shape: Shape) -> None:
    """Features are of two inputs, or of x1 alone where none of them uses x2."""
    with_x2 = next((name for name in layer.names if "x2" in name), None)
    needed = _("two inputs x1 and x2") if with_x2 else _("the inputs x1 and x2, or x1 alone")
    fix = _("leave {name} out", name=with_x2) if with_x2 and shape == (1,) else _("remove it")
    fits = shape == (2,) or (shape == (1,) and not with_x2)
    _require(fits, index, layer, shape, needed, fix)


def _output_shape(index: int, layer: Layer, shape: Shape) -> Shape:
    match layer:
        case Features():
            _must_be_inputs(index, layer, shape)
            return (len(layer.names),)
        case Flatten():
            return (math.prod(shape),)
        case Linear(out_features=width):
            _must_be_rows(index, layer, shape)
            return (*shape[:-1], width)
        case LayerNorm():
            _must_be_rows(index, layer, shape)
            return shape
        case Embedding(embedding_dim=width):
            fits = index == 0 and len(shape) == 1
            _require(fits, index, layer, shape, _("tokens"), _("put it first, on sequences"))
            return (*shape, width)
        case Positions() | Attention():
            needed, mend = _("tokens × values"), _("put it behind an embedding, before flatten")
            _require(len(shape) == 2, index, layer, shape, needed, mend)
            if isinstance(layer, Attention):
                _heads_must_divide(index, layer, shape)
            return shape
        case Conv2d() | Pool2d():
            mend = _("put it before flatten") if len(shape) == 1 else _("take pictures as data")
            needed = _("channels × height × width")
            _require(len(shape) == 3, index, layer, shape, needed, mend)
            return _window_shape(index, layer, shape)
        case LogSoftmax():
            mend = (
                _("leave it out and take the loss cross_entropy, which has it inside")
                if len(shape) == 2
                else _("put flatten before")
            )
            _require(len(shape) == 1, index, layer, shape, _("a row of values"), mend)
            return shape
        case BatchNorm():
            mend = _("take layer_norm in its place") if len(shape) == 2 else _("remove it")
            _require(len(shape) in (1, 3), index, layer, shape, _("features or channels"), mend)
            return shape
        case Normalize(mean=tuple() as columns):
            fits = _("a row of {count} values, as many as mean and std have", count=len(columns))
            _require(shape == (len(columns),), index, layer, shape, fits, _("give one for each"))
            return shape
        case Normalize() | Activation() | Dropout():
            return shape


def _must_be_rows(index: int, layer: Layer, shape: Shape) -> None:
    """A row of values, or one for each token."""
    needed, mend = _("a row of values"), _("put flatten before")
    _require(len(shape) in (1, 2), index, layer, shape, needed, mend)


def _heads_must_divide(index: int, layer: Attention, shape: Shape) -> None:
    width = shape[1]
    nearest = next(heads for heads in range(min(layer.heads, width), 0, -1) if width % heads == 0)
    _require(
        width % layer.heads == 0,
        index,
        layer,
        shape,
        _("a width that its {heads} heads divide", heads=layer.heads),
        _("set heads to {nearest}, or another width", nearest=nearest),
    )


def _window_shape(index: int, layer: Conv2d | Pool2d, shape: Shape) -> Shape:
    channels, *sides = shape
    padding = layer.padding if isinstance(layer, Conv2d) else 0
    stride = layer.stride if layer.stride is not None else layer.kernel_size
    out = [(side + 2 * padding - layer.kernel_size) // stride + 1 for side in sides]
    fits = _(
        "a picture of at least {side} pixels a side",
        side=layer.kernel_size - 2 * padding,
    )
    _require(min(out) >= 1, index, layer, shape, fits, _("use a smaller kernel or less pooling"))
    return (layer.out_channels if isinstance(layer, Conv2d) else channels, *out)


def _parameters(layer: Layer, shape: Shape) -> int:
    match layer:
        case Linear():
            return layer.out_features * (shape[-1] + layer.bias)
        case Conv2d():
            return layer.out_channels * (shape[0] * layer.kernel_size**2 + layer.bias)
        case BatchNorm():
            return 2 * shape[0]
        case Embedding():
            return layer.num_embeddings * layer.embedding_dim
        case Positions():
            return math.prod(shape)
        case Attention():
            return 4 * shape[1] * (shape[1] + 1)
        case LayerNorm():
            return 2 * shape[-1]
        case _:
            return 0


def _flops(layer: Layer, shape: Shape, output_shape: Shape) -> int:
    match layer:
        case Linear():
            return 2 * math.prod(shape) * layer.out_features
        case Attention():
            # Four linear layers; then scores and mixture, a product with the tokens each.
            length, width = shape
            return 8 * length * width**2 + 4 * length**2 * width
        case Conv2d():
            return 2 * shape[0] * layer.kernel_size**2 * math.prod(output_shape)
        case Pool2d():
            return layer.kernel_size**2 * math.prod(output_shape)
        case Flatten() | Embedding():
            return 0
        case _:
            return math.prod(output_shape)


def _require(holds: bool, index: int, layer: Layer, shape: Shape, needed: str, mend: str) -> None:
    if not holds:
        raise InvalidExperimentError(
            _(
                "Layer {index} ({kind}) needs {needed} and would receive {shape}: {mend}.",
                index=index + 1,
                kind=layer.kind,
                needed=needed,
                shape=_show(shape),
                mend=mend,
            )
        )


def _show(shape: Shape) -> str:
    return "×".join(str(size) for size in shape)
