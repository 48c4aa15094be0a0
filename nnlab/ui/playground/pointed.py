"""The network's output at the point of the plane under the pointer."""

import json

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from nnlab.config import Csv
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.models.eval_mode import eval_mode
from nnlab.scene.extent import extent_of
from nnlab.texts import _, number
from nnlab.ui.components.tables import kept_up_to_date
from nnlab.ui.lab.table_plane import slice_of
from nnlab.ui.playground.frame import Frame
from nnlab.ui.session.labs import playground_state
from nnlab.visible import in_html

MOST = 3
"""Classes that are named, the likeliest first."""


def keep_pointed(place: tuple[float, float] | None) -> None:
    """The pointer is at another place, or has left."""
    playground_state().pointed = place


def show_answer(frame: Frame) -> None:
    """A line below the plane: the place, and the network's exact answer there."""
    data = frame.state.draft.data
    extent, cut = extent_of(data, frame.splits), slice_of(data)
    place = playground_state().pointed
    line = hint = _("Hover over the plane to see the network's output.")
    if place is not None and all(extent[0] <= value <= extent[1] for value in place):
        values = answer_at(frame, place, cut)
        answer = _said(values, frame.splits.info.class_names)
        line = f"x₁ {place[0]:.2f}, x₂ {place[1]:.2f} → {answer}"
        if isinstance(data, Csv):  # the axes have other units
            line = _("here: {answer}", answer=answer)
    names = json.dumps(frame.splits.info.class_names)
    live = kept_up_to_date("pointed", hint=hint, names=names)
    st.html(f"<p class='nnlab-pointed'{live}>{line}</p>")


def answer_at(
    frame: Frame, place: tuple[float, float], cut: InputSlice | None
) -> NDArray[np.float64]:
    """Probabilities of the classes, or the value: [k]."""
    network = frame.moment.network if cut is None else cut.through(frame.moment.network)
    with eval_mode(network), torch.inference_mode():
        outputs = network(torch.tensor([place], dtype=torch.float32))[0].double()
        if frame.splits.info.class_names is not None:
            outputs = outputs.softmax(dim=0)
    return outputs.numpy()


def _said(values: NDArray[np.float64], class_names: tuple[str, ...] | None) -> str:
    if class_names is None:
        return f"<b title='{float(values[0])!r}'>ŷ = {number(values[0], 5)}</b>"
    if not np.isfinite(values).all():
        return _("not a number")
    order = np.argsort(-values, kind="stable")[:MOST]
    first, *others = (
        f"{_('class {name}', name=in_html(class_names[index]))}"
        f" <span title='{float(values[index])!r}'>{100 * values[index]:.2f} %</span>"
        for index in order
    )
    return ", ".join([f"<b>{first}</b>", *others])
