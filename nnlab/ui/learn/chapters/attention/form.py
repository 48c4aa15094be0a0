"""The chapter's form: the task, and behind a fold the data and the network."""

from typing import Any, get_args

import streamlit as st

from nnlab.config import Attention, Experiment, Positions, Sequences
from nnlab.config.data import SequenceTask, most_sequences
from nnlab.config.layers import Embedding
from nnlab.recipes import get
from nnlab.texts import N_, _
from nnlab.ui.forms.away import show_away
from nnlab.ui.forms.training_form import choose_rate
from nnlab.ui.session.widgets import learn as widgets

TASKS: dict[SequenceTask, str] = {
    "copy": N_("copy"),
    "reverse": N_("reverse"),
    "sort": N_("sort"),
    "brackets": N_("brackets"),
}
HEADS = (1, 2, 4)


def widget_values(draft: Experiment) -> dict[str, Any]:
    """Return the form's widget values for a draft, by the widgets' names."""
    data, attention = data_of(draft), _attention(draft)
    return {
        "attention_task": data.task,
        "attention_length": data.length,
        "attention_symbols": data.symbols,
        "attention_heads": attention.heads if attention is not None else 1,
        "attention_causal": attention is not None and attention.causal,
        "attention_positions": _has_positions(draft),
        "lr": draft.training.optimizer.lr,
    }


def data_of(draft: Experiment) -> Sequences:
    """The draft's data."""
    assert isinstance(draft.data, Sequences), "drafts of this page are of sequences"
    return draft.data


def choose_task() -> None:
    """The four tasks; another one brings its recipe."""
    st.segmented_control(
        _("Task"),
        list(TASKS),
        format_func=lambda task: _(TASKS[task]),
        key=widgets.key("attention_task"),
        required=True,
        on_change=_take_recipe,
    )


def show_network(draft: Experiment) -> Experiment:
    """The fold of data and network; returns the experiment that the whole form says.

    What it does not offer (another width, a second attention layer) stays as drafted.

    Raises:
        InvalidExperimentError: too few such sequences exist.
    """
    task = widgets["attention_task"]
    base = draft if task == data_of(draft).task else recipe_of(task)
    attention, is_brackets = _attention(base), task == "brackets"
    with st.expander(_("Network and data"), icon=":material/tune:"):
        left, right = st.columns(2, gap="medium")
        with left:
            step = 2 if is_brackets else 1
            length = st.slider(
                _("Tokens of a sequence"), 2, 16, step=step, key=widgets.key("attention_length")
            )
            if is_brackets:
                symbols = 2
            else:
                symbols = st.slider(_("Symbols"), 2, 16, key=widgets.key("attention_symbols"))
            choose_rate(widgets)
        with right:
            heads = causal = None
            if attention is not None:
                heads = _choose_heads(base, attention)
                causal = st.toggle(
                    _("Causal: each token sees itself and those before it"),
                    key=widgets.key("attention_causal"),
                )
            positions = st.toggle(
                _("Positions: a learned vector for each place"),
                key=widgets.key("attention_positions"),
            )
            show_away("learn")
    return _said(base, length, symbols, heads=heads, causal=causal, positions=positions)


def recipe_of(task: SequenceTask) -> Experiment:
    """Return the experiment that a newcomer trains on a task."""
    assert task in get_args(SequenceTask)
    return get(f"attention-{task}").experiment


def _take_recipe() -> None:
    widgets.update(widget_values(recipe_of(widgets["attention_task"])))


def _choose_heads(base: Experiment, attention: Attention) -> int:
    first = base.model.layers[0]
    assert isinstance(first, Embedding), "sequences begin with an embedding"
    fitting = {heads for heads in HEADS if first.embedding_dim % heads == 0}
    heads = st.segmented_control(
        _("Heads"),
        sorted({*fitting, attention.heads}),
        key=widgets.key("attention_heads"),
        required=True,
    )
    return heads or attention.heads


def _said(
    base: Experiment,
    length: int,
    symbols: int,
    *,
    heads: int | None,
    causal: bool | None,
    positions: bool,
) -> Experiment:
    """The base with what the widgets say."""
    found = base.model_dump(mode="json")
    data, layers = found["data"], found["model"]["layers"]
    if (length, symbols) != (data["length"], data["symbols"]):
        usual = data_of(recipe_of(data["task"])).examples
        most = most_sequences(data["task"], length, symbols)
        data["length"], data["examples"] = length, min(max(data["examples"], usual), max(most, 100))
        if data["symbols"] != symbols:
            data["symbols"] = layers[0]["num_embeddings"] = symbols
            layers[-1]["out_features"] = symbols
    for layer in layers:
        if layer["kind"] == "attention":
            layer |= {"heads": heads, "causal": causal}
    if positions != _has_positions(base):
        if positions:
            layers.insert(1, {"kind": "positions"})
        else:
            layers[:] = [layer for layer in layers if layer["kind"] != "positions"]
    found["training"]["optimizer"]["lr"] = widgets["lr"]
    return Experiment.from_dict(found)


def _attention(draft: Experiment) -> Attention | None:
    """The first attention layer, whose heads and mask the form offers for all of them."""
    return next((one for one in draft.model.layers if isinstance(one, Attention)), None)


def _has_positions(draft: Experiment) -> bool:
    return any(isinstance(layer, Positions) for layer in draft.model.layers)
