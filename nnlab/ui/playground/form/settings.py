"""The row of settings above the picture: the layers, and what a beginner needs of training."""

from typing import Any

import streamlit as st

from nnlab.config import Model, Training
from nnlab.data.description import Info
from nnlab.texts import _, number
from nnlab.ui.forms import training_form as fields
from nnlab.ui.forms.away import show_away
from nnlab.ui.forms.schedule_form import show_schedule
from nnlab.ui.playground.form.layers import Mlp
from nnlab.ui.playground.form.layers_form import show_layers
from nnlab.ui.session.widgets import playground as widgets

EPOCHS = 5000
BATCHES = [1, 2, 4, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256]


def show_settings(
    model: Model, training: Training, before: Info, now: Info, begun: Mlp
) -> tuple[Model, Training]:
    """Draw the row, and return the network and the training that it says.

    Args:
        model: the draft's.
        training: the draft's.
        before: of the data that the draft's network was made for.
        now: of the data that the form says.
        begun: the inputs of the network, and the layer that brings these data to one size.
    """
    with st.container(key="network_form"):
        model = show_layers(model, before, now, begun)
    with st.container(key="training_form"):
        return model, _show_training(training)


def _show_training(training: Training) -> Training:
    fields.choose_rate(widgets)
    kind = fields.choose_optimizer(widgets)
    batch_size = fields.choose_batch(widgets, BATCHES)
    _show_penalties()
    with st.popover(_("More"), width="stretch", key=widgets.key("advanced")):
        fields.show_momentum(kind, widgets)
        fields.show_nesterov(kind, widgets)
        said = show_schedule(training.schedule, widgets)
        said |= fields.show_loss(training, widgets)
        said |= fields.show_limits(training, widgets)
        said |= _show_stops(training)
        show_away("playground")
    return fields.training_of(training, widgets, kind, batch_size, said)


def _show_penalties() -> None:
    """Both penalties behind a button that says what they are."""
    decay, l1 = widgets["weight_decay"], widgets["l1"]
    words = [f"L2 {number(decay)}" if decay else "", f"L1 {number(l1)}" if l1 else ""]
    said = " + ".join(filter(None, words)) or _("none")
    with st.container(key="penalties", gap=None):
        st.html(f"<p class='nnlab-label'>{_('Regularisation')}</p>")
        with st.popover(said, width="stretch", key=widgets.key("penalties_fold")):
            fields.show_penalties(widgets)


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
            " every 100 steps where an epoch is shorter. Resume continues from there. Can be"
            " changed while it trains."
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
