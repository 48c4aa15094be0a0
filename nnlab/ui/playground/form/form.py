"""The Playground's form: data, network and training as widgets, over a draft of an experiment.

What the form does not offer (a network of another form in a link, kept gradients from a JSON file)
stays as the draft says it.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from nnlab.config import Data, Experiment, Normalize, Training
from nnlab.config.data import task_of
from nnlab.data.description import describe
from nnlab.texts import _
from nnlab.ui.forms.training_form import CLASS_LOSSES, ending_for, show_training, training_widgets
from nnlab.ui.playground.form.data import data_widgets, show_data
from nnlab.ui.playground.form.layers_form import ACTIVATIONS, layers_widgets, show_layers
from nnlab.ui.playground.form.points_plane import scaling_for
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.share import show_share
from nnlab.ui.session.widgets import playground as widgets

__all__ = ["ACTIVATIONS", "show_form", "widget_values"]

STYLE = Path(__file__).with_name("playground_form.css")
EPOCHS = 5000
BATCHES = [1, 2, 4, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256]


def widget_values(draft: Experiment) -> dict[str, Any]:
    """What the form's widgets show for a draft."""
    return {
        **data_widgets(draft.data),
        **layers_widgets(draft.model, describe(draft.data).input_shape[0]),
        **training_widgets(draft.training),
        "epochs": draft.training.epochs,
        "stop_at_loss": draft.training.stop_at_loss,
        "model_seed": draft.model.seed,
    }


def show_form(draft: Experiment, look: Look) -> Experiment:
    """Draw the widgets, and return the experiment that they say. `look` goes into links."""
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("##### Data"), width="stretch")
        share = st.container(width="content")
    data = show_data(draft.data)
    model = show_layers(draft.model, describe(draft.data), describe(data), _scaling(draft, data))
    with st.container(key="training_form"):
        training = show_training(
            draft.training,
            widgets,
            batches=BATCHES,
            advanced=lambda: _show_stops(draft.training),
        )
    loss = "mse"
    if task_of(data) == "classification":
        loss = training.loss if training.loss in CLASS_LOSSES else "cross_entropy"
    said = Experiment(
        data=data,
        model=model.model_copy(update={"layers": ending_for(model.layers, loss)}),
        training=training.model_copy(update={"loss": loss}),
    )
    with share:
        show_share(said, look)
    return said


def _show_stops(training: Training) -> dict[str, Any]:
    """When a run stops by itself."""
    left, right = st.columns(2)
    loss = left.number_input(
        _("Stop at a loss of"),
        min_value=min(1e-9, widgets["stop_at_loss"] or 1),
        value=None,
        placeholder=_("off"),
        format="%g",
        key=widgets.key("stop_at_loss"),
        help=_(
            "Of validation (of training where nothing validates), looked at after each epoch, or"
            " every 100 steps where an epoch is shorter. Resume goes on from there. Can be changed"
            " while it trains."
        ),
    )
    epochs = right.number_input(
        _("Stop at epoch"),
        1,
        1_000_000,
        value=None,
        placeholder=_("off") if training.steps is not None else str(EPOCHS),
        key=widgets.key("epochs"),
        help=_("The run's budget: another one begins anew."),
    )
    if epochs is None and training.steps is None:
        epochs = EPOCHS
    return {"stop_at_loss": loss, "epochs": epochs}


def _scaling(draft: Experiment, data: Data) -> Normalize | None:
    """The layer that brings the data to one size: the draft's own, while the data are the same."""
    first = draft.model.layers[0]
    own = first if isinstance(first, Normalize) else None
    return scaling_for(own, draft.data, data)
