"""One value of the X-ray, down to the sum that it is, as HTML."""

import numpy as np
from numpy.typing import NDArray
from torch import nn

from nnlab.insight.activations import Place
from nnlab.insight.arithmetic import ConvolutionAt, UnitAt, convolution_at, unit_at, window_at
from nnlab.models.layers import Normalize
from nnlab.texts import _, number
from nnlab.ui.components.tables import row, table

Floats = NDArray[np.float32]

LARGEST_TABLE = 7
"""Rows and columns of a kernel that are shown as numbers; a larger one by its sums alone."""
LISTED = 8
"""Inputs of a unit, or of a convolution, that are listed; the others as one sum."""
EMPTY = ("<td></td>", "<td></td>")


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
            takes_largest = isinstance(layer, nn.MaxPool2d)
            words = _("the largest of them") if takes_largest else _("the mean of them")
            return _grids((_("what is pooled"), window)) + _equals(words, value)
    source = _value(before, at) if before.shape == after.shape else float(before.ravel()[at.unit])
    match layer:
        case Normalize():
            words = (
                f"({_n(source)} − {number(float(layer.mean), 6)}) / {number(float(layer.std), 6)}"
            )
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            words = _batch_norm(layer, at.unit, source)
        case nn.ReLU():
            words = f"max(0, {_n(source)})"
        case nn.Flatten():
            words = _("{where} of the layer before", where=_where(at.unit, before.shape))
        case nn.Dropout():
            words = _("{value}, passed on", value=_n(source))
        case _:
            words = f"{type(layer).__name__}({_n(source)})"
    return _equals(words, value)


def _convolution(at: ConvolutionAt, value: float) -> str:
    channels, side, _width = at.patch.shape
    sums = at.sums
    loudest = int(np.abs(sums).argmax())
    html = ""
    if side <= LARGEST_TABLE:
        patch = _("patch")
        if channels > 1:
            patch = _("patch of map {number}, which counts most", number=loudest + 1)
        product = at.patch[loudest] * at.kernel[loudest]
        html = _grids(
            (patch, at.patch[loudest]),
            (_("× kernel"), at.kernel[loudest]),
            (_("= products, in all {sum}", sum=_n(float(sums[loudest]))), product),
        )
    if channels == 1:
        words = _("sum {sum} + bias {bias}", sum=_n(float(sums[0])), bias=_n(at.bias))
        return html + _equals(words, value)
    order = np.argsort(-np.abs(sums), kind="stable")
    rows = [
        row(_("patch × kernel of map {number}", number=i + 1), _cell(float(sums[i])))
        for i in order[:LISTED]
    ]
    if len(order) > LISTED:
        rest = float(sums[order[LISTED:]].sum())
        rows.append(row(_("of the other {count}", count=len(order) - LISTED), _cell(rest)))
    rows.append(row(_("bias"), _cell(at.bias)))
    return html + table("nnlab-sum", rows, foot=[_total(value)])


def _unit(at: UnitAt, value: float, came: str) -> str:
    largest = at.largest(LISTED)
    shape = tuple(int(size) for size in came.split("×")) if came else (len(at.inputs),)
    rows = [
        row(
            _where(int(i), shape),
            *map(_cell, (at.inputs[i], at.weights[i], at.contributions[i])),
        )
        for i in largest
    ]
    others = len(at.inputs) - len(largest)
    if others:
        rest = float(at.contributions.sum() - at.contributions[largest].sum())
        rows.append(row(_("the other {count:,}", count=others), *EMPTY, _cell(rest)))
    rows.append(row(_("bias"), *EMPTY, _cell(at.bias)))
    heads = (_("what counts most"), _("input"), _("× weight"), "=")
    return table("nnlab-sum", rows, heads=heads, foot=[_total(value, *EMPTY)])


def _batch_norm(layer: nn.BatchNorm1d | nn.BatchNorm2d, channel: int, source: float) -> str:
    assert layer.running_mean is not None
    assert layer.running_var is not None
    mean, variance = float(layer.running_mean[channel]), float(layer.running_var[channel])
    scale, shift = float(layer.weight[channel].detach()), float(layer.bias[channel].detach())
    return _(
        "({value} − mean {mean}) / √({variance} + {eps:g}) × {scale} + {shift}",
        value=_n(source),
        mean=_n(mean),
        variance=_n(variance),
        eps=layer.eps,
        scale=_n(scale),
        shift=_n(shift),
    )


def _where(index: int, shape: tuple[int, ...]) -> str:
    """`unit 38`, `row 13, column 5`, `map 3, row 1, column 2`: counted from 1."""
    if len(shape) != 3:
        return _("unit {number}", number=index + 1)
    unit, down, across = (int(i) + 1 for i in np.unravel_index(index, shape))
    if shape[0] == 1:
        return _("row {row}, column {column}", row=down, column=across)
    return _("map {map}, row {row}, column {column}", map=unit, row=down, column=across)


def _cell(number: float | np.floating) -> str:
    return f"<td>{_n(number)}</td>"


def _total(value: float, *between: str) -> str:
    return row(_("the network's own value"), *between, _cell(value))


def _equals(words: str, value: float) -> str:
    said = _("{sum} = {value}, the network's own value.", sum=words, value=f"<b>{_n(value)}</b>")
    return f"<p class='nnlab-equals'>{said}</p>"


def _grids(*grids: tuple[str, Floats]) -> str:
    return f"<div class='nnlab-grids'>{''.join(_grid(name, grid) for name, grid in grids)}</div>"


def _grid(name: str, grid: Floats) -> str:
    largest = float(np.abs(grid).max()) or 1.0
    rows = [
        f"<tr>{''.join(_number(float(n), float(n) / largest) for n in line)}</tr>" for line in grid
    ]
    return table("nnlab-grid", rows, caption=name)


def _number(number: float, share: float) -> str:
    """A cell, the bluer the larger above 0, the more orange the farther below."""
    colour = "86, 180, 233" if share > 0 else "230, 159, 0"
    style = f"background:rgba({colour},{0.75 * abs(share):.2f})"
    return f"<td style='{style}'>{_minus(f'{number:.2f}')}</td>"


def _value(values: Floats, at: Place) -> float:
    return float(values[at.unit] if values.ndim == 1 else values[at.unit, at.row, at.column])


def _n(figure: float | np.floating) -> str:
    """Four decimals, or three figures where that says too little."""
    value = float(figure)
    return _minus(f"{value:.4f}") if value == 0 or 1e-3 <= abs(value) < 1e5 else number(value)


def _minus(written: str) -> str:
    """Replace the hyphen by a minus sign, and drop it before a zero."""
    return written.lstrip("-") if float(written) == 0 else written.replace("-", "−")
