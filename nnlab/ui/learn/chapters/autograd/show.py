"""The picture of chapter 1: a graph that goes forward and backward, one operation at a time."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.errors import NnlabError
from nnlab.learn.autograd.graph import Graph
from nnlab.learn.autograd.picture import picture_of, rows_of
from nnlab.texts import N_, _
from nnlab.ui.components.component import component
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.learn.chapters.autograd.computations import (
    Computation,
    choose_example,
    choose_formula,
)
from nnlab.ui.learn.chapters.autograd.state import MOST_EARLIER, autograd_state
from nnlab.ui.messages import say
from nnlab.ui.session.widgets import elements
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("autograd.css")
FORMULA, NETWORK = "formula", "network"
SOURCES = {FORMULA: N_("A formula"), NETWORK: N_("My network")}
KEY = "autograd_graph"


def show() -> None:
    """Show the computation, its graph, and all numbers as a table."""
    st.html(STYLE)
    widgets.hold("autograd_source", FORMULA)
    source = st.segmented_control(
        _("What is computed"),
        list(SOURCES),
        format_func=lambda one: _(SOURCES[one]),
        key=widgets.key("autograd_source"),
        required=True,
        label_visibility="collapsed",
    )
    try:
        computation = choose_example() if source == NETWORK else choose_formula()
    except NnlabError as error:
        say("error", error)
        return
    state = autograd_state()
    state.begin(computation.what, computation.point)
    graph = computation.record(state)
    key = widgets.key(KEY)

    def pressed() -> None:
        state.act(elements[key].get("act"))

    _component()(
        key=key,
        data={
            **picture_of(graph, state.opened),
            "subject": f"{computation.what} {computation.point}",
            "earlier": state.earlier,
            "most": MOST_EARLIER,
            "noGrad": state.no_grad,
        },
        on_act_change=pressed,
    )
    st.caption(
        _(
            "▶, ← and → step. Choose a box (click, or ↑ ↓ and Enter) for its unrounded"
            " numbers, for `requires_grad` of a leaf, or to open a layer. Round: a leaf. Dashed: no"
            " gradient is asked for. ‖ ‖: the norm of a tensor. ∂: the gradient of the result."
        )
    )
    _show_numbers(computation, graph)


def _show_numbers(computation: Computation, graph: Graph) -> None:
    with st.expander(_("All numbers, unrounded")):
        if computation.formula is not None:
            st.latex(computation.formula.latex)
            st.code(computation.formula.code, language="python", wrap_lines=True)
        heads = _("code"), _("value"), "grad", _("recorded as")
        body = [row(in_html(code), *map(cell, rest)) for code, *rest in rows_of(graph)]
        numbers = table("nnlab-autograd-rows", body, heads=heads, label=_("All numbers"))
        st.html(f"<div class='nnlab-autograd-numbers'>{numbers}</div>")


@cache
def _component() -> ComponentRenderer:
    return component("autograd", "learn/autograd.js")
