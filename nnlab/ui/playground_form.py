"""The Playground's form: data, network and training as widgets, over a draft of an experiment.

What the form does not offer (a seed in a link, a schedule from a JSON file) stays as the draft
says it.
"""

from collections.abc import Callable
from typing import Any, cast

import streamlit as st

from nnlab.config import (
    Activation,
    Experiment,
    Layer,
    Linear,
    LogSoftmax,
    Model,
    PlaneClasses,
    mlp,
)
from nnlab.config.data import PlaneClassKind
from nnlab.config.layers import ActivationKind
from nnlab.ui.training_form import MAX_SEED, show_training, training_widgets

KINDS: dict[PlaneClassKind, str] = {
    "circle": "circle",
    "xor": "xor",
    "gauss": "gauss",
    "spiral": "spiral",
    "moons": "moons",
    "blobs": "blobs",
}
ACTIVATIONS: dict[ActivationKind, str] = {
    "relu": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "leaky_relu": "LeakyReLU",
    "gelu": "GELU",
    "silu": "SiLU",
}
BATCHES = [1, 2, 4, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256]
MAX_LAYERS, MAX_WIDTH = 6, 16


def hidden_layers(layers: tuple[Layer, ...]) -> tuple[list[int], str] | None:
    """The widths and the activation of a plain MLP; None for a network of another form."""
    widths = [layer.out_features for layer in layers if isinstance(layer, Linear)][:-1]
    kinds = [layer.kind for layer in layers if isinstance(layer, Activation)]
    activation = kinds[0] if kinds else "tanh"
    last = layers[-1]
    if not isinstance(last, Linear) or len(widths) > MAX_LAYERS:
        return None
    plain = mlp(*widths, outputs=last.out_features, activation=activation)
    if plain != layers or any(width > MAX_WIDTH for width in widths):
        return None
    return widths, activation


def widget_values(draft: Experiment) -> dict[str, Any]:
    """What the form's widgets show for a draft."""
    data, training = draft.data, draft.training
    assert isinstance(data, PlaneClasses)
    widths, activation = hidden_layers(draft.model.layers) or ([], "tanh")
    padded = [*widths, *[8] * MAX_LAYERS][:MAX_LAYERS]
    return {
        "dataset": data.kind,
        "noise": round(data.noise * 100),
        "points": data.points,
        "classes": data.classes if data.kind == "blobs" else 4,
        "train_share": round(data.train_share * 100),
        "hidden_layers": len(widths),
        **{f"width_{index}": width for index, width in enumerate(padded)},
        "activation": activation,
        **training_widgets(training),
        "data_seed": data.seed,
        "model_seed": draft.model.seed,
    }


def show_form(draft: Experiment, *, on_rate: Callable[[], None]) -> Experiment:
    """Draw the widgets, and return the experiment that they say. `on_rate` follows the rate."""
    data = _data_form(cast(PlaneClasses, draft.data))
    model = _network_form(draft.model, data.classes)
    training = show_training(draft.training, batches=BATCHES, on_rate=on_rate)
    # A plain network in place of one that ended in a log_softmax wants its loss.
    loss = "nll" if isinstance(model.layers[-1], LogSoftmax) else "cross_entropy"
    training = training.model_copy(update={"loss": loss})
    return Experiment(data=data, model=model, training=training)


def _data_form(data: PlaneClasses) -> PlaneClasses:
    st.markdown("##### Data")
    kind = st.pills(
        "Data set",
        list(KINDS),
        format_func=KINDS.__getitem__,
        key="dataset",
        required=True,
        label_visibility="collapsed",
    )
    noise = st.slider("Noise", 0, 50, step=5, format="%d %%", key="noise")
    if kind == "blobs":
        st.slider("Classes", 2, 10, key="classes")
    with st.popover("Points and seed", width="stretch"):
        st.number_input("Points", 10, 5000, step=10, key="points")
        st.slider("Share that trains", 10, 90, step=10, format="%d %%", key="train_share")
        st.number_input("data seed", 0, MAX_SEED, key="data_seed")
    chosen = st.session_state
    return PlaneClasses(
        kind=kind or data.kind,
        noise=_exact(noise, data.noise),
        points=chosen["points"],
        classes=chosen["classes"] if kind == "blobs" else 2,
        train_share=_exact(chosen["train_share"], data.train_share),
        seed=chosen["data_seed"],
    )


def _exact(percent: int, share: float) -> float:
    """The draft's own share where the widget only rounds it."""
    return share if percent == round(share * 100) else percent / 100


def _network_form(model: Model, outputs: int) -> Model:
    st.markdown("##### Network")
    if hidden_layers(model.layers) is None:
        kinds = " → ".join(layer.kind for layer in model.layers)
        st.caption(f"A network of its own: {kinds}.")
        if not st.toggle("Build a plain one instead", key="plain_network"):
            return model
    count = int(st.number_input("Hidden layers", 0, MAX_LAYERS, key="hidden_layers"))
    for start in range(0, count, 3):
        row = range(start, min(start + 3, count))
        for index, column in zip(row, st.columns(3), strict=False):
            column.number_input(
                f"Layer {index + 1}",
                1,
                MAX_WIDTH,
                key=f"width_{index}",
                help=f"Neurons of hidden layer {index + 1}, 1 to {MAX_WIDTH}."
                if not index
                else None,
            )
    activation = st.selectbox(
        "Activation",
        list(ACTIVATIONS),
        format_func=ACTIVATIONS.__getitem__,
        key="activation",
        disabled=count == 0,
    )
    widths = [int(st.session_state[f"width_{index}"]) for index in range(count)]
    layers = mlp(*widths, outputs=outputs, activation=activation)
    return Model(layers=layers, seed=int(st.session_state["model_seed"]))
