"""The picture of attention, which the browser computes of the weights that come over the wire."""

from functools import cache

from streamlit.components.v2.types import ComponentRenderer

from nnlab.config import Attention, Experiment
from nnlab.data.description import Info, token_names
from nnlab.learn.attention.answers import answer_of
from nnlab.scene.look import attention_colours
from nnlab.ui.components.component import component
from nnlab.ui.learn.chapters.attention.form import data_of
from nnlab.ui.session.attention_state import AttentionState
from nnlab.ui.session.widgets import elements

KEY = "attention_picture"


def show_attention(
    state: AttentionState,
    experiment: Experiment,
    info: Info,
    *,
    layer: int,
    head: int,
    dark: bool,
) -> None:
    """Draw the map of one head, and how the chosen row came about.

    Args:
        state: of the page: the sequence, the chosen place, the run.
        experiment: what is shown.
        info: of its data.
        layer: the place of an attention layer in its network.
        head: of that layer, from 0.
        dark: the theme.
    """

    def choose() -> None:
        token = elements[KEY].token
        if isinstance(token, int) and 0 <= token < len(state.tokens):
            state.token = token

    chosen = experiment.model.layers[layer]
    assert isinstance(chosen, Attention), "the page offers attention layers alone"
    data = data_of(experiment)
    _component()(
        key=KEY,
        data={
            "run": state.run_id,
            "layer": layer,
            "head": head,
            "heads": chosen.heads,
            "tokens": list(state.tokens),
            "token": state.token,
            "labels": list(token_names(data)),
            "answers": list(info.class_names or ()),
            "target": list(answer_of(data, state.tokens)),
            "each": info.for_each_token,
            **attention_colours(dark=dark),
        },
        on_token_change=choose,
    )


@cache
def _component() -> ComponentRenderer:
    return component("attention", "learn/attention.js")
