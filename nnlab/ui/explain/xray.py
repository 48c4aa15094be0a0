"""A picture on its way through a network: its layers as they are shown, and one value of them."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch
from torch import nn

from nnlab.insight.activations import Place, activations
from nnlab.texts import _
from nnlab.ui.components.layer_maps import LayerShown, show_layers
from nnlab.ui.explain.arithmetic import Floats, arithmetic
from nnlab.ui.explain.layer_words import layer_name, layer_text, size_words
from nnlab.visible import in_html


def through(network: nn.Sequential, picture: Floats) -> list[LayerShown]:
    """The input and what each layer makes of it; their names depend on who looks.

    `picture` is float32 [h, w] or [c, h, w], in [0, 1].
    """
    channels = picture[None] if picture.ndim == 2 else picture
    found = activations(network, torch.from_numpy(channels)[None])
    others = [LayerShown(index, values[0]) for index, _kind, values in found]
    return [LayerShown(-1, channels), *others]


def show_way(
    layers: list[LayerShown],
    network: nn.Sequential,
    at: Place | None,
    class_names: Sequence[str] = (),
    *,
    key: str,
    below: str = "",
) -> Place | None:
    """The layers, and beside them how one of their values comes about.

    Args:
        layers: of `through`.
        network: which they are of.
        at: the place that is looked at; None, or one that the network has not: the strongest.
        class_names: of the last layer's units.
        key: of the element, unique on the page.
        below: HTML under the layers.

    Returns:
        The place that somebody has just pointed at; None where nobody did.
    """
    at = place_in(layers, network, at)
    detail, way = st.container(key="xray").columns([4, 6], gap="medium")
    with way, st.container(key="xray_layers"):
        words = [_words(layer, network) for layer in layers]
        pointed = show_layers(layers, words, at, key=key)
        if pointed is not None:
            at = pointed = place_in(layers, network, pointed)
        if below:
            st.html(below)
    with detail, st.container(key="xray_detail"):
        show_detail(layers, network, at, class_names)
    return pointed


def _words(layer: LayerShown, network: nn.Sequential) -> tuple[str, str]:
    """A layer's name, and what it does."""
    shape = layer.values.shape
    if layer.index < 0:
        return _("Input · {size}", size=size_words(shape)), _("0 is black, 1 is white.")
    module = network[layer.index]
    return layer_name(layer.index + 1, module, shape), layer_text(module)


def place_in(layers: list[LayerShown], network: nn.Sequential, wanted: Place | None) -> Place:
    """The place that is wanted where the network has it; else the strongest of the first weights.

    `layers` are those of `through`.
    """
    if wanted is not None and -1 <= wanted.layer < len(layers) - 1:
        count, high, wide = layers[wanted.layer + 1].maps.shape
        if wanted.unit < count and wanted.row < high and wanted.column < wide:
            return wanted
    first = next(
        (i for i, layer in enumerate(network) if isinstance(layer, nn.Conv2d | nn.Linear)), 0
    )
    maps = np.nan_to_num(layers[first + 1].maps)
    unit, row, column = (int(i) for i in np.unravel_index(maps.argmax(), maps.shape))
    return Place(first, unit, row, column)


def show_detail(
    layers: list[LayerShown], network: nn.Sequential, at: Place, class_names: Sequence[str] = ()
) -> None:
    """How the value at a place comes about; the last layer's units are called by their classes."""
    st.html(detail(layers, network, at, class_names))


def detail(
    layers: list[LayerShown], network: nn.Sequential, at: Place, class_names: Sequence[str]
) -> str:
    """`show_detail`, as HTML."""
    shown = layers[at.layer + 1]
    if shown.values.ndim == 3:
        place = _(
            "map {map}, row {row}, column {column}",
            map=at.unit + 1,
            row=at.row + 1,
            column=at.column + 1,
        )
    elif at.layer == len(network) - 1 and at.unit < len(class_names):
        name = in_html(class_names[at.unit])
        place = _("unit {number}, for {name}", number=at.unit + 1, name=name)
    else:
        place = _("unit {number}", number=at.unit + 1)
    if at.layer < 0:
        value = float(shown.values[at.unit, at.row, at.column])
        title = _("Input: {place}", place=place)
        said = _("The pixel is {value}.", value=f"<b>{value:.4f}</b>")
        return f"<h5>{title}</h5><p class='nnlab-equals'>{said}</p>"
    kind = type(network[at.layer]).__name__
    before = layers[at.layer].values
    came = _before_flatten(layers, network, at.layer)
    body = arithmetic(network[at.layer], before, shown.values, at, came)
    title = _("Layer {number}, {kind}: {place}", number=at.layer + 1, kind=kind, place=place)
    return f"<h5>{title}</h5>{body}"


def _before_flatten(layers: list[LayerShown], network: nn.Sequential, index: int) -> str:
    """`16×4×4` where the inputs of that layer are a flattened picture, else nothing."""
    while index > 0 and isinstance(network[index - 1], nn.Dropout | nn.Flatten):
        index -= 1
        if isinstance(network[index], nn.Flatten):
            return "×".join(map(str, layers[index].values.shape))
    return ""
