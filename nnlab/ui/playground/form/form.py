"""The Playground's form: data, network and training as widgets, over a draft of an experiment.

What the form does not offer (a network of another form in a link, kept gradients from a JSON file)
stays as the draft says it.
"""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.config import Data, Experiment, Normalize
from nnlab.config.data import task_of
from nnlab.data.description import describe
from nnlab.texts import _
from nnlab.ui.components.present import show_present_button
from nnlab.ui.forms.share_fold import show_share
from nnlab.ui.forms.training_form import CLASS_LOSSES, ending_for, training_widgets
from nnlab.ui.playground.form.data import data_widgets, show_data
from nnlab.ui.playground.form.inputs_form import show_inputs
from nnlab.ui.playground.form.layers import Mlp
from nnlab.ui.playground.form.layers_form import ACTIVATIONS, known, layers_widgets
from nnlab.ui.playground.form.points_plane import scaling_for
from nnlab.ui.playground.form.settings import show_settings
from nnlab.ui.playground.form.whole_batch import say_whole_batch
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.labs import playground_state

__all__ = ["ACTIVATIONS", "show_form", "widget_values"]

STYLE = Path(__file__).with_name("playground_form.css")


def widget_values(draft: Experiment) -> dict[str, Any]:
    """Return the form's widget values for a draft."""
    return {
        **data_widgets(draft.data),
        **layers_widgets(draft.model, describe(draft.data).input_shape[0]),
        **training_widgets(draft.training),
        "epochs": draft.training.epochs,
        "stop_at_loss": draft.training.stop_at_loss,
        "model_seed": draft.model.seed,
    }


def show_form(
    draft: Experiment, look: Look, *, side: DeltaGenerator, row: DeltaGenerator
) -> Experiment:
    """Draw the widgets, and return the experiment that they say.

    Args:
        draft: what they begin with.
        look: of the charts, for links.
        side: the place of data and inputs.
        row: the place of network and training.
    """
    st.html(STYLE)
    before = describe(draft.data)
    with side:
        with st.container(horizontal=True, vertical_alignment="center", key="data_head"):
            st.markdown(_("##### Data"), width="stretch")
            share = st.container(width="content", horizontal=True, gap="small", key="share_row")
        data = show_data(draft.data)
        now = describe(data)
        with st.container(key="inputs_form"):
            inputs = show_inputs(
                known(draft.model.layers), before.input_shape[0], now.input_shape[0]
            )
    with row:
        begun = Mlp(inputs, scaling=_scaling(draft, data))
        model, training = show_settings(draft.model, draft.training, before, now, begun)
    loss = "mse"
    if task_of(data) == "classification":
        loss = training.loss if training.loss in CLASS_LOSSES else "cross_entropy"
    said = Experiment(
        data=data,
        model=model.model_copy(update={"layers": ending_for(model.layers, loss)}),
        training=training.model_copy(update={"loss": loss}),
        engine=draft.engine,
    )
    with side:
        say_whole_batch(said)
    with share:
        show_share(said, look, playground_state().run_id)
        show_present_button()
    return said


def _scaling(draft: Experiment, data: Data) -> Normalize | None:
    """The layer that brings the data to one size: the draft's own, while the data are the same."""
    first = draft.model.layers[0]
    own = first if isinstance(first, Normalize) else None
    return scaling_for(own, draft.data, data)
