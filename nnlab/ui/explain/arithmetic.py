"""One value of the X-ray, down to the sum that it is, as HTML."""

from html import escape

import numpy as np
from numpy.typing import NDArray
from torch import nn

from nnlab.insight.activations import Place
from nnlab.insight.arithmetic import ConvolutionAt, UnitAt, convolution_at, unit_at, window_at
from nnlab.models.layers import Normalize

Floats = NDArray[np.float32]

LARGEST_TABLE = 7
"""Rows and columns of a kernel that are shown as numbers; a larger one by its sums alone."""
LISTED = 8
"""Inputs of a unit, or of a convolution, that are listed; the others as one sum."""


def arithmetic(layer: nn.Module, before: Floats, after: Floats, at: Place, came: str) -> str:
    """How the value at a place comes about.

    Args:
        layer: what computed it.
        before: its input, [c, h, w] or [n].
        after: its output, likewise.
        at: the place in the output, which it has.
        came: names the inputs of a linear layer where they were rows of a picture: its shape
            before it was flattened, `16×4×4`, or nothing.
    """
    value = _value(after, at)
    match layer:
        case nn.Conv2d():
            return _convolution(convolution_at(layer, before, at.unit, at.row, at.column), value)
        case nn.Linear():
            return _unit(unit_at(layer, before, at.unit), value, came)
        case nn.MaxPool2d() | nn.AvgPool2d():
            window = window_at(layer, before, at.unit, at.row, at.column)
            takes = "largest" if isinstance(layer, nn.MaxPool2d) else "mean"
            return _grids(("what is pooled", window)) + _equals(f"the {takes} of them", value)
    source = _value(before, at) if before.shape == after.shape else float(before.ravel()[at.unit])
    match layer:
        case Normalize():
            words = f"({_n(source)} − {layer.mean:g}) / {layer.std:g}"
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            words = _batch_norm(layer, at.unit, source)
        case nn.ReLU():
            words = f"max(0, {_n(source)})"
        case nn.Flatten():
            words = f"{_where(at.unit, before.shape)} of the layer before"
        case nn.Dropout():
            words = f"{_n(source)}, passed on"
        case _:
            words = f"{type(layer).__name__}({_n(source)})"
    return _equals(words, value)


def _convolution(at: ConvolutionAt, value: float) -> str:
    channels, side, _ = at.patch.shape
    sums = at.sums
    loudest = int(np.abs(sums).argmax())
    html = ""
    if side <= LARGEST_TABLE:
        which = f" of map {loudest + 1}, which counts most" if channels > 1 else ""
        product = at.patch[loudest] * at.kernel[loudest]
        html = _grids(
            (f"patch{which}", at.patch[loudest]),
            ("× kernel", at.kernel[loudest]),
            (f"= products, in all {_n(float(sums[loudest]))}", product),
        )
    if channels == 1:
        return html + _equals(f"sum {_n(float(sums[0]))} + bias {_n(at.bias)}", value)
    order = np.argsort(-np.abs(sums), kind="stable")
    rows = [(f"patch × kernel of map {i + 1}", float(sums[i])) for i in order[:LISTED]]
    if len(order) > LISTED:
        rows.append((f"of the other {len(order) - LISTED}", float(sums[order[LISTED:]].sum())))
    return html + _sum([*rows, ("bias", at.bias)], value)


def _unit(at: UnitAt, value: float, came: str) -> str:
    largest = at.largest(LISTED)
    shape = tuple(int(size) for size in came.split("×")) if came else (len(at.inputs),)
    rows = "".join(
        f"<tr><th scope='row'>{_where(int(i), shape)}</th><td>{_n(at.inputs[i])}</td>"
        f"<td>{_n(at.weights[i])}</td><td>{_n(at.contributions[i])}</td></tr>"
        for i in largest
    )
    others = len(at.inputs) - len(largest)
    if others:
        rest = float(at.contributions.sum() - at.contributions[largest].sum())
        rows += _added(f"the other {others:,}", rest)
    rows += _added("bias", at.bias)
    return (
        "<table class='nnlab-sum'><thead><tr><th scope='col'>what counts most</th>"
        "<th scope='col'>input</th><th scope='col'>× weight</th><th scope='col'>=</th></tr></thead>"
        f"<tbody>{rows}</tbody>{_total(value, 3)}</table>"
    )


def _added(name: str, number: float) -> str:
    return f"<tr><th scope='row'>{name}</th><td></td><td></td><td>{_n(number)}</td></tr>"


def _batch_norm(layer: nn.BatchNorm1d | nn.BatchNorm2d, channel: int, source: float) -> str:
    assert layer.running_mean is not None
    assert layer.running_var is not None
    mean, variance = float(layer.running_mean[channel]), float(layer.running_var[channel])
    scale, shift = float(layer.weight[channel].detach()), float(layer.bias[channel].detach())
    return (
        f"({_n(source)} − mean {_n(mean)}) / √({_n(variance)} + {layer.eps:g})"
        f" × {_n(scale)} + {_n(shift)}"
    )


def _where(index: int, shape: tuple[int, ...]) -> str:
    """`unit 38`, `row 13, column 5`, `map 3, row 1, column 2`: counted from 1."""
    if len(shape) != 3:
        return f"unit {index + 1}"
    unit, row, column = (int(i) + 1 for i in np.unravel_index(index, shape))
    place = f"row {row}, column {column}"
    return place if shape[0] == 1 else f"map {unit}, {place}"


def _sum(rows: list[tuple[str, float]], value: float) -> str:
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{_n(number)}</td></tr>"
        for name, number in rows
    )
    return f"<table class='nnlab-sum'><tbody>{body}</tbody>{_total(value, 1)}</table>"


def _total(value: float, columns: int) -> str:
    cells = "<td></td>" * (columns - 1)
    return (
        f"<tfoot><tr><th scope='row'>the network's own value</th>{cells}<td>{_n(value)}</td></tr>"
        "</tfoot>"
    )


def _equals(words: str, value: float) -> str:
    return f"<p class='nnlab-equals'>{words} = <b>{_n(value)}</b>, the network's own value.</p>"


def _grids(*grids: tuple[str, Floats]) -> str:
    return f"<div class='nnlab-grids'>{''.join(_grid(name, grid) for name, grid in grids)}</div>"


def _grid(name: str, grid: Floats) -> str:
    largest = float(np.abs(grid).max()) or 1.0
    rows = "".join(
        "<tr>" + "".join(_number(float(n), float(n) / largest) for n in row) + "</tr>"
        for row in grid
    )
    return f"<table class='nnlab-grid'><caption>{escape(name)}</caption>{rows}</table>"


def _number(number: float, share: float) -> str:
    """A cell, the bluer the larger above 0, the more orange the farther below."""
    colour = "86, 180, 233" if share > 0 else "230, 159, 0"
    style = f"background:rgba({colour},{0.75 * abs(share):.2f})"
    return f"<td style='{style}'>{_minus(f'{number:.2f}')}</td>"


def _value(values: Floats, at: Place) -> float:
    return float(values[at.unit] if values.ndim == 1 else values[at.unit, at.row, at.column])


def _n(number: float | np.floating) -> str:
    """Four decimals, or three figures where that says too little."""
    value = float(number)
    return _minus(f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e5 else f"{value:.2e}")


def _minus(written: str) -> str:
    """With a real minus sign, and none before a zero."""
    return written.lstrip("-") if float(written) == 0 else written.replace("-", "−")
