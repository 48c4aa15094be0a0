"""The part of the Playground's form that says the layers, and how weights begin."""

from dataclasses import replace
from typing import Any, cast

import streamlit as st

from nnlab.config import (
    DefaultInit,
    Init,
    Layer,
    Model,
    NamedInit,
    NormalInit,
    UniformInit,
)
from nnlab.config.layers import ActivationKind
from nnlab.data.description import Info
from nnlab.texts import N_, _
from nnlab.ui.components.layout import part
from nnlab.ui.forms.training_form import MAX_SEED, ending_for
from nnlab.ui.playground.form.layers import (
    MAX_LAYERS,
    RAW,
    Hidden,
    Mlp,
    compose,
    recognise,
)
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.widgets import playground as widgets

ACTIVATIONS: dict[ActivationKind, str] = {
    "relu": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "leaky_relu": "LeakyReLU",
    "gelu": "GELU",
    "silu": "SiLU",
}
LINEAR, EACH = "linear", "each"
CHOICES = {**ACTIVATIONS, LINEAR: N_("Linear")}
INITS: dict[str, Init] = {
    "default": DefaultInit(),
    "xavier_uniform": NamedInit(kind="xavier_uniform"),
    "xavier_normal": NamedInit(kind="xavier_normal"),
    "kaiming_uniform": NamedInit(kind="kaiming_uniform"),
    "kaiming_normal": NamedInit(kind="kaiming_normal"),
    "uniform": UniformInit(),
    "normal": NormalInit(),
    "zeros": NamedInit(kind="zeros"),
}
MAX_WIDTH = 16
WIDTH = 8
"""Width of a layer that is added."""


def layers_widgets(model: Model, inputs: int) -> dict[str, Any]:
    """Return the widgets' values for a draft whose data have `inputs` columns."""
    mlp = known(model.layers) or Mlp(hidden=(Hidden(WIDTH), Hidden(WIDTH)))
    last = mlp.hidden[-1].activation if mlp.hidden else "tanh"
    spare = Hidden(WIDTH, last)
    hidden = [*mlp.hidden, *[spare] * MAX_LAYERS][:MAX_LAYERS]
    values: dict[str, Any] = {
        "inputs": list(dict.fromkeys(mlp.inputs or RAW.get(inputs, ()))),
        "hidden_layers": len(mlp.hidden),
        "activation": _common_activation(mlp.hidden),
        "init": mlp.init.kind,
    }
    for index, layer in enumerate(hidden):
        values[f"width_{index}"] = layer.width
        values[f"activation_{index}"] = layer.activation or LINEAR
        values[f"dropout_{index}"] = layer.dropout
        values[f"batch_norm_{index}"] = layer.batch_norm
    return values


def _common_activation(hidden: tuple[Hidden, ...]) -> str:
    kinds = {layer.activation or LINEAR for layer in hidden}
    return "tanh" if not kinds else kinds.pop() if len(kinds) == 1 else EACH


def known(layers: tuple[Layer, ...]) -> Mlp | None:
    """The form's words for these layers, whichever loss they end for; None where it has none."""
    return recognise(ending_for(layers, "cross_entropy"))


def show_layers(model: Model, before: Info, now: Info, begun: Mlp) -> Model:
    """Draw the widgets in a row, and return the network that they say.

    Args:
        model: the draft's.
        before: of the data that the draft's network was made for.
        now: of the data that the form says.
        begun: the inputs of the network, and the layer that brings these data to one size.
    """
    mlp = known(model.layers)
    state = playground_state()
    if mlp is None and before == now and not state.is_plain_asked:
        return _show_own(model)
    state.is_plain_asked = False
    count = _show_count()
    with st.popover(_("Layers"), key=widgets.key("layers_fold"), width="stretch"):
        _show_widths(count)
        init = _show_details(count, mlp.init if mlp is not None else DefaultInit())
        st.button(_("New weights"), key=widgets.key("new_weights"), on_click=_next_weights)
    layers = compose(replace(begun, hidden=_hidden(count), init=init), now.outputs)
    return Model(layers=layers, seed=int(widgets["model_seed"]))


def _next_weights() -> None:
    seed = int(widgets["model_seed"])
    widgets["model_seed"] = (seed + 1) % (MAX_SEED + 1)


