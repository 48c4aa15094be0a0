"""The part of the Images form that chooses the network: a preset, or layers built one by one."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.config import Images, Layer, Linear, Model, Normalize
from nnlab.config.layers import ActivationKind
from nnlab.data.description import names_of, shape_of
from nnlab.data.published import SETS
from nnlab.errors import NnlabError
from nnlab.models.layer_source import CLASSES as ACTIVATIONS
from nnlab.models.shapes import Shape
from nnlab.texts import N_, _
from nnlab.ui.components.layout import part
from nnlab.ui.forms.training_form import ending_for
from nnlab.ui.images.form.builder import show_builder, start_from
from nnlab.ui.images.form.code_panel import show_code
from nnlab.ui.images.form.image_models import (
    MAX_CHANNELS,
    MAX_WIDTH,
    Architecture,
    Kind,
    compose,
    read_sizes,
    recognise,
    write_sizes,
)
from nnlab.ui.images.form.network_summary import in_short, show_layers
from nnlab.ui.images.form.parts import begin_part, fold
from nnlab.ui.messages import say
from nnlab.ui.session.widgets import images as widgets

OWN = "own"
CHOICES: dict[str, str] = {
    "softmax": N_("softmax regression"),
    "mlp": "MLP",
    "cnn": "CNN",
    "lenet": "LeNet",
    OWN: N_("Build your own"),
}
DIGITS_PIXELS = (0.13, 0.31)
"""Mean and standard deviation of the training pixels of the embedded digits."""
PHOTOGRAPHS_PIXELS = (0.5, 0.25)
"""Approximate mean and standard deviation of the pixels of photographs."""
WIDTHS, CHANNELS = (200, 60), (8, 16)
WIDTHS_HELP = N_("The width of each hidden linear layer, separated by commas: 200, 60.")


def network_widgets(layers: tuple[Layer, ...], data: Images) -> dict[str, object]:
    """Return the widgets' values for the layers of a draft."""
    own = ending_for(layers, "cross_entropy")
    found = recognise(own, len(names_of(data)))
    known = found or Architecture("mlp", WIDTHS)
    return {
        "architecture": known.kind if found is not None else OWN,
        "widths": write_sizes(known.widths if known.kind == "mlp" else WIDTHS),
        "channels": write_sizes(known.channels or CHANNELS),
        "head_widths": write_sizes(known.widths if known.kind == "cnn" else ()),
        "kernel_size": known.kernel_size,
        "activation": known.activation,
        "dropout": known.dropout,
        "input_dropout": known.input_dropout,
    }


def show_network(model: Model, drafted: Images, data: Images) -> tuple[Model, str | None]:
    """Draw the part Network. Return the chosen network, its last layer as the loss needs it.

    Args:
        model: the draft's network.
        drafted: the data that the draft's network was made for.
        data: the data that are chosen in the form now.

    Returns:
        The network, and the error of an invalid field: then the network is the draft's.
    """
    head = begin_part("network", _("Network"))
    layers = fitted(ending_for(model.layers, "cross_entropy"), drafted, data)
    kind = st.pills(
        _("Architecture"),
        list(CHOICES),
        format_func=lambda kind: _(CHOICES[kind]),
        key=widgets.key("architecture"),
        required=True,
        label_visibility="collapsed",
    )
    shape, outputs = shape_of(data), len(names_of(data))
    problem = None
    with head:
        place = part("dropouts", used=kind in ("mlp", "cnn"))
    _show_dropouts(place, kind)
    with part("own", used=kind == OWN):
        if kind == OWN:
            if (data.kind, data.pictures) != (drafted.kind, drafted.pictures):
                start_from(layers)
            layers = show_builder(shape, outputs)
    with part("preset", used=kind != OWN):
        first = layers[0] if isinstance(layers[0], Normalize) else usual_pixels(data)
        known = recognise(layers, outputs) or Architecture("mlp", WIDTHS, normalize=first)
        wanted, problem = _preset(kind or known.kind, known, shape)
    if kind != OWN:
        if wanted is not None:
            layers = compose(wanted, outputs)
        start_from(layers)
    elif widgets["loss"] == "nll":
        st.caption(_("For the loss NLLLoss, log_softmax is added after the last layer."))
    made = Model(layers=ending_for(layers, widgets["loss"]), seed=widgets["model_seed"])
    with fold(head, "layers", _("Layers")):
        show_layers(made.layers, shape)
    with fold(head, "code", _("Code")):
        show_code(made, shape)
    if kind != OWN:
        st.caption(in_short(made.layers, shape))
    return made, problem


