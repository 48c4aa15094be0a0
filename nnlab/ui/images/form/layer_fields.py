"""The widgets for the fields of the layer that is chosen in the builder.

All widgets are always drawn, and those that do not apply are hidden, so that none is empty when it
is shown again.
"""

from typing import Any

import streamlit as st

from nnlab.config import (
    Activation,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Normalize,
    Pool2d,
)
from nnlab.models.layer_source import CLASSES as ACTIVATIONS
from nnlab.texts import _
from nnlab.ui.components.layout import part
from nnlab.ui.session.widgets import images as widgets

POOLS = {"max_pool2d": "MaxPool2d", "avg_pool2d": "AvgPool2d"}
FRESH: dict[str, Layer] = {
    "Conv2d": Conv2d(out_channels=8, kernel_size=3, padding=1),
    "ReLU …": Activation(kind="relu"),
    "MaxPool2d": Pool2d(kind="max_pool2d"),
    "AvgPool2d": Pool2d(kind="avg_pool2d"),
    "Flatten": Flatten(),
    "Linear": Linear(out_features=64),
    "Dropout": Dropout(p=0.25),
    "BatchNorm": BatchNorm(),
    "Normalize": Normalize(),
}
"""The layers that a person can add, with their initial settings."""
DEFAULTS: dict[str, Any] = {
    "layer_out_features": 64,
    "layer_out_channels": 8,
    "layer_kernel_size": 3,
    "layer_stride": 1,
    "layer_padding": 0,
    "layer_bias": True,
    "layer_pool": "max_pool2d",
    "layer_pool_size": 2,
    "layer_pool_stride": None,
    "layer_activation": "relu",
    "layer_p": 0.25,
    "layer_mean": 0.5,
    "layer_std": 0.5,
}
"""The value of each widget, by key, while it does not apply to the layer."""


def fill_fields(layer: Layer) -> None:
    """Fill the widgets with the fields of a layer. To be called before they are drawn."""
    for key, value in (DEFAULTS | _said_by(layer)).items():
        widgets[key] = value


def _said_by(layer: Layer) -> dict[str, Any]:
    match layer:
        case Linear():
            return {"layer_out_features": layer.out_features, "layer_bias": layer.bias}
        case Conv2d():
            return {
                f"layer_{name}": getattr(layer, name)
                for name in ("out_channels", "kernel_size", "stride", "padding", "bias")
            }
        case Pool2d():
            return {
                "layer_pool": layer.kind,
                "layer_pool_size": layer.kernel_size,
                "layer_pool_stride": layer.stride,
            }
        case Activation():
            return {"layer_activation": layer.kind}
        case Dropout():
            return {"layer_p": layer.p}
        case Normalize():
            return {"layer_mean": layer.mean, "layer_std": layer.std}
        case _:
            return {}


def read_fields(layer: Layer) -> Layer:
    """Return the layer with the widgets' values; fields without a widget (its `init`) stay."""
    said = {key: widgets[key] for key in _said_by(layer)}
    names = {
        "layer_pool": "kind",
        "layer_pool_size": "kernel_size",
        "layer_pool_stride": "stride",
        "layer_activation": "kind",
    }
    fields = {names.get(key, key.removeprefix("layer_")): value for key, value in said.items()}
    return type(layer).model_validate({**dict(layer), **fields})


def show_fields(layer: Layer) -> None:
    """Draw the widgets, with the values from `fill_fields` or as edited since."""
    with part("layer_linear", used=isinstance(layer, Linear)):
        st.number_input(_("out_features"), 1, 4096, key=widgets.key("layer_out_features"))
    with part("layer_conv", used=isinstance(layer, Conv2d)):
        left, right = st.columns(2)
        left.number_input(_("out_channels"), 1, 512, key=widgets.key("layer_out_channels"))
        right.number_input(_("kernel_size"), 1, 28, key=widgets.key("layer_kernel_size"))
        left.number_input(_("stride"), 1, 28, key=widgets.key("layer_stride"))
        right.number_input(_("padding"), 0, 14, key=widgets.key("layer_padding"))
    with part("layer_bias", used=isinstance(layer, Linear | Conv2d)):
        st.toggle(_("bias"), key=widgets.key("layer_bias"))
    with part("layer_pool", used=isinstance(layer, Pool2d)):
        st.segmented_control(
            _("kind"),
            list(POOLS),
            format_func=POOLS.__getitem__,
            key=widgets.key("layer_pool"),
            required=True,
        )
        left, right = st.columns(2)
        left.number_input(_("kernel_size"), 1, 28, key=widgets.key("layer_pool_size"))
        right.number_input(
            _("stride"),
            1,
            28,
            value=None,
            placeholder=_("same as kernel"),
            key=widgets.key("layer_pool_stride"),
        )
    with part("layer_activation", used=isinstance(layer, Activation)):
        st.selectbox(
            _("kind"),
            list(ACTIVATIONS),
            format_func=ACTIVATIONS.__getitem__,
            key=widgets.key("layer_activation"),
        )
    with part("layer_dropout", used=isinstance(layer, Dropout)):
        st.slider("p", 0.0, max(0.95, widgets["layer_p"]), step=0.05, key=widgets.key("layer_p"))
    with part("layer_normalize", used=isinstance(layer, Normalize)):
        left, right = st.columns(2)
        left.number_input(_("mean"), key=widgets.key("layer_mean"), format="%g", step=0.01)
        lowest = min(1e-6, widgets["layer_std"])
        right.number_input(_("std"), lowest, key=widgets.key("layer_std"), format="%g", step=0.01)
