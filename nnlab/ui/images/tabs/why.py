"""The tab Why: attribution of the predicted or the true class to the pixels of a picture."""

import streamlit as st
import torch

from nnlab.data.description import shape_of
from nnlab.insight.pictures.attribution import (
    Target,
    grad_cam,
    integrated_gradients,
    last_convolution,
    occlusion,
)
from nnlab.texts import N_, _
from nnlab.ui.components.pictures import kept_choice, key_of_colours, show_itself, show_shares
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import chosen_picture
from nnlab.ui.images.tab_context import TabContext, tab_context
from nnlab.ui.session.widgets import images as widgets

SHOWN = 224
"""Width of each picture on the page, in pixels."""
QUESTIONS = (
    N_("the predicted class"),
    N_("the true class"),
    N_("the predicted class against the true one"),
)


def draw_why(frame: ImagesFrame) -> None:
    """Draw the tab Why."""
    asked = tab_context(frame)
    if asked is None:
        return
    place = chosen_picture(asked)
    target, blue, orange = _target(asked, place)
    st.html(key_of_colours(blue, orange))
    scale = SHOWN // shape_of(frame.data)[-1]
    x = asked.part.x[place]
    picture = x.numpy()
    columns = st.columns(4, gap="small")
    with columns[0]:
        show_itself(picture, scale=scale, width=SHOWN)
    ways = (
        (N_("Integrated gradients"), integrated_gradients),
        (N_("Occlusion"), occlusion),
        (N_("Grad-CAM"), lambda network, x, target: grad_cam(network, x, target, signed=True)),
    )
    for column, (name, way) in zip(columns[1:], ways, strict=True):
        with column:
            st.markdown(f"**{_(name)}**")
            if name == "Grad-CAM" and last_convolution(asked.moment.network) is None:
                st.caption(_("It uses the maps of a convolution, and this network has none."))
                continue
            shares = asked.moment.explained(
                (name, place, target),
                lambda network, way=way: way(network, torch.clone(x), target),
            )
            show_shares(
                *(_(name), shares, picture),
                blue=blue,
                orange=orange,
                scale=scale,
                width=SHOWN,
            )
    st.caption(
        _(
            "All explain the output before the softmax. Integrated gradients: each pixel's share"
            " of the difference from a black picture. Occlusion: how far the output falls when a"
            " 4×4 square is covered. Grad-CAM: where the last convolution responds to it."
        )
    )


def _target(asked: TabContext, place: int) -> tuple[Target, str, str]:
    found, names = asked.predictions(), asked.names
    truth, answer = int(found.truths[place]), int(found.answers[place])
    options = range(1 if truth == answer else 3)
    question = kept_choice(
        _("What speaks for"),
        options,
        key=widgets.key("images_why"),
        label=lambda i: _(QUESTIONS[i]),
    )
    if question == 2:
        return (
            (answer, truth),
            _("speaks for {name}", name=names[answer]),
            _("speaks for {name}", name=names[truth]),
        )
    target = truth if question == 1 else answer
    return target, _("speaks for {name}", name=names[target]), _("speaks against it")
