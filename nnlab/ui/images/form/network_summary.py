"""A summary of the form's network: a line of sizes, and a table of its layers."""

import streamlit as st

from nnlab.config import Dropout, Layer
from nnlab.models.shapes import LayerShape, Shape, trace_as_far
from nnlab.texts import _
from nnlab.ui.components.tables import DASH, cell, row, table
from nnlab.ui.images.form.builder import name_of


def in_short(layers: tuple[Layer, ...], shape: Shape) -> str:
    """Return `28×28 → 200 → 10 · 159,010 parameters · dropout 0.5`, as far as the layers fit.

    Args:
        layers: the network's layers.
        shape: shape of one picture, channels × height × width.
    """
    fitting, error = trace_as_far(layers, shape)
    sizes = [shape[1:] if shape[0] == 1 else shape]
    sizes += [layer.output_shape for layer in fitting if layer.parameters]
    said = [" → ".join("×".join(map(str, size)) for size in sizes)]
    if error is not None:
        said[0] += " → …"
    said.append(_("{count:,} parameters", count=_parameters(fitting)))
    chances = [f"{layer.p:g}" for layer in layers if isinstance(layer, Dropout)]
    if chances:
        said.append(_("dropout {chances}", chances=", ".join(dict.fromkeys(chances))))
    return " · ".join(said)


def show_layers(layers: tuple[Layer, ...], shape: Shape) -> None:
    """Show each layer's output shape and number of parameters, as far as the shapes fit."""
    fitting, error = trace_as_far(layers, shape)
    rows = [
        row(
            name_of(layer),
            cell(" × ".join(f"{size:,}" for size in layer.output_shape)),
            cell(f"{layer.parameters:,}" if layer.parameters else DASH),
        )
        for layer in fitting
    ]
    rows += [
        row(layer.kind, cell(_("does not fit")), cell(DASH)) for layer in layers[len(fitting) :]
    ]
    total = DASH if error is not None else f"{_parameters(fitting):,}"
    foot = row(_("all"), cell(""), cell(total))
    heads = _("layer"), _("shape"), _("parameters")
    st.html(table("nnlab-layers", rows, heads=heads, foot=[foot]))


def _parameters(layers: list[LayerShape]) -> int:
    return sum(layer.parameters for layer in layers)
