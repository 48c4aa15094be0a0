"""The builder of image networks: a list of layers to add, remove, move and edit.

The layers are kept in the session's state; the fields of the chosen one are shown below the list.
Clicks are handled before the list is drawn, so list, draft and code always agree.
"""

from pathlib import Path

import streamlit as st

from nnlab.config import Flatten, Layer, Linear
from nnlab.errors import InvalidExperimentError
from nnlab.models.layer_source import layer_source
from nnlab.models.shapes import LayerShape, Shape, trace_as_far
from nnlab.texts import _
from nnlab.ui.images.form.layer_fields import FRESH, fill_fields, read_fields, show_fields
from nnlab.ui.messages import say
from nnlab.ui.session.labs import images_state
from nnlab.ui.session.widgets import images as widgets

STYLE = Path(__file__).with_name("builder.css")
MOST = 63
"""Largest number of layers, not counting the log_softmax that a loss may add at the end."""


def start_from(layers: tuple[Layer, ...]) -> None:
    """Set the layers that the builder shows when it is opened next."""
    state = images_state()
    state.layers, state.chosen_layer, state.fields_of = layers, max(len(layers) - 2, 0), None


def show_builder(shape: Shape, outputs: int) -> tuple[Layer, ...]:
    """Draw the list and the fields of the chosen layer. Return the edited layers.

    Args:
        shape: shape of one picture, channels × height × width.
        outputs: number of outputs that the network must have.
    """
    layers = _edited()
    chosen = images_state().chosen_layer
    rows, error = trace_as_far(layers, shape)
    st.html(STYLE)
    with st.container(key="layer_rows", gap=None):
        for index, layer in enumerate(layers):
            row = rows[index] if index < len(rows) else None
            st.button(
                _label(index, layer, row),
                key=widgets.key(f"layer_row_{index}"),
                type="secondary" if index == chosen else "tertiary",
                width="stretch",
                on_click=_choose,
                args=(index,),
            )
            if error is not None and index == len(rows):
                say("error", error)
    _show_sum(rows, error, shape, outputs)
    with st.container(border=True, key="layer_fields"):
        _show_chosen(layers, chosen)
    return layers


def _edited() -> tuple[Layer, ...]:
    """Return the layers with the chosen one as its widgets were edited, and refill the widgets."""
    _take_over()
    state = images_state()
    layer = state.layers[state.chosen_layer]
    fill_fields(layer)
    state.fields_of = _place(layer)
    return state.layers


def _take_over() -> None:
    """Copy the widgets' values into the chosen layer, if the widgets show that layer."""
    state = images_state()
    layers, chosen = state.layers, state.chosen_layer
    if state.fields_of == _place(layers[chosen]):
        layer = read_fields(layers[chosen])
        state.layers = (*layers[:chosen], layer, *layers[chosen + 1 :])


def _place(layer: Layer) -> tuple[int, str]:
    """Return the chosen index and the layer's type, which identify the layer being edited.

    The type and not its `kind`, since a widget can change that (ReLU to Tanh).
    """
    return images_state().chosen_layer, type(layer).__name__


def _label(index: int, layer: Layer, row: LayerShape | None) -> str:
    """Return text such as `3 · **Conv2d(1, 8, 3, padding=1)** → 8 × 28 × 28 · 80`."""
    if row is None:
        return _("{number} · **{kind}** does not fit", number=index + 1, kind=layer.kind)
    shape = " × ".join(f"{size:,}" for size in row.output_shape)
    count = f" · {row.parameters:,}" if row.parameters else ""
    return f"{index + 1} · **{name_of(row)}** → {shape}{count}"


def name_of(row: LayerShape) -> str:
    """Return PyTorch's name of a layer, such as `Linear(784, 10)`."""
    made = layer_source(row).module.removeprefix("initialised(").removeprefix("nn.")
    return made.partition("),")[0] + ")" if "), " in made else made


