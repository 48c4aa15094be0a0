"""One step as pictures: the batch among the points, the network with its values and gradients."""

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from nnlab.figures.batch import batch_line_figure, batch_traces
from nnlab.figures.boundary import boundary_figure
from nnlab.figures.network import Layer, network_drawing
from nnlab.insight.microscope import OneStep
from nnlab.insight.plane.neurons import neuron_layers
from nnlab.texts import N_, _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.network import Picked, show_network
from nnlab.ui.lab.table_plane import axes_of, slice_of
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.panels.one_step_tables import note_of
from nnlab.ui.playground.plane import style_of
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import playground as widgets

LINES = {"weights": N_("Weights"), "gradients": N_("Gradients"), "update": N_("Update")}
IN_SENTENCE = {
    "weights": N_("weights"),
    "gradients": N_("gradients"),
    "update": N_("the update"),
}
"""The name of the drawn lines within a sentence."""
HEIGHT = 400


def choose_point(step: OneStep) -> int:
    """The place in the batch, from 0, of the point that a person looks at."""
    count = len(step.indices)
    if count == 1:
        return 0
    widgets.update({"one_step_point": min(widgets.get("one_step_point", 1), count)})
    return (
        int(st.number_input(_("Point of the batch"), 1, count, key=widgets.key("one_step_point")))
        - 1
    )


def choose_lines() -> str:
    """Return the chosen meaning of the drawing's lines: a key of `LINES`."""
    # Each run anew: a busy browser loses a value that is sent once, and shows the first option.
    widgets.update({"one_step_lines": widgets.get("one_step_lines") or "weights"})
    chosen = st.segmented_control(
        _("Lines show"),
        list(LINES),
        format_func=lambda kind: _(LINES[kind]),
        key=widgets.key("one_step_lines"),
        required=True,
    )
    return chosen or "weights"


def show_batch(frame: Frame, step: OneStep, chosen: int) -> None:
    """The batch among all points that train; nothing where these have no plane."""
    info, train, data = frame.splits.info, frame.splits.train, frame.state.draft.data
    x, y, indices = train.x.numpy(), train.y.numpy(), step.indices.numpy()
    cut = slice_of(data)
    if cut is None and info.input_shape == (1,):
        outputs = step.outputs.numpy()[:, 0]
        figure = batch_line_figure(x[:, 0], y.ravel(), indices, outputs, chosen, dark=frame.dark)
    elif cut is None and info.input_shape != (2,):
        return
    else:
        style = style_of(frame)
        figure = boundary_figure(
            None,
            batch_traces(
                x if cut is None else cut.place(x),
                y,
                indices,
                chosen,
                classes=info.outputs,
                limit=style.limit,
                dark=frame.dark,
            ),
            class_names=info.class_names,
            extent=style.extent,
            limit=style.limit,
            height=HEIGHT,
            axes=axes_of(data),
            dark=frame.dark,
        )
    alt = _(
        "The next batch: {count} of {total} training points, listed in the table below.",
        count=len(indices),
        total=len(x),
    )
    show_chart(figure, key=widgets.key("one_step_batch"), alt=alt)


def show_drawing(frame: Frame, step: OneStep, layers: list[Layer], chosen: int, kind: str) -> None:
    """The network with its values for one point, and weights, gradients or the update as lines."""
    drawn, largest = [], 0.0
    for layer, group in zip(layers, neuron_layers(step.network), strict=True):
        values = step.values[group[-1]] if group else step.x
        notes = tuple(note_of(float(value)) for value in values[chosen])
        if layer.weights is not None:
            lines, bias = (_lines(step, f"{group[0]}.{part}", kind) for part in ("weight", "bias"))
            assert lines is not None
            largest = max(largest, float(np.abs(lines).max()))
            layer = replace(layer, weights=lines, bias=bias)
        drawn.append(replace(layer, notes=notes))
    unit = 1.0 if kind == "weights" else (largest or 1.0) / 3
    drawing = network_drawing(drawn, picked=frame.state.picked, unit=unit, dark=frame.dark)
    show_network(drawing, key=widgets.key("one_step_drawing"), on_pick=partial(_pick, frame.state))
    st.caption(
        _(
            "Under each neuron its value for point {point}; the lines are {what}. Click a line for"
            " its numbers.",
            point=chosen + 1,
            what=_(IN_SENTENCE[kind]),
        )
    )


def _lines(step: OneStep, name: str, kind: str) -> np.ndarray | None:
    if name not in step.before:
        return None
    values = {
        "weights": lambda: step.before[name],
        "gradients": lambda: step.gradients[name],
        "update": lambda: step.after[name] - step.before[name],
    }[kind]()
    return values.numpy()


def _pick(state: PlaygroundState, picked: Picked | None) -> None:
    state.picked = picked
