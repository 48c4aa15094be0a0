"""The form of the Images page: data, architecture and training, over a draft of an experiment.

What the form does not offer (early stopping in a link, a network of another form) stays as the
draft says it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.config import Experiment, Images, Layer, Model, Normalize, Training
from nnlab.config.data import ImageKind
from nnlab.data.images import CLASS_NAMES, COUNTS, SHAPES, describe, sizes
from nnlab.data.published import SETS
from nnlab.errors import NnlabError
from nnlab.models import trace
from nnlab.recipes import RECIPES
from nnlab.ui.experiment_text import layer_lines
from nnlab.ui.image_data import LABELS
from nnlab.ui.image_models import (
    MAX_CHANNELS,
    MAX_WIDTH,
    Architecture,
    Kind,
    compose,
    read_sizes,
    recognise,
    write_sizes,
)
from nnlab.ui.lab import part
from nnlab.ui.playground_form import ACTIVATIONS
from nnlab.ui.training_form import MAX_SEED, ending_for, show_training, training_widgets

ARCHITECTURES: dict[Kind, str] = {"softmax": "softmax regression", "mlp": "MLP", "cnn": "CNN"}
TEST = {
    "sealed": "",
    "at_end": " The test pictures are looked at once, at the end; that is counted.",
    "validates": " The test pictures validate, as they did in the original; that is counted.",
}
DIGITS_PIXELS = (0.13, 0.31)
"""Mean and standard deviation of the pixels of the embedded digits that train."""


def form_of(kind: str) -> str:
    """The recipe whose budget and dropout are usual for a data set."""
    return "digits-mlp" if kind == "digits" else "mnist-mlp"


CHOSEN_BEFORE = "dataset_before"
"""Where the session keeps the data set that the form said last."""
BATCHES = [10, 20, 32, 50, 64, 100, 128, 200, 256, 500, 1000]
WIDTHS, CHANNELS = (200, 60), (8, 16)
WIDTHS_HELP = "The width of each hidden linear layer, parted by commas: 200, 60."

UNFIT = "does not fit"


@dataclass(frozen=True)
class Said:
    """What the form says."""

    draft: Experiment
    problem: str | None
    """Why a part of the form says nothing valid; the draft keeps what it was there."""
    samples: DeltaGenerator
    """The place for pictures of the data set."""


def widget_values(draft: Experiment) -> dict[str, Any]:
    """What the form's widgets show for a draft."""
    data = draft.data
    assert isinstance(data, Images)
    known = recognise(ending_for(draft.model.layers, "cross_entropy")) or Architecture(
        "mlp", WIDTHS
    )
    return {
        "dataset": data.kind,
        "train_size": data.train_size,
        "data_seed": data.seed,
        "architecture": known.kind,
        "widths": write_sizes(known.widths if known.kind == "mlp" else WIDTHS),
        "channels": write_sizes(known.channels or CHANNELS),
        "head_widths": write_sizes(known.widths if known.kind == "cnn" else ()),
        "kernel_size": known.kernel_size,
        "activation": known.activation,
        "dropout": known.dropout,
        "input_dropout": known.input_dropout,
        **training_widgets(draft.training),
        "epochs": draft.training.epochs,
        "model_seed": draft.model.seed,
    }


def usual(kind: ImageKind) -> dict[str, Any]:
    """What a form that still says the usual of one data set changes to with another."""
    values = widget_values(RECIPES[form_of(kind)].experiment)
    return {key: values[key] for key in ("epochs", "batch_size", "dropout", "input_dropout")}


def change_usual() -> None:
    """Another data set was chosen: what says the usual of the old one now says that of the new."""
    old: ImageKind = st.session_state[CHOSEN_BEFORE]
    new: ImageKind = st.session_state["dataset"] or old
    st.session_state["train_size"] = None
    fresh = usual(new)
    for key, value in usual(old).items():
        if st.session_state.get(key) == value:
            st.session_state[key] = fresh[key]


