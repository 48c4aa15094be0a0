"""How the Playground's charts are drawn: a fold in the live part, which alone runs at a click."""

from dataclasses import replace
from typing import Any

import streamlit as st
from torch import nn

from nnlab.texts import _
from nnlab.ui.playground.form.points_plane import show_how_many
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.plane import is_curve, is_plane
from nnlab.ui.session.address import write_look
from nnlab.ui.session.chart_options import SMOOTHEST
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import playground as widgets


def show_look(frame: Frame) -> None:
    """The fold, with what fits the data."""
    state = frame.state
    with st.popover(_("View"), icon=":material/tune:", key=widgets.key("look")):
        if is_curve(frame) or is_plane(frame):
            _show_switch(state, "validation", _("Validation points"))
        if is_plane(frame):
            _show_switch(state, "discretize", _("Discretize"))
        if is_curve(frame):
            layers = sum(isinstance(layer, nn.Linear) for layer in frame.moment.network) - 1
            _show_units(state, max(layers, 0))
        with st.container(key="curves_look"):
            _show_switch(state, "log_loss", _("Log scale"))
            _show_smoothing(state)
    show_how_many(state.draft.data)


def _show_switch(state: PlaygroundState, name: str, label: str) -> None:
    """A switch of one field of the look."""
    key = _filled(state, name)
    st.toggle(label, key=key, on_change=_take, args=(state, name))


def _show_smoothing(state: PlaygroundState) -> None:
    """The slider of the moving average."""
    key = _filled(state, "smoothing")
    st.slider(
        _("Smoothing"),
        0.0,
        SMOOTHEST,
        step=0.01,
        key=key,
        on_change=_take,
        args=(state, "smoothing"),
    )


def _show_units(state: PlaygroundState, layers: int) -> None:
    """Which hidden layer's units are shown, if any."""
    if state.look.units > layers:
        _set(state, "units", 0)
    key = _filled(state, "units")
    st.selectbox(
        _("Hidden units' curves"),
        range(layers + 1),
        format_func=lambda layer: _("hidden layer {layer}", layer=layer) if layer else _("none"),
        key=key,
        on_change=_take,
        args=(state, "units"),
        disabled=not layers,
    )


def _filled(state: PlaygroundState, name: str) -> str:
    """The key of a field's widget, whose value Streamlit forgets on a visit to another page."""
    value = getattr(state.look, name)
    if widgets.get(f"look_{name}") != value:  # forgotten, or another one since Back
        widgets[f"look_{name}"] = value
    return widgets.key(f"look_{name}")


def _take(state: PlaygroundState, name: str) -> None:
    _set(state, name, widgets[f"look_{name}"])
    write_look(state)


def _set(state: PlaygroundState, name: str, value: Any) -> None:
    state.look = replace(state.look, **{name: value})
    widgets[f"look_{name}"] = value
