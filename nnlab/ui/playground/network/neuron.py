"""The element picked on the drawing, in detail: a neuron's map, its weights, its bias."""

from functools import partial

import streamlit as st
from torch import nn

from nnlab.figures.boundary import diverging_palette
from nnlab.figures.network import unit_name
from nnlab.figures.neuron import (
    describe_neuron,
    neuron_line_figure,
    neuron_plane_figure,
    scale_colours,
    value_scale,
)
from nnlab.insight.plane.neurons import Neurons
from nnlab.scene.extent import reach
from nnlab.scene.layers import (
    Layer,
    live_layers,
    maps_of,
    parameters_of,
)
from nnlab.texts import _, number
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.network import Picked
from nnlab.ui.lab.table_plane import axes_of, slice_of
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.network.shown_layers import layers_of
from nnlab.ui.playground.network.weight import live_weight, show_editor
from nnlab.ui.playground.plane import points_of, style_of
from nnlab.ui.playground.scene import is_drawn_there
from nnlab.ui.session.widgets import playground as widgets
from nnlab.ui.words import plain
from nnlab.visible import in_html

LARGE = 64
"""Pixels along each side of the large map."""


def picked_name(frame: Frame, picked: Picked) -> str:
    """`layer 1 neuron 3`, `weight from input x₁ to layer 1 neuron 3`."""
    layers = layers_of(frame, with_maps=False)
    layer, unit, *source = picked
    name = unit_name(layers[layer], unit)
    if not source:
        return name
    before = unit_name(layers[layer - 1], source[0])
    return _("weight from {source} to {unit}", source=before, unit=name)


def show_picked(frame: Frame) -> None:
    """The neuron (layer, unit) or weight (layer, unit, source) that is picked; how to change it."""
    picked = frame.state.picked
    if picked is None:
        return
    with st.container(key="picked"):
        _show(frame, picked)


def _show(frame: Frame, picked: Picked) -> None:
    layers = layers_of(frame, with_maps=False)
    layer, unit, *source = picked
    name = picked_name(frame, picked)
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(f"**{plain(name[0].upper() + name[1:])}**")
        st.button(
            _("Close"), key=widgets.key("unpick"), on_click=partial(_unpick, frame), type="tertiary"
        )
    large, numbers = st.columns([3, 2], gap="small") if not source else (None, st.container())
    if large is not None:
        with large:
            _show_map(frame, layer, unit, name)
    if not layer:
        return
    with numbers:
        if not source:
            _show_weights(frame.moment.network, layers, layer, unit)
        show_editor(frame, picked, parameters_of(frame.moment.network, layers, picked))


def _unpick(frame: Frame) -> None:
    frame.state.picked = None


# Large -------------------------------------------------------------------------------------------


def _show_map(frame: Frame, layer: int, unit: int, name: str) -> None:
    extent, info, data = (
        reach(frame.state.draft.data, frame.splits),
        frame.splits.info,
        frame.state.draft.data,
    )
    cut = slice_of(data)
    maps: list[Neurons] | None = frame.moment.cached(
        ("large", data, cut),
        lambda network: maps_of(network, info, extent, resolution=LARGE, cut=cut),
    )
    if maps is None:
        return
    values = maps[layer].values[unit]
    kinds = " → ".join(kind for kind in maps[layer].kinds if not kind.startswith("_"))
    beneath = None
    if values.ndim == 2 and is_drawn_there(frame.moment):
        output = live_layers(frame.moment.network)[layer]["output"]
        colours = diverging_palette(frame.dark).tobytes().hex()
        beneath = {"task": "regression", "unit": [output, unit], "colours": colours}
    if values.ndim == 2:
        style = style_of(frame)
        figure = neuron_plane_figure(
            values,
            points_of(data, style.limit, frame.state.look.validation, frame.dark, cut),
            extent=extent,
            class_names=info.class_names,
            axes=axes_of(data),
            is_drawn=beneath is None,
            dark=frame.dark,
        )
    else:
        figure = neuron_line_figure(values, extent=extent, dark=frame.dark)
    show_chart(
        figure,
        key=widgets.key("neuron_chart"),
        alt=describe_neuron(name, values),
        beneath=beneath,
    )
    if values.ndim == 2:
        st.html(_scale(value_scale(values), frame.dark))
    if kinds:
        st.caption(
            _(
                "After {kinds}: {low:.4g} to {high:.4g} over the picture.",
                kinds=kinds,
                low=values.min(),
                high=values.max(),
            )
        )


def _scale(largest: float, dark: bool) -> str:
    """The colours of the map as a bar, with its values."""
    colours = ", ".join(scale_colours(dark))
    ends = f"<span>{number(-largest)}</span><span>0</span><span>{number(largest)}</span>"
    return (
        f"<div class='nnlab-scale'><div style='background:linear-gradient(90deg,{colours})'></div>"
        f"<p>{ends}</p></div>"
    )


# Numbers -----------------------------------------------------------------------------------------


def _show_weights(network: nn.Sequential, layers: list[Layer], layer: int, unit: int) -> None:
    """Show the neuron's bias and each incoming weight. The browser keeps them up to date."""
    here, before = layers[layer], layers[layer - 1]
    assert here.weights is not None
    rows: list[tuple[str, float, Picked]] = [
        (unit_name(before, i), float(weight), (layer, unit, i))
        for i, weight in enumerate(here.weights[unit])
    ]
    if here.bias is not None:
        rows.insert(0, (_("bias"), float(here.bias[unit]), (layer, unit)))
    cells = "".join(
        f"<div><dt>{in_html(name)}</dt><dd title='{value!r}'{live_weight(network, at, '.4g')}>"
        f"{number(value, 4)}</dd></div>"
        for name, value, at in rows
    )
    label = in_html(_("Incoming weights"))
    st.html(f"<dl class='nnlab-weights' aria-label='{label}'>{cells}</dl>")