# Hidden layers -----------------------------------------------------------------------------------


def _show_own(model: Model) -> Model:
    """A network that the form has no words for stays as it is, until a plain one is asked for."""
    kinds = " → ".join(layer.kind for layer in model.layers)
    with st.popover(_("Its own"), key=widgets.key("layers_fold"), width="stretch"):
        st.caption(_("A network of its own: {kinds}.", kinds=kinds))
        st.button(_("Build a plain one instead"), key=widgets.key("plain_network"), on_click=_build)
        st.button(_("New weights"), key=widgets.key("new_weights"), on_click=_next_weights)
    return model.model_copy(update={"seed": int(widgets["model_seed"])})


def _build() -> None:
    playground_state().is_plain_asked = True


def _show_count() -> int:
    """How many hidden layers, and the activation of all."""
    count = int(
        st.number_input(_("Hidden layers"), 0, MAX_LAYERS, key=widgets.key("hidden_layers"))
    )
    st.selectbox(
        _("Activation"),
        [*CHOICES, EACH],
        format_func=lambda kind: _("each its own") if kind == EACH else _(CHOICES[kind]),
        key="activation",
        disabled=count == 0,
        on_change=_same_for_all,
    )
    return count


def _show_widths(count: int) -> None:
    """The width of each layer, and its activation where each has its own."""
    for start in range(0, count, 3):
        row = range(start, min(start + 3, count))
        for index, column in zip(row, st.columns(3), strict=False):
            key = f"width_{index}"
            most = max(MAX_WIDTH, widgets[key])
            column.number_input(_("Layer {index}", index=index + 1), 1, most, key=widgets.key(key))
    with part("activations", used=widgets["activation"] == EACH and count > 0):
        for start in range(0, count, 2):
            row = range(start, min(start + 2, count))
            for index, column in zip(row, st.columns(2), strict=False):
                column.selectbox(
                    _("Activation {index}", index=index + 1),
                    list(CHOICES),
                    format_func=lambda kind: _(CHOICES[kind]),
                    key=widgets.key(f"activation_{index}"),
                )


def _hidden(count: int) -> tuple[Hidden, ...]:
    """The hidden layers that the widgets say."""
    each = widgets["activation"] == EACH
    kinds = [
        widgets[f"activation_{index}"] if each else widgets["activation"] for index in range(6)
    ]
    return tuple(
        Hidden(
            width=int(widgets[f"width_{index}"]),
            activation=None if kinds[index] == LINEAR else cast(ActivationKind, kinds[index]),
            batch_norm=bool(widgets[f"batch_norm_{index}"]),
            dropout=float(widgets[f"dropout_{index}"]),
        )
        for index in range(count)
    )


def _same_for_all() -> None:
    """Choosing an activation for all says it for each, so that each may begin from there."""
    kind = widgets["activation"]
    if kind != EACH:
        for index in range(MAX_LAYERS):
            widgets[f"activation_{index}"] = kind


def _show_details(count: int, before: Init) -> Init:
    """Dropout and batch norm of each layer, and how weights begin."""
    for index in range(count):
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        key = f"dropout_{index}"
        left.slider(
            _("Dropout {index}", index=index + 1),
            0.0,
            max(0.9, widgets[key]),
            step=0.05,
            key=widgets.key(key),
        )
        right.checkbox(
            _("Batch norm {index}", index=index + 1), key=widgets.key(f"batch_norm_{index}")
        )
    kind = st.selectbox(
        _("Initial weights"),
        list(INITS),
        format_func=lambda kind: _said(before if kind == before.kind else INITS[kind]),
        key=widgets.key("init"),
        help=_("As in `torch.nn.init`; biases begin at 0, PyTorch's own draws them as well."),
    )
    return before if kind == before.kind else INITS[kind]


def _said(init: Init) -> str:
    match init:
        case NormalInit():
            return _("normal, mean {mean:g}, std {std:g}", mean=init.mean, std=init.std)
        case UniformInit():
            return _("uniform {low:g} to {high:g}", low=init.a, high=init.b)
        case _:
            return _("PyTorch's own") if init.kind == "default" else init.kind
