"""The form of the Images page: data, network and training, over a draft of an experiment.

Settings without a widget (an `init` in a link, sampling with replacement) keep the draft's values.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.config import Augment, Experiment, Images, Training
from nnlab.config.data import ImageKind
from nnlab.config.own_data import PictureSet
from nnlab.data.description import names_of, shape_of
from nnlab.data.images import sizes
from nnlab.data.published import COUNTS
from nnlab.errors import NnlabError
from nnlab.recipes import RECIPES
from nnlab.texts import N_, _
from nnlab.ui.components.layout import part
from nnlab.ui.components.present import show_present_button
from nnlab.ui.forms.away import show_away
from nnlab.ui.forms.training_form import MAX_SEED, ending_for, show_training, training_widgets
from nnlab.ui.images.form.augment_form import augment_widgets, show_augment
from nnlab.ui.images.form.builder import start_from
from nnlab.ui.images.form.handwriting_form import can_choose_handwriting, show_handwriting
from nnlab.ui.images.form.network_form import network_widgets, show_network
from nnlab.ui.images.form.parts import begin_part, fold
from nnlab.ui.images.form.pictures_form import show_pictures
from nnlab.ui.runtime.image_data import LABELS
from nnlab.ui.session.labs import images_state
from nnlab.ui.session.widgets import images as widgets

TEST = {
    "at_end": N_("The test set is evaluated once, at the end; this is counted."),
    "validates": N_("The test set is used for validation, as in the original; this is counted."),
}
BATCHES = [10, 20, 32, 50, 64, 100, 128, 200, 256, 500, 1000]


@dataclass(frozen=True)
class FormResult:
    """The values chosen in the form."""

    draft: Experiment
    problem: str | None
    """Error of an invalid part of the form, where the draft keeps its old value; None if valid."""
    samples: DeltaGenerator
    """Container for sample pictures of the data set."""

    @property
    def data(self) -> Images:
        """The data of the draft."""
        return cast(Images, self.draft.data)


def form_of(kind: str) -> str:
    """Return the id of the recipe with the default epochs, batch size and dropout of a data set."""
    return "digits-mlp" if kind in ("digits", "handwriting", "pictures") else "mnist-mlp"


def widget_values(draft: Experiment) -> dict[str, Any]:
    """Return the form's widget values for a draft."""
    data = draft.data
    assert isinstance(data, Images)
    return {
        "dataset": data.kind,
        "train_size": data.train_size,
        "data_seed": data.seed,
        **network_widgets(draft.model.layers, data),
        **training_widgets(draft.training),
        **augment_widgets(draft.training.augment),
        "epochs": draft.training.epochs,
        "model_seed": draft.model.seed,
    }


def usual(kind: ImageKind) -> dict[str, Any]:
    """Return the changes for a form that still has the defaults of another data set."""
    values = widget_values(RECIPES[form_of(kind)].experiment)
    return {key: values[key] for key in ("epochs", "batch_size", "dropout", "input_dropout")}


def change_usual() -> None:
    """Handle the choice of another data set: defaults of the old one become those of the new."""
    old = cast(ImageKind, images_state().data_before)
    new: ImageKind = widgets["dataset"] or old
    if new == "pictures" and images_state().pictures is None:
        return  # the previous data set stays until pictures are uploaded
    widgets["train_size"] = None
    fresh = usual(new)
    for key, value in usual(old).items():
        if widgets.get(key) == value:
            widgets[key] = fresh[key]


def fill_builder(draft: Experiment) -> None:
    """Set the builder's layers to those of the draft."""
    start_from(ending_for(draft.model.layers, "cross_entropy"))


