"""The Playground's form: data, network and training as widgets, over a draft of an experiment.

What the form does not offer (a network of another form in a link, kept gradients from a JSON file)
stays as the draft says it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from nnlab.config import Data, Experiment, Normalize
from nnlab.config.data import task_of
from nnlab.data.registry import describe
from nnlab.ui.playground_data import data_widgets, show_data
from nnlab.ui.playground_layers_form import ACTIVATIONS, layers_widgets, show_layers
from nnlab.ui.playground_points_plane import scaling_for
from nnlab.ui.training_form import CLASS_LOSSES, ending_for, show_training, training_widgets

__all__ = ["ACTIVATIONS", "show_form", "widget_values"]

STYLE = Path(__file__).with_name("playground_form.css")
BATCHES = [1, 2, 4, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256]


def widget_values(draft: Experiment) -> dict[str, Any]:
    """What the form's widgets show for a draft."""
    return {
        **data_widgets(draft.data),
        **layers_widgets(draft.model, describe(draft.data).input_shape[0]),
        **training_widgets(draft.training),
        "model_seed": draft.model.seed,
    }


def show_form(draft: Experiment, *, on_rate: Callable[[], None]) -> Experiment:
    """Draw the widgets, and return the experiment that they say. `on_rate` follows the rate."""
    st.html(STYLE)
    st.markdown("##### Data")
    data = show_data(draft.data)
    model = show_layers(draft.model, describe(draft.data), describe(data), _scaling(draft, data))
    training = show_training(draft.training, batches=BATCHES, on_rate=on_rate)
    loss = "mse"
    if task_of(data) == "classification":
        loss = training.loss if training.loss in CLASS_LOSSES else "cross_entropy"
    return Experiment(
        data=data,
        model=model.model_copy(update={"layers": ending_for(model.layers, loss)}),
        training=training.model_copy(update={"loss": loss}),
    )


def _scaling(draft: Experiment, data: Data) -> Normalize | None:
    """The layer that brings the data to one size: the draft's own, while the data are the same."""
    first = draft.model.layers[0]
    own = first if isinstance(first, Normalize) else None
    return scaling_for(own, draft.data, data)
