"""Attribution of a recorded network's answer to the pixels of a recorded picture."""

from collections.abc import Callable

import numpy as np
import streamlit as st
import torch
from torch import nn

from nnlab.figures.pictures.digits import percent
from nnlab.insight.pictures.attribution import (
    grad_cam,
    integrated_gradients,
    last_convolution,
    occlusion,
)
from nnlab.runs.recorded.answers import as_logits, ends_in
from nnlab.texts import N_, _
from nnlab.ui.components.pictures import key_of_colours, show_itself, show_shares
from nnlab.ui.runs.recorded.network_seen import Seen
from nnlab.ui.runtime.recorded_view import layers_of
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.words import plain

SHOWN = 150
"""Pixels of the page for each picture."""
Way = Callable[[nn.Sequential, torch.Tensor, int], np.ndarray]


def show_attribution(seen: Seen, _dark: bool) -> None:
    """The view: occlusion, and where the network has layers of PyTorch's its gradients, too."""
    found, names = seen.predictions(), seen.names or ()
    place = _choose(seen)
    truth, answer = int(found.truths[place]), int(found.answers[place])
    st.markdown(
        _(
            "It is **{truth}**, read as **{answer}** {mark} ({sure}).",
            truth=plain(names[truth]),
            answer=plain(names[answer]),
            mark="✓" if truth == answer else "✗",
            sure=percent(float(found.confidence[place])),
        )
    )
    name = names[answer]
    blue, orange = _("speaks for {name}", name=name), _("speaks against it")
    st.html(key_of_colours(blue, orange))
    picture = seen.pictures([place])[0]
    scale = max(1, round(SHOWN / picture.shape[-1]))
    layers = layers_of(seen.moment)
    ways: list[tuple[str, Snapshot, Way]] = [(N_("Occlusion"), seen.moment, _occlusion)]
    if layers is not None:
        ways.append((N_("Integrated gradients"), layers, integrated_gradients))
        if last_convolution(layers.network) is not None:
            ways.append((N_("Grad-CAM"), layers, _grad_cam))
    columns = st.columns(2, gap="small")
    with columns[0]:
        show_itself(picture, scale=scale, width=SHOWN)
    for number, (title, moment, way) in enumerate(ways, start=1):
        with columns[number % 2]:
            st.markdown(f"**{_(title)}**")
            shares = _explained(seen, moment, title, way, place, answer, picture)
            show_shares(
                *(_(title), shares, picture),
                blue=blue,
                orange=orange,
                scale=scale,
                width=SHOWN,
            )
    if layers is None:
        st.caption(
            _(
                "Occlusion covers the picture square by square. Integrated gradients and Grad-CAM"
                " need gradients, which this network, kept as ONNX, does not give."
            )
        )


def _choose(seen: Seen) -> int:
    """A number of an example; the surest mistake at first."""
    found = seen.predictions()
    count = len(found.truths)
    wrong = np.flatnonzero(found.truths != found.answers)
    first = int(wrong[found.confidence[wrong].argmax()]) if len(wrong) else 0
    key = "recorded_picture"
    widgets.hold(key, first + 1)
    widgets[key] = min(int(widgets[key]), count)
    number = st.number_input(
        _("Recorded picture, 1 to {count:,}", count=count), 1, count, key=widgets.key(key)
    )
    return int(number) - 1


def _explained(  # noqa: PLR0913 - state, data and options of one element
    seen: Seen,
    moment: Snapshot,
    title: str,
    way: Way,
    place: int,
    answer: int,
    picture: np.ndarray,
) -> np.ndarray:
    form, names = seen.form, seen.names
    assert form is not None
    last = ends_in(seen.moment.network)

    def make(network: nn.Sequential) -> np.ndarray:
        function = form.through(as_logits(network, last))
        return way(function, torch.from_numpy(np.array(picture)), answer)

    return moment.explained((title, place, answer, form, names), make)


def _occlusion(network: nn.Sequential, picture: torch.Tensor, answer: int) -> np.ndarray:
    window = min(4, *picture.shape[1:])
    return occlusion(network, picture, answer, window=window, stride=max(1, window // 2))


def _grad_cam(network: nn.Sequential, picture: torch.Tensor, answer: int) -> np.ndarray:
    return grad_cam(network, picture, answer, signed=True)
