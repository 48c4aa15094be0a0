"""The network of the Playground as it is drawn while it learns."""

from functools import partial
from typing import Any

import streamlit as st
from torch import nn

from nnlab.errors import NnlabError
from nnlab.figures.network import network_drawing, neuron_palette
from nnlab.scene.layers import live_layers
from nnlab.texts import _
from nnlab.ui.components.network import Picked, show_network
from nnlab.ui.lab.table_plane import slice_of
from nnlab.ui.messages import as_it_stands
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.network.drawn_form import change_form, drawn_form
from nnlab.ui.playground.network.neuron import picked_name
from nnlab.ui.playground.network.shown_layers import layers_of
from nnlab.ui.playground.scene import is_drawn_there
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.visible import in_html


def draw_network(frame: Frame) -> None:
    """The drawing, on which neurons and weights can be picked, and inputs and layers changed."""
    data = frame.state.draft.data
    try:
        drawing = frame.moment.cached(
            ("network", data, slice_of(data), frame.dark), lambda network: _drawing(frame, network)
        )
    except NnlabError as error:
        st.caption(as_it_stands(error))
        frame.state.picked = None
        return
    picked = frame.state.picked
    if picked is not None and not _is_there(picked, drawing):
        picked = frame.state.picked = None
    show_network(
        drawing | {"picked": picked, "form": drawn_form(frame)},
        key="network_drawing",
        on_pick=partial(_pick, frame.state),
        on_form=partial(change_form, frame),
    )
    st.html(f"<p class='nnlab-hint'>{_hint(frame, picked)}</p>")


def _hint(frame: Frame, picked: Picked | None) -> str:
    """Return the legend of the drawing; for a picked element, where it is shown."""
    if picked is not None:
        return _("Picked: {name}, shown below.", name=in_html(picked_name(frame, picked)))
    return _("Lines are weights: blue above 0, orange below. Hover over a neuron, or click it.")


def _drawing(frame: Frame, network: nn.Sequential) -> dict[str, Any]:
    """The drawing; where the browser evaluates the network, without the pictures."""
    live, is_drawn = live_layers(network), is_drawn_there(frame.moment)
    drawing = network_drawing(layers_of(frame, with_maps=not is_drawn), dark=frame.dark)
    if not is_drawn:
        return drawing
    colours = neuron_palette(frame.dark).tobytes().hex()
    return drawing | {"live": {"layers": live, "colours": colours}}


def _pick(state: PlaygroundState, picked: Picked | None) -> None:
    state.picked = picked


def _is_there(picked: Picked, drawing: dict[str, Any]) -> bool:
    """Whether the network that is drawn now has what was picked on an earlier one."""
    sizes = [len(layer["labels"]) for layer in drawing["layers"]]
    layer, unit, *source = picked
    is_neuron = layer < len(sizes) and unit < sizes[layer]
    return is_neuron and (not source or source[0] < sizes[layer - 1])
