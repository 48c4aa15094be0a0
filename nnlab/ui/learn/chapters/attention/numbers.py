"""The unrounded numbers of the chosen token, computed by PyTorch on the server."""

import numpy as np
import streamlit as st

from nnlab.config import Sequences
from nnlab.data.description import Info, token_names
from nnlab.learn.attention.trace import Floats, Head, Trace, in_full, trace
from nnlab.texts import _
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.attention_state import AttentionState
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html


def show_numbers(  # noqa: PLR0913 - state, data and options of one element
    state: AttentionState,
    moment: Snapshot,
    data: Sequences,
    info: Info,
    *,
    layer: int,
    head: int,
    moves: bool,
) -> None:
    """Scores, weights and answer of the chosen token; its vectors in a fold.

    Args:
        state: the sequence, and the chosen place.
        moment: the network.
        data: what the network reads.
        info: of the data.
        layer: the place of an attention layer in the network.
        head: of that layer.
        moves: whether the run trains, so that these numbers are slightly old.
    """
    found: Trace = moment.cached(
        ("attention", layer, state.tokens), lambda network: trace(network, layer, state.tokens)
    )
    names = [token_names(data)[token] for token in state.tokens]
    with st.container(horizontal=True, vertical_alignment="center"):
        words = _(
            "**Unrounded, by PyTorch:** how {token} at place {place} looks, step {step:,}",
            token=names[state.token],
            place=state.token + 1,
            step=moment.step,
        )
        st.markdown(words, width="stretch")
        if moves:
            st.button(_("Numbers now"), key=widgets.key("attention_now"), icon=":material/refresh:")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _show_row(found.heads[head], state.token, names)
    with right:
        _show_answer(found, state.token, info)
    with st.expander(_("Query, keys, values and mix, number by number")):
        _show_vectors(found.heads[head], state.token, names)


def _show_row(head: Head, token: int, names: list[str]) -> None:
    rows = [
        row(
            in_html(_("{token}, place {place}", token=name, place=place)),
            cell(in_full(score)),
            cell(in_full(weight)),
        )
        for place, (name, score, weight) in enumerate(
            zip(names, head.scores[token], head.weights[token], strict=True), start=1
        )
    ]
    heads = (_("token"), _("score: query · key / √{width}", width=head.query.shape[1]), "softmax")
    _show_table(rows, heads, _("Scores and weights"))


def _show_answer(found: Trace, token: int, info: Info) -> None:
    probabilities = found.probabilities[token if info.for_each_token else 0]
    names = info.class_names or ()
    rows = [
        row(in_html(name), cell(in_full(share)))
        for name, share in zip(names, probabilities, strict=True)
    ]
    what = _("out at place {place}", place=token + 1)
    heads = (what if info.for_each_token else _("the sequence is"), _("probability"))
    _show_table(rows, heads, _("Probabilities"))


def _show_vectors(head: Head, token: int, names: list[str]) -> None:
    def line(name: str, values: Floats) -> str:
        return row(in_html(name), *(cell(in_full(value)) for value in values))

    def all_of(what: str, vectors: Floats) -> list[str]:
        return [
            line(_("{what} of {token}, place {place}", what=what, token=name, place=place), vector)
            for place, (name, vector) in enumerate(zip(names, vectors, strict=True), start=1)
        ]

    rows = [
        line(_("query of {token}", token=names[token]), head.query[token]),
        *all_of(_("key"), head.key),
        *all_of(_("value"), head.value),
        line(_("mix"), head.mix[token]),
    ]
    numbers = tuple(str(number) for number in np.arange(1, head.query.shape[1] + 1))
    _show_table(rows, (_("vector"), *numbers), _("Vectors"))


def _show_table(rows: list[str], heads: tuple[str, ...], label: str) -> None:
    body = table("nnlab-attention-numbers", rows, heads=heads, label=label)
    st.html(f"<div class='nnlab-attention-wide'>{body}</div>")