def _show_sum(
    rows: list[LayerShape], error: InvalidExperimentError | None, shape: Shape, outputs: int
) -> None:
    """Show the number of parameters, and a fix if the outputs do not match the classes."""
    if error is not None:
        return
    total = sum(row.parameters for row in rows)
    end = rows[-1].output_shape
    wide = " × ".join(map(str, shape))
    st.caption(
        _(
            "Input: {shape}; {total:,} parameters in total. Each row shows a layer, the shape of"
            " its output and its parameters. Click one to edit it.",
            shape=wide,
            total=total,
        )
    )
    if end != (outputs,):
        has = " × ".join(map(str, end))
        st.button(
            _(
                "The network has {shape} outputs, the data {classes} classes: change to {classes}",
                shape=has,
                classes=outputs,
            ),
            key=widgets.key("mend_outputs"),
            icon=":material/build:",
            on_click=_end_in,
            args=(outputs, end),
            width="stretch",
        )


def _show_chosen(layers: tuple[Layer, ...], chosen: int) -> None:
    """Show the fields of the chosen layer, and the buttons to move, remove and add layers."""
    st.markdown(_("**Layer {number}** · {kind}", number=chosen + 1, kind=layers[chosen].kind))
    show_fields(layers[chosen])
    with st.container(horizontal=True, gap="small", key="layer_actions"):
        st.button(
            _("Up"), key=widgets.key("layer_up"), on_click=_move, args=(-1,), disabled=chosen == 0
        )
        is_last = chosen == len(layers) - 1
        st.button(
            _("Down"), key=widgets.key("layer_down"), on_click=_move, args=(1,), disabled=is_last
        )
        is_only = len(layers) == 1
        st.button(_("Remove"), key=widgets.key("layer_remove"), on_click=_remove, disabled=is_only)
    st.pills(
        _("Add a layer below"),
        list(FRESH),
        key=widgets.key("layer_add"),
        on_change=_add,
        disabled=len(layers) >= MOST,
    )


# Clicks, which also take over a field that is still being edited ---------------------------------


def _choose(index: int) -> None:
    _take_over()
    _put(images_state().layers, index)


def _put(layers: tuple[Layer, ...], chosen: int) -> None:
    state = images_state()
    state.layers, state.chosen_layer = layers, min(max(chosen, 0), len(layers) - 1)
    state.fields_of = None


def _move(by: int) -> None:
    _take_over()
    state = images_state()
    layers, chosen = list(state.layers), state.chosen_layer
    to = chosen + by
    if 0 <= to < len(layers):  # a click may reach the server twice
        layers[chosen], layers[to] = layers[to], layers[chosen]
        _put(tuple(layers), to)


def _remove() -> None:
    layers, chosen = images_state().layers, images_state().chosen_layer
    if len(layers) > 1:
        _put((*layers[:chosen], *layers[chosen + 1 :]), chosen - 1)


def _add() -> None:
    _take_over()
    layers, chosen = images_state().layers, images_state().chosen_layer
    kind = widgets["layer_add"]
    widgets["layer_add"] = None
    if kind is not None and len(layers) < MOST:
        _put((*layers[: chosen + 1], FRESH[kind], *layers[chosen + 1 :]), chosen + 1)


def _end_in(outputs: int, end: Shape) -> None:
    _take_over()
    layers = ending_in(images_state().layers, outputs, end)
    _put(layers, len(layers) - 1)


def ending_in(layers: tuple[Layer, ...], outputs: int, end: Shape) -> tuple[Layer, ...]:
    """Return the layers with a last linear layer of `outputs` values.

    If the last layer, whose output has the shape `end`, is not linear, one is appended.
    """
    *before, last = layers
    if isinstance(last, Linear):
        return (*before, last.model_copy(update={"out_features": outputs}))
    flat: tuple[Layer, ...] = () if len(end) == 1 else (Flatten(),)
    return (*layers, *flat, Linear(out_features=outputs))