def show_form(draft: Experiment, *, on_rate: Callable[[], None]) -> Said:
    """Draw the widgets, and return what they say. `on_rate` follows the rate."""
    data, samples = _data_form(cast(Images, draft.data))
    model, problem = _network_form(draft, data)
    training = show_training(
        draft.training,
        batches=BATCHES,
        on_rate=on_rate,
        more=lambda: _budget_form(draft.training, data.kind),
    )
    model = model.model_copy(update={"layers": ending_for(model.layers, training.loss)})
    return Said(Experiment(data=data, model=model, training=training), problem, samples)


def _data_form(data: Images) -> tuple[Images, DeltaGenerator]:
    st.markdown("##### Data")
    kind = st.pills(
        "Data set",
        list(LABELS),
        format_func=LABELS.__getitem__,
        key="dataset",
        required=True,
        label_visibility="collapsed",
        on_change=change_usual,
    )
    kind = cast(ImageKind, kind or data.kind)
    st.session_state[CHOSEN_BEFORE] = kind
    samples = st.container(key="samples")
    with st.popover("Size and seed", width="stretch"):
        size = st.number_input(
            "Pictures to train on",
            10,
            max(COUNTS[kind][0], st.session_state["train_size"] or 0),
            value=None,
            placeholder="all",
            key="train_size",
            help="Fewer are drawn at random by the data seed.",
        )
        seed = st.number_input("data seed", 0, MAX_SEED, key="data_seed")
    validation = data.validation if kind == data.kind else -1
    chosen = Images(kind=kind, train_size=size, seed=seed, validation=validation, test=data.test)
    try:
        train, val, _ = sizes(chosen)
        channels, height, width = SHAPES[kind]
        colour = "grey" if channels == 1 else "in colour"
        st.caption(
            f"{train:,} pictures train, {val:,} validate. Each is {height} × {width}, {colour},"
            f" of {len(CLASS_NAMES[kind])} classes.{TEST[chosen.test]}"
        )
    except NnlabError:
        pass  # the page says it beside the button that it blocks
    return chosen, samples


def _network_form(draft: Experiment, data: Images) -> tuple[Model, str | None]:
    st.markdown("##### Network")
    model, problem = draft.model, None
    known = recognise(ending_for(model.layers, "cross_entropy"))
    plain = known is not None or st.toggle(
        "Build a plain one instead",
        key="plain_network",
        help="This network came with a link or from a run, and is none of the three plain kinds.",
    )
    if plain:
        normalize = known.normalize if known is not None and data.kind == draft.data.kind else None
        if known is None or (known.normalize is not None and normalize is None):
            mean, std = SETS[data.kind].pixels if data.kind in SETS else DIGITS_PIXELS
            normalize = Normalize(mean=mean, std=std)
        try:
            wanted = _architecture_form(known or Architecture("mlp", WIDTHS))
            outputs = len(CLASS_NAMES[data.kind])
            layers = compose(replace(wanted, normalize=normalize), outputs)
            model = Model(layers=layers, seed=model.seed)
        except NnlabError as error:
            problem = str(error)
            st.error(problem)
    _show_layers(model, data)
    return model.model_copy(update={"seed": st.session_state["model_seed"]}), problem


