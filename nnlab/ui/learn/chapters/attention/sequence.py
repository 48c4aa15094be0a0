"""The sequence in view: typed, or drawn at random from those held out."""

import secrets

import streamlit as st
import torch

from nnlab.config import Sequences
from nnlab.errors import NnlabError
from nnlab.learn.attention.typed import MOST_CHARACTERS, as_typed, tokens_of
from nnlab.texts import _
from nnlab.ui.messages import say
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.attention_state import AttentionState
from nnlab.ui.session.widgets import learn as widgets

FIELD = "attention_sequence"


def show_sequence(state: AttentionState, data: Sequences) -> None:
    """The field and the button beside it. The state's tokens fit the data from now on.

    Raises:
        NnlabError: the data cannot be made.
    """
    if not _fit(state.tokens, data):
        _take(state, data, 0)
    if state.typed_problem is None:  # an invalid sequence stays, for the person to correct
        widgets[FIELD] = as_typed(state.tokens, data)
    st.text_input(
        _("Sequence"),
        key=widgets.key(FIELD),
        max_chars=10 * MOST_CHARACTERS,  # what is too long is answered in words
        on_change=_read,
        args=(state, data),
    )
    st.button(
        _("Another"),
        key=widgets.key("attention_another"),
        icon=":material/casino:",
        help=_("One that was held out from training, drawn at random."),
        on_click=_take,
        args=(state, data),
    )


def say_problem(state: AttentionState) -> None:
    """Why what was typed is no sequence, below the row of controls."""
    if state.typed_problem is not None:
        say("warning", state.typed_problem, icon=":material/keyboard:")


def _fit(tokens: tuple[int, ...], data: Sequences) -> bool:
    return len(tokens) == data.length and all(token < data.symbols for token in tokens)


def _take(state: AttentionState, data: Sequences, at: int | None = None) -> None:
    splits = splits_of(data)
    x = splits.val.x if len(splits.val) else splits.train.x
    row = x[secrets.randbelow(len(x)) if at is None else at]
    assert row.dtype == torch.int64, "of sequences the inputs are tokens"
    state.tokens, state.typed_problem = tuple(row.tolist()), None
    state.token = min(state.token, data.length - 1)


def _read(state: AttentionState, data: Sequences) -> None:
    try:
        state.tokens, state.typed_problem = tokens_of(widgets[FIELD], data), None
    except NnlabError as error:
        state.typed_problem = str(error)
