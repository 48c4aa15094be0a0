"""X-ray: the digit on its way through the network, down to one value's arithmetic."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st
import torch
from torch import nn

from nnlab.insight.activations import activations
from nnlab.insight.arithmetic import SoftmaxOf, softmax_of
from nnlab.ui.components.layer_maps import LayerShown, Place, show_layers
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import Reading
from nnlab.ui.explain.arithmetic import Floats, arithmetic
from nnlab.ui.explain.layer_words import layer_name, layer_text, size_words
from nnlab.ui.runtime.throttle import remembered

AT = "xray_at"
"""The place that the session looks at."""


def show_xray(frame: DrawFrame) -> None:
    """The panel. There has to be an answer."""
    made, answer, moment = frame.made, frame.answer, frame.moment
    assert made is not None
    assert answer is not None
    assert moment is not None
    picture, network = made.result, moment.network
    layers = remembered(moment, ("x-ray", picture.tobytes()), lambda net: through(net, picture))
    at = place_in(layers, network, st.session_state.get(AT))
    detail, way = st.container(key="xray").columns([4, 6], gap="medium")
    with way, st.container(key="xray_layers"):
        pointed = show_layers(layers, at, key="xray_maps")
        if pointed is not None:
            at = place_in(layers, network, pointed)
            st.session_state[AT] = at
        st.html(_softmax(softmax_of(layers[-1].values), answer))
    with detail, st.container(key="xray_detail"):
        show_detail(layers, network, at, answer.class_names)


def through(network: nn.Sequential, picture: Floats) -> list[LayerShown]:
    """The input and what each layer makes of it.

    `picture` is float32 [h, w] or [c, h, w], in [0, 1].
    """
    channels = picture[None] if picture.ndim == 2 else picture
    size = size_words(channels.shape)
    shown = [LayerShown(-1, f"Input · {size}", "0 is black, 1 is white.", channels)]
    for index, _, values in activations(network, torch.from_numpy(channels)[None]):
        layer = network[index]
        name = layer_name(index + 1, layer, values.shape[1:])
        shown.append(LayerShown(index, name, layer_text(layer), values[0]))
    return shown


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
        place = f"map {at.unit + 1}, row {at.row + 1}, column {at.column + 1}"
    elif at.layer == len(network) - 1 and at.unit < len(class_names):
        place = f"unit {at.unit + 1}, for {escape(class_names[at.unit])}"
    else:
        place = f"unit {at.unit + 1}"
    if at.layer < 0:
        value = float(shown.values[at.unit, at.row, at.column])
        return (
            f"<h5>Input: {place}</h5><p class='nnlab-equals'>The pixel is <b>{value:.4f}</b>.</p>"
        )
    kind = type(network[at.layer]).__name__
    before = layers[at.layer].values
    came = _before_flatten(layers, network, at.layer)
    body = arithmetic(network[at.layer], before, shown.values, at, came)
    return f"<h5>Layer {at.layer + 1}, {kind}: {place}</h5>{body}"


def _before_flatten(layers: list[LayerShown], network: nn.Sequential, index: int) -> str:
    """`16×4×4` where the inputs of that layer are a flattened picture, else nothing."""
    while index > 0 and isinstance(network[index - 1], nn.Dropout | nn.Flatten):
        index -= 1
        if isinstance(network[index], nn.Flatten):
            return "×".join(map(str, layers[index].values.shape))
    return ""


def _softmax(table: SoftmaxOf, answer: Reading) -> str:
    best = int(table.probabilities.argmax())
    rows = "".join(
        f"<tr{' class=best' if i == best else ''}><th scope='row'>{escape(name)}</th>"
        f"<td>{table.logits[i]:.3f}</td><td>{table.powers[i]:.3g}</td>"
        f"<td>{table.probabilities[i]:.4f}</td></tr>"
        for i, name in enumerate(answer.class_names)
    )
    return (
        "<h6>Softmax</h6><p>From the outputs (logits) to probabilities: e to the power of each,"
        " over the sum of all. The largest is taken off before, which changes no quotient.</p>"
        "<table class='nnlab-sum'><thead><tr><th scope='col'>class</th><th scope='col'>logit</th>"
        "<th scope='col'>e^(logit − largest)</th><th scope='col'>probability</th></tr></thead>"
        f"<tbody>{rows}</tbody><tfoot><tr><th scope='row'>sum</th><td></td>"
        f"<td>{table.powers.sum():.3g}</td><td>1</td></tr></tfoot></table>"
    )
