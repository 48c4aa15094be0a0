"""Changes made on the drawing of the network: inputs on and off, layers wider or narrower."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from nnlab.config import Csv
from nnlab.ui.playground.form.inputs_form import input_label, put_inputs
from nnlab.ui.playground.form.layers import RAW, Mlp, names_for
from nnlab.ui.playground.form.layers_form import MAX_WIDTH, known
from nnlab.ui.playground.frame import Frame
from nnlab.ui.session.hide import HIDE, read_hidden
from nnlab.ui.session.widgets import playground as widgets


def drawn_form(frame: Frame) -> dict[str, Any] | None:
    """Return the drawing's controls; None for a past step and networks the form cannot express."""
    mlp = known(frame.state.draft.model.layers)
    if mlp is None or frame.past is not None:
        return None
    hidden, _message = read_hidden(st.query_params.get(HIDE, ""))
    shape = frame.splits.info.input_shape
    data = frame.state.draft.data
    columns = data.inputs if isinstance(data, Csv) else ()
    return offered(mlp, shape[0] if len(shape) == 1 else 0, hidden, columns)


def offered(
    mlp: Mlp, count: int, hidden: Collection[str], columns: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the possible changes of a network on `count` inputs, except those of `hidden` parts.

    Inputs as they come have the names of a table's `columns`.

    Returns:
        `inputs`: the functions that may enter, in order: name, label, and `unit`, the place among
        the inputs that are drawn, None where it is off; `widths`: of the hidden layers; `most`,
        the largest width.
    """
    drawn = mlp.inputs or RAW.get(count, ())
    own = dict(zip(("x1", "x2"), columns, strict=False))
    inputs = [
        {
            "name": name,
            "label": own.get(name) or input_label(name, count),
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


def change_form(frame: Frame, said: Mapping[str, Any]) -> None:
    """Give the form's widgets what a person chose on the drawing; the page follows the form.

    Args:
        frame: whose drawing it is.
        said: by the browser: `{"inputs": [name…]}` or `{"width": [layer, units]}`; what the drawing
            does not offer is left alone.
    """
    form = drawn_form(frame)
    if form is None:
        return
    match said:
        case {"inputs": list() as names}:
            chosen = [one["name"] for one in form["inputs"] if one["name"] in names]
            if form["inputs"]:
                put_inputs(chosen)
        case {"width": [int() as layer, int() as units]} if type(layer) is type(units) is int:
            if 0 <= layer < len(form["widths"]) and 1 <= units <= form["most"]:
                widgets[f"width_{layer}"] = units
    frame.state.is_refilled = True
