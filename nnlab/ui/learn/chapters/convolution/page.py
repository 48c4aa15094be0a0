"""The picture of the chapter on convolution: its controls, what the browser draws, the numbers."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from torch import Tensor

from nnlab.config import Conv2d, Experiment, Images
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.figures import theme
from nnlab.figures.pictures.attribution import AGAINST, FOR
from nnlab.learn.convolution.convolve import Pooling, feature_map, place, pooled
from nnlab.learn.convolution.drawing import SIDE, first_drawing, to_base64
from nnlab.learn.convolution.kernels import PRESETS, SIDES, preset
from nnlab.texts import N_, _, number
from nnlab.ui.components.component import component
from nnlab.ui.components.pictures import key_of_colours
from nnlab.ui.learn.chapters.convolution.more import show_more
from nnlab.ui.learn.chapters.convolution.state import OWN, ConvolutionState, convolution_state
from nnlab.ui.learn.own_network import OwnNetwork, newest_network
from nnlab.ui.messages import say
from nnlab.ui.session.widgets import elements
from nnlab.ui.session.widgets import learn as widgets

KEY = "learn_convolution_picture"
STYLE = Path(__file__).with_name("convolution.css")
T = TypeVar("T")
MOST_KERNELS = 8
"""Limit for the kernels shown of the person's own network."""
POOLS: dict[Pooling, str] = {"none": N_("none"), "max": N_("max"), "avg": N_("average")}


def show() -> None:
    """Controls, the picture, PyTorch's numbers, and three more views of the same drawing."""
    st.html(STYLE)
    state = convolution_state()
    stride, padding, pooling = _controls(state, _kernels(state))
    if state.refused is not None:
        say("error", state.refused, icon=":material/error:")
    _picture(state, stride, padding, pooling)
    st.html(key_of_colours(_("above 0"), _("below 0")))
    _numbers(state, stride, padding, pooling)
    show_more(state.drawing, state.kernel, stride, padding, (state.row, state.column))


def _kernels(state: ConvolutionState) -> dict[str, tuple[str, Tensor]]:
    """Label and values of all that can be chosen; the person's own once there are such."""
    found = {name: (_(label), preset(name)) for name, (label, _rows) in PRESETS.items()}
    try:
        own = newest_network(_fits)
    except NnlabError as error:
        say("warning", error, icon=":material/warning:")
        own = None
    if own is not None:
        found |= _of_run(own)
    if state.chosen not in found and state.chosen != OWN:
        state.keep_as_own()
    if state.own is not None:
        found[OWN] = (_("Your own numbers"), state.own)
    return found


def _fits(experiment: Experiment) -> bool:
    """Whether the first convolution looks at grey pictures through a kernel that fits the page."""
    if not isinstance(experiment.data, Images) or describe(experiment.data).input_shape[0] != 1:
        return False
    convolutions = [one for one in experiment.model.layers if isinstance(one, Conv2d)]
    return bool(convolutions) and convolutions[0].kernel_size in SIDES


def _of_run(own: OwnNetwork) -> dict[str, tuple[str, Tensor]]:
    """Return the run's kernels, named by run, step and place."""
    assert own.run is not None, "the newest network has a run"
    layers = own.experiment.model.layers
    at = next(i for i, one in enumerate(layers) if isinstance(one, Conv2d))
    weight = own.snapshot.network.state_dict()[f"{at}.weight"][:MOST_KERNELS, 0]
    return {
        f"{own.run.id} {own.snapshot.step} {i}": (
            _("Kernel {n} of your network {name}", n=i + 1, name=own.name),
            kernel.clone(),
        )
        for i, kernel in enumerate(weight)
    }


def _controls(
    state: ConvolutionState, kernels: dict[str, tuple[str, Tensor]]
) -> tuple[int, int, Pooling]:
    def chosen() -> None:
        name = widgets["conv_kernel"]
        convolution_state().choose(name, kernels[name][1])

    widgets["conv_kernel"] = state.chosen

    with st.container(key="learn_conv_controls", horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            _("Kernel"),
            list(kernels),
            format_func=lambda name: kernels[name][0],
            key=widgets.key("conv_kernel"),
            on_change=chosen,
            width=300,
        )
        stride = _choice(_("Stride"), "conv_stride", (1, 2, 3), 1)
        padding = _choice(_("Padding"), "conv_padding", (0, 1, 2), 0)
        pooling = _choice(_("Pooling, 2×2"), "conv_pooling", tuple(POOLS), "max", _pool)
    return stride, padding, pooling


def _pool(kind: Pooling) -> str:
    return _(POOLS[kind])


def _choice(
    label: str,
    name: str,
    options: tuple[T, ...],
    first: T,
    word: Callable[[T], str] = str,
) -> T:
    """Draw a choice whose value survives a visit to another chapter."""
    widgets.hold(name, first)
    chosen = st.segmented_control(
        label, options, format_func=word, required=True, key=widgets.key(name)
    )
    return first if chosen is None else chosen


def _picture(state: ConvolutionState, stride: int, padding: int, pooling: Pooling) -> None:
    def changed() -> None:
        convolution_state().take(elements[KEY].changed)

    _component()(
        key=KEY,
        data={
            "version": state.version,
            "drawing": to_base64(state.drawing),
            "digit": to_base64(first_drawing()),
            "kernel": state.kernel.flatten().tolist(),
            "row": state.row,
            "column": state.column,
            "side": SIDE,
            "stride": stride,
            "padding": padding,
            "pooling": pooling,
            "colours": [theme.rgb(colour).tolist() for colour in (FOR, AGAINST)],
        },
        on_changed_change=changed,
    )


def _numbers(state: ConvolutionState, stride: int, padding: int, pooling: Pooling) -> None:
    """Show PyTorch's numbers for the chosen place, and the shapes."""
    values = feature_map(state.drawing, state.kernel, stride, padding)
    at = place(state.drawing, state.kernel, stride, padding, state.row, state.column)
    last = len(values) - 1
    said = _(
        "PyTorch: `F.conv2d` gives **{value}** in row {row}, column {column}; the map has"
        " {side} × {side} values from {low} to {high}.",
        value=number(at.value, 9),
        row=min(state.row, last) + 1,
        column=min(state.column, last) + 1,
        side=len(values),
        low=number(values.min().item()),
        high=number(values.max().item()),
    )
    if pooling != "none":
        small = pooled(values, pooling)
        said += " " + _("Pooling leaves {side} × {side}.", side=len(small))
    st.markdown(said)
    if not state.drawing.any():
        st.caption(_("The sheet is empty: press *Draw* and draw, or *The digit*."))


@cache
def _component() -> ComponentRenderer:
    return component("convolution", "learn/convolution.js")
