"""The part of the Playground's form that says the inputs: functions of x₁ and x₂."""

from collections.abc import Sequence

import streamlit as st

from nnlab.config.layers import FeatureName
from nnlab.texts import _
from nnlab.ui.playground.form.layers import RAW, Mlp, names_for
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.widgets import playground as widgets

FEATURES: dict[FeatureName, str] = {
    "x1": "x₁",
    "x2": "x₂",
    "x1^2": "x₁²",
    "x2^2": "x₂²",
    "x1*x2": "x₁x₂",
    "sin(x1)": "sin x₁",
    "sin(x2)": "sin x₂",
    "cos(x1)": "cos x₁",
    "cos(x2)": "cos x₂",
}


def show_inputs(mlp: Mlp | None, before: int, count: int) -> tuple[FeatureName, ...] | None:
    """Draw the switches, and return the inputs that they say; None: the data's own.

    Args:
        mlp: the draft's network, None where the form has no words for it.
        before: the number of inputs of the draft's data.
        count: that of the data that the form says.
    """
    names = names_for(count)
    if not names:
        return None
    if before != count:  # those of other data come back with them
        widgets["inputs"] = list(widgets.kept(_remembered(count), RAW[count]))
    fitting = [name for name in widgets["inputs"] if name in names]
    widgets["inputs"] = fitting or list(RAW[count])
    chosen = st.pills(
        _("Inputs"),
        names,
        selection_mode="multi",
        format_func=lambda name: input_label(name, count),
        key="inputs",
        on_change=_keep_one,
        args=(tuple(widgets["inputs"]),),
    )
    widgets.keep(_remembered(count), tuple(chosen))
    state = playground_state()
    if state.is_last_input:
        state.is_last_input = False
        st.caption(
            _("At least one input stays on: a network without any has nothing to learn from.")
        )
    known = mlp.inputs if mlp is not None else None
    if known is not None and set(known) == set(chosen):
        return known
    ordered = tuple(name for name in names if name in chosen)
    return None if ordered == RAW[count] else ordered


def input_label(name: FeatureName, count: int) -> str:
    """How an input is written, where the data have so many."""
    return FEATURES[name] if count > 1 else FEATURES[name].replace("₁", "")


def put_inputs(names: Sequence[FeatureName]) -> None:
    """Switch exactly these on, before the form is drawn; of none the last ones stay."""
    before = tuple(widgets["inputs"])
    widgets["inputs"] = list(names)
    _keep_one(before)


def _keep_one(before: tuple[FeatureName, ...]) -> None:
    if not widgets["inputs"]:
        widgets["inputs"] = list(before)
        playground_state().is_last_input = True


def _remembered(count: int) -> str:
    return f"inputs_of_{count}"
