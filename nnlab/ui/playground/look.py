"""The switches of the Playground's charts, in the live fragment: a click makes that alone run."""

from dataclasses import replace
from typing import Any

import streamlit as st

from nnlab.texts import _
from nnlab.ui.session.address import write_look
from nnlab.ui.session.chart_options import SMOOTHEST
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import playground as widgets


def show_switch(state: PlaygroundState, name: str, label: str) -> None:
    """A switch of one field of the look."""
    key = _filled(state, name)
    st.toggle(label, key=key, on_change=_take, args=(state, name))


def show_smoothing(state: PlaygroundState) -> None:
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


def show_units(state: PlaygroundState, layers: int) -> None:
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
    widgets.setdefault(f"look_{name}", getattr(state.look, name))
    return widgets.key(f"look_{name}")


def _take(state: PlaygroundState, name: str) -> None:
    _set(state, name, widgets[f"look_{name}"])
    write_look(state)


def _set(state: PlaygroundState, name: str, value: Any) -> None:
    state.look = replace(state.look, **{name: value})
    widgets[f"look_{name}"] = value
