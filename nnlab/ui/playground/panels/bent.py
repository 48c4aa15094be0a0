"""The plane as a layer bends it: the input grid in the coordinates of any two of its neurons."""

import numpy as np
import streamlit as st
import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.figures.bent import bent_figure, describe_bent
from nnlab.figures.boundary import points_traces
from nnlab.figures.theme import Spec
from nnlab.insight.plane.bent import Bent, bent
from nnlab.insight.plane.neurons import neuron_layers
from nnlab.texts import _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.lab.table_plane import slice_of
from nnlab.ui.messages import as_it_stands
from nnlab.ui.playground.curve_plot import shown_ranges
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.plane import Style, style_of
from nnlab.ui.session.widgets import playground as widgets

POINTS = 400
"""Limit for the points: more would be indistinguishable, and each costs bytes in every frame."""


def draw_bent(frame: Frame) -> None:
    """Layer and neurons to choose, and the picture."""
    inputs = frame.splits.info.input_shape
    if inputs not in ((1,), (2,)) and slice_of(frame.state.draft.data) is None:
        st.caption(
            _("Data of {inputs} inputs have no plane or line that could be bent.", inputs=inputs[0])
        )
        return
    try:
        widths = _widths(frame.moment.network)
    except NnlabError as error:
        st.caption(as_it_stands(error))
        return
    if len(widths) < 2:
        st.caption(_("Without a hidden layer nothing bends the plane: add one."))
        return
    layer, units = _choose(widths[:-1])
    style = style_of(frame)
    seen = frame.moment.cached(
        ("bent", layer, units, style.extent, slice_of(frame.state.draft.data)),
        lambda network: _bent(frame, network, layer, units, style),
    )
    network = frame.moment.network
    kinds = [type(network[place]).__name__ for place in neuron_layers(network)[layer]]
    bounded = next((kind for kind in reversed(kinds) if kind != "Dropout"), "")
    names = tuple(_("unit {unit} of layer {layer}", unit=unit + 1, layer=layer) for unit in units)
    show_chart(
        bent_figure(
            seen.lines,
            _points(frame, seen, style),
            names=(names[0], names[1]),
            activation=bounded,
            separator=seen.separator,
            dark=frame.dark,
        ),
        key=widgets.key("bent_chart"),
        alt=describe_bent(seen.lines, (names[0], names[1]), cut=seen.separator is not None),
    )
    if widths[layer - 1] > 2:
        st.caption(
            _(
                "Two of {count} neurons: a shadow of the space that the next layer sees."
                " With a layer of two neurons this is the whole of it.",
                count=widths[layer - 1],
            )
        )
    elif widths[layer - 1] == 2:
        st.caption(
            _("The layer has these two neurons alone: this is all that the next layer sees.")
        )


def _widths(network: nn.Sequential) -> list[int]:
    """Return the widths of the hidden layers and the outputs."""
    found = []
    for group in neuron_layers(network)[1:]:
        linear = network[group[0]]
        assert isinstance(linear, nn.Linear), "a group begins with its linear layer"
        found.append(linear.out_features)
    return found


def _choose(widths: list[int]) -> tuple[int, tuple[int, int]]:
    """The layer from 1, and two of its neurons from 0. Choices fit the network of the moment."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="bent_form"):
        layers = list(range(1, len(widths) + 1))
        layer = st.selectbox(
            _("Layer"),
            layers,
            index=len(layers) - 1,
            key=widgets.key(f"bent_layer_{len(layers)}"),
            width=100,
        )
        width = widths[layer - 1]
        choices = list(range(1, width + 1))
        units = [
            st.selectbox(
                name,
                choices,
                index=min(place, width - 1),
                key=widgets.key(f"bent_{place}_{layer}_{width}"),
                width=120,
            )
            for place, name in enumerate((_("Across: unit"), _("Up: unit")))
        ]
    return layer, (units[0] - 1, units[1] - 1)


def _bent(
    frame: Frame, network: nn.Sequential, layer: int, units: tuple[int, int], style: Style
) -> Bent:
    data, cut = frame.state.draft.data, slice_of(frame.state.draft.data)
    extent = style.extent
    if cut is None and frame.splits.info.input_shape == (1,):
        extent = shown_ranges(data).x if frame.splits.info.class_names is None else extent
    x, _y, _is_val = _some(frame)
    return bent(network, x, layer, units, extent, cut=cut)


def _some(frame: Frame) -> tuple[Tensor, np.ndarray, np.ndarray]:
    """The first training and validation points: inputs, targets, and which of them validate."""
    parts = (frame.splits.train, frame.splits.val)
    half = POINTS // 2
    x = torch.cat([part.x[:half] for part in parts])
    y = torch.cat([part.y[:half] for part in parts]).numpy()
    is_val = np.repeat([False, True], [min(half, len(part)) for part in parts])
    return x, y, is_val


def _points(frame: Frame, seen: Bent, style: Style) -> list[Spec]:
    _x, y, is_val = _some(frame)
    traces = points_traces(
        seen.data,
        y,
        is_val,
        task=style.task,
        classes=frame.splits.info.outputs,
        limit=style.limit,
        show_validation=frame.state.look.validation,
        dark=frame.dark,
    )
    across, up = _("across"), _("up")
    for trace in traces:
        trace["hovertemplate"] = trace["hovertemplate"].replace("x₁", across).replace("x₂", up)
    return traces