def fitted(layers: tuple[Layer, ...], before: Images, now: Images) -> tuple[Layer, ...]:
    """Return the layers adapted to another data set: its classes, and its pixel statistics."""
    if (before.kind, before.pictures) == (now.kind, now.pictures):
        return layers
    first, last = layers[0], layers[-1]
    if isinstance(first, Normalize):
        layers = (usual_pixels(now), *layers[1:])
    if isinstance(last, Linear) and last.out_features == len(names_of(before)):
        classes = len(names_of(now))
        layers = (*layers[:-1], last.model_copy(update={"out_features": classes}))
    return layers


def usual_pixels(data: Images) -> Normalize:
    """Return a normalisation to mean 0 and deviation 1, by the pixels of the data set."""
    mean, std = SETS[data.kind].pixels if data.kind in SETS else DIGITS_PIXELS
    if data.pictures is not None:
        mean, std = PHOTOGRAPHS_PIXELS
    return Normalize(mean=mean, std=std)


def _activation_field() -> ActivationKind:
    return st.selectbox(
        _("Activation"),
        list(ACTIVATIONS),
        format_func=ACTIVATIONS.__getitem__,
        key="activation",
    )


def _widths_field(name: str, *, placeholder: str) -> str:
    return st.text_input(
        _("Hidden layers"),
        key=widgets.key(name),
        placeholder=placeholder,
        help=_(WIDTHS_HELP),
    )


def _preset(kind: str, known: Architecture, shape: Shape) -> tuple[Architecture | None, str | None]:
    """Draw the widgets of a preset. Return its architecture, or why there is none."""
    with st.container(key=widgets.key("preset")):
        with part("channels", used=kind == "cnn"):
            channels = st.text_input(
                _("Channels"),
                key=widgets.key("channels"),
                help=_("Channels of each convolution; each is followed by 2×2 max pooling."),
            )
        with part("kernel_size", used=kind == "cnn"):
            kernel_size = st.number_input(_("Kernel"), 1, 28, key=widgets.key("kernel_size"))
        with part("head_widths", used=kind == "cnn"):
            head_widths = _widths_field("head_widths", placeholder=_("none"))
        with part("widths", used=kind == "mlp"):
            widths = _widths_field("widths", placeholder="200, 60")
        with part("activation", used=kind in ("mlp", "cnn", "lenet")):
            activation = _activation_field()
    try:
        match kind:
            case "mlp":
                wanted = Architecture(
                    "mlp",
                    read_widths(widths, "mlp"),
                    activation=activation,
                    dropout=widgets["dropout"],
                    input_dropout=widgets["input_dropout"],
                )
            case "cnn":
                wanted = Architecture(
                    "cnn",
                    read_widths(head_widths, "cnn"),
                    read_channels(channels),
                    kernel_size=int(kernel_size),
                    padding=known.padding if known.kind == "cnn" else 0,
                    activation=activation,
                    dropout=widgets["dropout"],
                )
            case "lenet":
                # LeCun's own pictures were 32×32; smaller ones are padded to that.
                wanted = Architecture(
                    "lenet", padding=max(0, (32 - shape[1]) // 2), activation=activation
                )
            case _:
                wanted = Architecture("softmax")
    except NnlabError as error:
        say("error", error)
        return None, str(error)
    return replace(wanted, normalize=known.normalize), None


def _show_dropouts(place: DeltaGenerator, kind: str | None) -> None:
    """Draw the two dropout sliders in a fold."""
    with fold(place, "dropout", _("Dropout")):
        with part("input_dropout", used=kind == "mlp"):
            _chance(
                _("Pixel dropout"),
                "input_dropout",
                _("Share of the pixels set to zero during training."),
            )
        _chance(_("Dropout"), "dropout", _("Share of hidden values set to zero during training."))


def _chance(label: str, key: str, what: str) -> None:
    st.slider(label, 0.0, max(0.9, widgets[key]), step=0.05, key=widgets.key(key), help=what)


def read_widths(text: str, kind: Kind) -> tuple[int, ...]:
    """Parse the widths of the hidden layers.

    Raises:
        InvalidExperimentError: as `read_sizes`.
        NnlabError: an MLP without a hidden layer.
    """
    widths = read_sizes(text, _("Hidden layers"), largest=MAX_WIDTH, example="200, 60")
    if not widths and kind == "mlp":
        raise NnlabError(
            _(
                "An MLP has at least one hidden layer: write its width, for example 200, or choose"
                " softmax regression, which has none."
            )
        )
    return widths


def read_channels(text: str) -> tuple[int, ...]:
    """Parse the channels of the convolutions.

    Raises:
        InvalidExperimentError: as `read_sizes`.
        NnlabError: there are none.
    """
    channels = read_sizes(text, _("Channels"), largest=MAX_CHANNELS, example="8, 16")
    if not channels:
        raise NnlabError(
            _("A CNN has at least one convolution: write its channels, for example 8.")
        )
    return channels