def _architecture_form(known: Architecture) -> Architecture:
    kind = st.segmented_control(
        "Architecture",
        list(ARCHITECTURES),
        format_func=ARCHITECTURES.__getitem__,
        key="architecture",
        required=True,
        label_visibility="collapsed",
        width="stretch",
    )
    kind = kind or known.kind
    with part("cnn", used=kind == "cnn"):
        left, right = st.columns(2)
        channels = left.text_input(
            "Channels", key="channels", help="Of each convolution; 2×2 max pooling follows each."
        )
        kernel_size = right.number_input("Kernel", 1, 28, key="kernel_size")
        head_widths = st.text_input(
            "Hidden layers", key="head_widths", placeholder="none", help=WIDTHS_HELP
        )
    with part("mlp", used=kind == "mlp"):
        widths = st.text_input(
            "Hidden layers", key="widths", placeholder="200, 60", help=WIDTHS_HELP
        )
        _chance("Pixel dropout", "input_dropout", "Share of the pixels zeroed while it trains.")
    with part("hidden", used=kind != "softmax"):
        left, right = st.columns(2)
        activation = left.selectbox(
            "Activation", list(ACTIVATIONS), format_func=ACTIVATIONS.__getitem__, key="activation"
        )
        with right:
            _chance("Dropout", "dropout", "Share of hidden values zeroed while it trains.")
    if kind == "softmax":
        return Architecture("softmax")
    chosen = st.session_state
    return Architecture(
        kind,
        read_widths(widths if kind == "mlp" else head_widths, kind),
        read_channels(channels) if kind == "cnn" else (),
        kernel_size=int(kernel_size) if kind == "cnn" else 5,
        padding=known.padding if kind == "cnn" else 0,
        activation=activation,
        dropout=chosen["dropout"],
        input_dropout=chosen["input_dropout"] if kind == "mlp" else 0.0,
    )


def _chance(label: str, key: str, what: str) -> None:
    st.slider(label, 0.0, max(0.9, st.session_state[key]), step=0.05, key=key, help=what)


def read_widths(text: str, kind: Kind) -> tuple[int, ...]:
    """The hidden layers' widths. Raises InvalidExperimentError as `read_sizes`, or for none."""
    widths = read_sizes(text, "Hidden layers", largest=MAX_WIDTH, example="200, 60")
    if not widths and kind == "mlp":
        raise NnlabError(
            "An MLP has at least one hidden layer: write its width, for example 200, or choose"
            " softmax regression, which has none."
        )
    return widths


def read_channels(text: str) -> tuple[int, ...]:
    """The convolutions' channels. Raises InvalidExperimentError as `read_sizes`, or for none."""
    channels = read_sizes(text, "Channels", largest=MAX_CHANNELS, example="8, 16")
    if not channels:
        raise NnlabError("A CNN has at least one convolution: write its channels, for example 8.")
    return channels


def _show_layers(model: Model, data: Images) -> None:
    """Each layer with the shape that it gives and its parameters, as far as the shapes fit."""
    lines = _lines(model, data)
    rows = "".join(
        f"<tr><th scope='row'>{name}</th><td>{shape}</td><td>{count}</td></tr>"
        for name, shape, count in lines
    )
    fits = all(shape != UNFIT for _, shape, _ in lines)
    total = sum(int(count.replace(",", "")) for _, _, count in lines if count != "–")
    all_of_them = f"{total:,}" if fits else "–"
    st.html(
        "<table class='nnlab-layers'><thead><tr><th scope='col'>layer</th><th scope='col'>shape"
        f"</th><th scope='col'>parameters</th></tr></thead><tbody>{rows}</tbody><tfoot><tr>"
        f"<th scope='row'>all</th><td></td><td>{all_of_them}</td></tr></tfoot></table>"
    )


def _lines(model: Model, data: Images) -> list[tuple[str, str, str]]:
    """Name, shape, parameters of each layer; and a word from the first whose input does not fit."""
    count = len(model.layers)
    while count > 1 and not _fits(model.layers[:count], data):
        count -= 1
    fitting = layer_lines(Model(layers=model.layers[:count], seed=model.seed), data)
    return fitting + [(layer.kind, UNFIT, "–") for layer in model.layers[count:]]


def _fits(layers: tuple[Layer, ...], data: Images) -> bool:
    try:
        trace(layers, describe(data).input_shape)
    except NnlabError:
        return False
    return True


def _budget_form(training: Training, kind: ImageKind) -> dict[str, Any]:
    by_steps = training.steps is not None
    epochs = st.number_input(
        "Epochs",
        1,
        1_000_000,
        value=None,
        key="epochs",
        placeholder=f"{training.steps:,} steps" if by_steps else str(usual(kind)["epochs"]),
    )
    if epochs is None and not by_steps:
        epochs = usual(kind)["epochs"]
    return {"epochs": epochs}
