"""Changes made on the drawing of the network: inputs on and off, layers wider or narrower."""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from nnlab.data.description import describe
from nnlab.ui.playground.form.inputs_form import input_label, put_inputs
from nnlab.ui.playground.form.layers import MAX_LAYERS, RAW, Mlp, names_for
from nnlab.ui.playground.form.layers_form import MAX_WIDTH, known
from nnlab.ui.playground.frame import Frame
from nnlab.ui.session.hide import HIDE, read_hidden
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import playground as widgets


def drawn_form(frame: Frame) -> dict[str, Any] | None:
    """What the drawing offers; None of a past step, and of a network without words in the form."""
    mlp = known(frame.state.draft.model.layers)
    if mlp is None or frame.past is not None:
        return None
    hidden, _message = read_hidden(st.query_params.get(HIDE, ""))
    shape = frame.splits.info.input_shape
    return offered(mlp, shape[0] if len(shape) == 1 else 0, hidden)


def offered(mlp: Mlp, count: int, hidden: Collection[str]) -> dict[str, Any]:
    """What can be changed of a network whose data have `count` inputs, but for `hidden` parts.

    Returns:
        `inputs`: the functions that may enter, in order: name, label, and `unit`, the place among
        the inputs that are drawn, None where it is off; `widths`: of the hidden layers; `most`,
        the largest width.
    """
    drawn = mlp.inputs or RAW.get(count, ())
    inputs = [
        {
            "name": name,
            "label": input_label(name, count),
            "unit": drawn.index(name) if name in drawn else None,
        }
        for name in names_for(count)
    ]
    widths = [layer.width for layer in mlp.hidden]
    return {
        "inputs": [] if "inputs" in hidden else inputs,
        "widths": [] if "network" in hidden else widths,
        "most": max(MAX_WIDTH, *widths, 1),
    }


def change_form(state: PlaygroundState, said: Mapping[str, Any]) -> None:
    """Give the form's widgets what a person chose on the drawing; the page follows the form.

    Args:
        state: of the page.
        said: by the browser: `{"inputs": [name…]}` or `{"width": [layer, units]}`; what the drawing
            does not offer is left alone.
    """
    match said:
        case {"inputs": list() as names}:
            offered = names_for(describe(state.draft.data).input_shape[0])
            put_inputs([name for name in offered if name in names])
        case {"width": [int() as layer, int() as units]}:
            if 0 <= layer < MAX_LAYERS and 1 <= units <= max(MAX_WIDTH, widgets[f"width_{layer}"]):
                widgets[f"width_{layer}"] = units
    state.is_refilled = True