def show_form(draft: Experiment) -> FormResult:
    """Draw the form and return its values."""
    drafted = cast(Images, draft.data)
    with st.container(key=widgets.key("data")):
        data, samples, changed = _data_form(drafted, draft.training.augment)
    with st.container(key=widgets.key("network")):
        model, problem = show_network(draft.model, drafted, data)
    with st.container(key=widgets.key("training")):
        training = show_training(
            draft.training,
            widgets,
            batches=BATCHES,
            more=lambda: {**_budget_form(draft.training, data.kind), "augment": changed},
            advanced=partial(show_away, "images"),
        )
    return FormResult(Experiment(data=data, model=model, training=training), problem, samples)


def _data_form(
    data: Images, augment: Augment | None
) -> tuple[Images, DeltaGenerator, Augment | None]:
    """Draw the part Data. Return the data, a container for samples, and the augmentation."""
    head = begin_part("data", _("Data"))
    kind = st.pills(
        _("Data set"),
        [kind for kind in LABELS if kind != "handwriting" or can_choose_handwriting(data)],
        format_func=lambda kind: _(LABELS[kind]),
        key="dataset",
        required=True,
        label_visibility="collapsed",
        on_change=change_usual,
    )
    kind = cast(ImageKind, kind or data.kind)
    own = None
    if kind == "pictures":
        own = show_pictures(data)
    samples = st.container(key="samples")
    if kind == "pictures" and own is None:
        kind = data.kind  # the previous data set stays until pictures are uploaded
    images_state().data_before = kind
    drafted = dict(data) if kind == data.kind else {"kind": kind}
    if own is not None:
        drafted |= {"pictures": own}
    if kind == "handwriting":
        drafted |= show_handwriting(data)
    size, words = _size_form(kind, own)
    with fold(head, "seed", _("Seed")):
        seed = st.number_input(
            _("data seed"),
            0,
            MAX_SEED,
            key=widgets.key("data_seed"),
            help=_("Decides which pictures are for training and which for validation."),
        )
    chosen = Images.model_validate({**drafted, "train_size": size, "seed": seed})
    with fold(head, "augment", _("Augmentation")):
        changed = show_augment(augment, chosen)
    with head:
        show_present_button("tertiary")
    with words:
        _say_sizes(chosen, changed)
    if chosen.test in TEST:
        st.caption(_(TEST[chosen.test]))
    return chosen, samples, changed


def _size_form(kind: ImageKind, own: PictureSet | None) -> tuple[int | None, DeltaGenerator]:
    """Draw the number of training pictures. Return it (None: all), and a container beside it."""
    published = own.train if own is not None else COUNTS.get(kind, (0, 0))[0]
    with st.container(key=widgets.key("size")):
        with part("train_size", used=kind != "handwriting"):
            size = st.number_input(
                _("Pictures to train on"),
                10,
                max(10, published, widgets["train_size"] or 0),
                value=None,
                placeholder=_("all"),
                key=widgets.key("train_size"),
                help=_("A smaller number is drawn at random with the data seed."),
            )
        words = st.container(key=widgets.key("sizes"))
    return size if kind != "handwriting" else None, words


def _say_sizes(chosen: Images, changed: Augment | None) -> None:
    try:
        train, val, _test = sizes(chosen)
    except NnlabError:
        return  # the page shows the error beside the button that it blocks
    channels, height, width = shape_of(chosen)
    said = _(
        "{train:,} for training, {val:,} for validation: {height} × {width}, {colour},"
        " {classes} classes",
        train=train,
        val=val,
        height=height,
        width=width,
        colour=_("grey") if channels == 1 else _("in colour"),
        classes=len(names_of(chosen)),
    )
    if changed is not None:
        said += ", " + _("augmented")
    st.caption(said)


def _budget_form(training: Training, kind: ImageKind) -> dict[str, Any]:
    by_steps = training.steps is not None
    epochs = st.number_input(
        _("Epochs"),
        1,
        1_000_000,
        value=None,
        key=widgets.key("epochs"),
        placeholder=_("{steps:,} steps", steps=training.steps)
        if by_steps
        else str(usual(kind)["epochs"]),
    )
    if epochs is None and not by_steps:
        epochs = usual(kind)["epochs"]
    return {"epochs": epochs}
