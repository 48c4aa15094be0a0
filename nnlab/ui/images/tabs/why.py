"""The tab Why: what in a picture speaks for what the network says, or should have said."""

import streamlit as st
import torch

from nnlab.data.description import shape_of
from nnlab.figures.pictures.attribution import attribution_picture
from nnlab.figures.pictures.digits import digit_picture, sample_grid
from nnlab.insight.pictures.attribution import (
    Target,
    grad_cam,
    integrated_gradients,
    last_convolution,
    occlusion,
)
from nnlab.texts import N_, _
from nnlab.ui.components.pictures import kept_choice, key_of_colours, show_picture
from nnlab.ui.images.asked import Asked, ask
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import chosen_picture
from nnlab.ui.session.widgets import images as widgets

SHOWN = 224
"""Pixels of the page for each picture."""
QUESTIONS = (N_("what it says"), N_("what it is"), N_("what it says against what it is"))


def draw_why(frame: ImagesFrame) -> None:
    """The tab."""
    asked = ask(frame)
    if asked is None:
        return
    place = chosen_picture(asked)
    target, blue, orange = _target(asked, place)
    st.html(key_of_colours(blue, orange))
    scale = SHOWN // shape_of(frame.data)[-1]
    x = asked.part.x[place]
    grey = x.mean(dim=0).numpy()
    columns = st.columns(4, gap="small")
    with columns[0]:
        st.markdown(_("**The picture**"))
        colour = sample_grid(x[None].numpy(), scale=scale) if len(x) == 3 else None
        show_picture(
            colour or digit_picture(grey, scale=scale), alt=_("The picture itself."), width=SHOWN
        )
    ways = (
        (N_("Integrated gradients"), integrated_gradients),
        (N_("Occlusion"), occlusion),
        (N_("Grad-CAM"), lambda network, x, target: grad_cam(network, x, target, signed=True)),
    )
    for column, (name, way) in zip(columns[1:], ways, strict=True):
        with column:
            st.markdown(f"**{_(name)}**")
            if name == "Grad-CAM" and last_convolution(asked.moment.network) is None:
                st.caption(_("It looks at the maps of a convolution, and this network has none."))
                continue
            shares = asked.moment.explained(
                (name, place, target),
                lambda network, way=way: way(network, torch.clone(x), target),
            )
            show_picture(
                attribution_picture(shares, grey, scale=scale),
                alt=_(
                    "{name}: {positive:+.2f} in all {blue}, {negative:+.2f} {orange}.",
                    name=_(name),
                    positive=shares.clip(0).sum(),
                    blue=blue,
                    negative=shares.clip(max=0).sum(),
                    orange=orange,
                ),
                width=SHOWN,
            )
    st.caption(
        _(
            "Of the output before the softmax. Integrated gradients: each pixel's share against a"
            " black picture. Occlusion: how far it falls when a 4×4 square is covered. Grad-CAM:"
            " where the last convolution sees it."
        )
    )


def _target(asked: Asked, place: int) -> tuple[Target, str, str]:
    found, names = asked.verdicts(), asked.names
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
