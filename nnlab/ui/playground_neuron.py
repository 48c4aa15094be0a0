"""What is picked on the drawing, large and as numbers: a neuron's map, its weights, its bias."""

from functools import lru_cache, partial
from html import escape

import numpy as np
import streamlit as st

from nnlab.config import Data
from nnlab.config.data import task_of
from nnlab.figures.boundary import points_traces
from nnlab.figures.network import unit_name
from nnlab.figures.neuron import (
    describe_neuron,
    neuron_line_figure,
    neuron_plane_figure,
    scale_colours,
    value_scale,
)
from nnlab.figures.theme import Spec
from nnlab.insight.input_slice import InputSlice
from nnlab.insight.neurons import Neurons
from nnlab.ui.chart import show_chart
from nnlab.ui.network_drawing import Picked
from nnlab.ui.network_layers import Layer, drawn_layers, maps_of, parameters_of
from nnlab.ui.playground_frame import Frame, splits_of
from nnlab.ui.playground_points_plane import drawn_parts, slice_of
from nnlab.ui.playground_reach import reach
from nnlab.ui.playground_scale import limit_of
from nnlab.ui.playground_weight import show_editor

LARGE = 64
"""Pixels along each side of the large map."""


def show_picked(frame: Frame, picked: Picked) -> None:
    """The neuron (layer, unit) or the weight (layer, unit, source), and how to change it."""
    layers = frame.moment.once(
        ("layers", frame.state.draft.data),
        lambda network: drawn_layers(
            network, frame.state.draft.data, frame.splits.info, reach(frame)
        ),
    )
    layer, unit, *source = picked
    name = unit_name(layers[layer], unit)
    if source:
        name = f"weight from {unit_name(layers[layer - 1], source[0])} to {name}"
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(f"**{name[0].upper()}{name[1:]}**")
        st.button("Close", key="unpick", on_click=partial(_unpick, frame), type="tertiary")
    large, numbers = st.columns([3, 2], gap="small") if not source else (None, st.container())
    if large is not None:
        with large:
            _show_map(frame, layer, unit, name)
    if not layer:
        return
    with numbers:
        if not source:
            _show_weights(layers, layer, unit)
        show_editor(frame, picked, parameters_of(frame.moment.network, layers, picked))


def _unpick(frame: Frame) -> None:
    frame.state.picked = None


# Large -------------------------------------------------------------------------------------------


def _show_map(frame: Frame, layer: int, unit: int, name: str) -> None:
    extent, info, data = reach(frame), frame.splits.info, frame.state.draft.data
    cut = slice_of(data)
    maps: list[Neurons] | None = frame.moment.once(
        ("large", data, cut),
        lambda network: maps_of(network, info, extent, resolution=LARGE, cut=cut),
    )
    if maps is None:
        return
    values = maps[layer].values[unit]
    kinds = " → ".join(maps[layer].kinds)
    figure = (
        neuron_plane_figure(
            values,
            _points(data, frame.state.look.validation, frame.dark, cut),
            extent=extent,
            class_names=info.class_names,
            dark=frame.dark,
        )
        if values.ndim == 2
        else neuron_line_figure(values, extent=extent, dark=frame.dark)
    )
    show_chart(figure, key="neuron_chart", alt=describe_neuron(name, values))
    if values.ndim == 2:
        st.html(_scale(value_scale(values), frame.dark))
    if kinds:
        st.caption(f"After {kinds}: {values.min():.4g} to {values.max():.4g} over the picture.")


@lru_cache(maxsize=64)
def _points(data: Data, validation: bool, dark: bool, cut: InputSlice | None) -> list[Spec]:
    splits, task = splits_of(data), task_of(data)
    parts = drawn_parts(data)
    x = np.concatenate([part.x.numpy() for part in parts])
    return points_traces(
        x if cut is None else cut.place(x),
        np.concatenate([part.y.numpy() for part in parts]),
        np.repeat([False, True], [len(part) for part in parts]),
        task=task,
        classes=splits.info.outputs,
        limit=limit_of(data, splits) if task == "regression" else 1.0,
        show_validation=validation,
        dark=dark,
    )


def _scale(largest: float, dark: bool) -> str:
    """The colours of the map as a bar, with its values."""
    colours = ", ".join(scale_colours(dark))
    ends = f"<span>−{largest:.3g}</span><span>0</span><span>{largest:.3g}</span>"
    return (
        f"<div class='nnlab-scale'><div style='background:linear-gradient(90deg,{colours})'></div>"
        f"<p>{ends}</p></div>"
    )


# Numbers -----------------------------------------------------------------------------------------


def _show_weights(layers: list[Layer], layer: int, unit: int) -> None:
    """All that enters the neuron: its bias, and each weight."""
    here, before = layers[layer], layers[layer - 1]
    assert here.weights is not None
    rows = [(unit_name(before, i), float(weight)) for i, weight in enumerate(here.weights[unit])]
    if here.bias is not None:
        rows.insert(0, ("bias", float(here.bias[unit])))
    cells = "".join(
        f"<div><dt>{escape(name)}</dt><dd title='{value!r}'>{value:.4g}</dd></div>"
        for name, value in rows
    )
    st.html(f"<dl class='nnlab-weights' aria-label='Incoming weights'>{cells}</dl>")
