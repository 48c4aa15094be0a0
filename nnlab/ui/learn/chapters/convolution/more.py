"""Two channels, parameters against a dense layer, and what a shift of the drawing does."""

import streamlit as st
import torch
from torch import Tensor

from nnlab.figures.pictures.feature_maps import maps_png
from nnlab.learn.convolution.convolve import (
    Shift,
    feature_map,
    parameters,
    shift,
    shifted,
    two_channels,
)
from nnlab.learn.convolution.drawing import SIDE
from nnlab.learn.convolution.kernels import preset
from nnlab.texts import _, number
from nnlab.ui.components.pictures import show_picture
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.session.widgets import learn as widgets

WIDTH = 150
"""Pixels of the page that a picture is wide."""


def show_more(
    drawing: Tensor, kernel: Tensor, stride: int, padding: int, at: tuple[int, int]
) -> None:
    """Three parts that open, each with one control, about the same drawing and kernel."""
    with st.expander(_("What a shift of the drawing does")):
        _show_shift(drawing, kernel)
    with st.expander(_("Parameters, against a dense layer")):
        _show_parameters(len(kernel), stride, padding)
    with st.expander(_("Two channels")):
        _show_channels(drawing, kernel, at)


def _show_shift(drawing: Tensor, kernel: Tensor) -> None:
    by = st.slider(_("Pixels to the right"), 0, 8, 2, key=widgets.key("conv_shift"))
    found = shift(drawing, kernel, by)
    with st.container(horizontal=True, key="learn_conv_shift_maps"):
        _map(shifted(drawing, by), _("The drawing, shifted by {by}", by=by), grey=True)
        _map(found.before, _("Feature map before"))
        _map(found.after, _("Feature map after"))
        _map(found.dense_before.reshape(4, 4), _("16 dense outputs before"))
        _map(found.dense_after.reshape(4, 4), _("16 dense outputs after"))
    st.html(table("nnlab-shift", _shift_rows(found, by), label=_("What the shift changes")))


def _shift_rows(found: Shift, by: int) -> list[str]:
    return [
        row(
            _("Feature map, compared with the one before moved by {by}", by=by),
            cell(_("changed by {share:.4%}", share=found.map_change)),
        ),
        row(
            _("Its 2×2 maxima, compared in place"),
            cell(_("{share:.0%} are as they were", share=found.pooled_same)),
        ),
        row(
            _("Outputs of nn.Linear(784, 16), random weights"),
            cell(_("changed by {share:.0%}", share=found.dense_change)),
        ),
    ]


def _map(values: Tensor, caption: str, *, grey: bool = False) -> None:
    with st.container(width=WIDTH, gap=None):
        png = maps_png(values[None].numpy(), columns=1, zoom=max(1, 140 // len(values)), grey=grey)
        show_picture(png, alt=caption, width=WIDTH)
        st.caption(caption)


def _show_parameters(kernel: int, stride: int, padding: int) -> None:
    channels = st.slider(_("Feature maps"), 1, 64, 8, key=widgets.key("conv_maps"))
    conv, dense, values = parameters(SIDE, kernel, stride, padding, channels)
    rows = [
        row(
            f"<code>nn.Conv2d(1, {channels}, {kernel}, {stride}, {padding})</code>",
            cell(f"{conv:,}"),
        ),
        row(f"<code>nn.Linear({SIDE * SIDE}, {values})</code>", cell(f"{dense:,}")),
    ]
    heads = (_("layer"), _("weights and biases"))
    st.html(table("nnlab-shift", rows, heads=heads, label=_("Parameters")))
    st.markdown(
        _(
            "Both make {values:,} values of the drawing. The dense layer needs"
            " **{ratio:,.0f} times** as many numbers, since each of its outputs has"
            " weights of its own for every pixel; the kernel is the same at every place, and does"
            " not grow with the picture.",
            values=values,
            ratio=dense / conv,
        )
    )


def _show_channels(drawing: Tensor, kernel: Tensor, at: tuple[int, int]) -> None:
    share = st.slider(
        _("Weight of the second channel"), -2.0, 2.0, 1.0, 0.25, key=widgets.key("conv_channel")
    )
    first, second = (feature_map(drawing, preset(name)) for name in ("vertical", "horizontal"))
    slices = torch.stack([kernel, share * kernel])
    found = two_channels(first, second, slices, *at)
    with st.container(horizontal=True, key="learn_conv_channel_maps"):
        _map(first, _("Channel 1: vertical edges"))
        _map(second, _("Channel 2: horizontal edges"))
        _map(feature_map(first, kernel) + share * feature_map(second, kernel), _("Their map"))
    rows = [
        row(_("Channel 1 under its slice of the kernel"), cell(number(found.parts[0], 9))),
        row(_("Channel 2 under its slice"), cell(number(found.parts[1], 9))),
        row(_("F.conv2d of both"), cell(number(found.value, 9))),
    ]
    st.html(table("nnlab-shift", rows, label=_("One value of the second layer")))
    st.markdown(
        _(
            "Two kernels make two maps: two channels for the next layer, whose kernel has one slice"
            " for each (here your kernel, and {share:g} times it) and adds what they give:"
            " `weight.shape == (1, 2, {side}, {side})`.",
            share=share,
            side=len(kernel),
        )
    )
