"""The tab Why: what in a picture speaks for what the network says, or should have said."""

import streamlit as st
import torch

from nnlab.data.images import SHAPES
from nnlab.figures.attribution import attribution_picture
from nnlab.figures.digits import digit_picture, sample_grid
from nnlab.insight.pictures.attribution import (
    Target,
    grad_cam,
    integrated_gradients,
    last_convolution,
    occlusion,
)
from nnlab.ui.components.pictures import kept_choice, key_of_colours, show_picture
from nnlab.ui.images.asked import Asked, ask
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import chosen_picture
from nnlab.ui.session.widgets import images as widgets

SHOWN = 224
"""Pixels of the page for each picture."""
QUESTIONS = ("what it says", "what it is", "what it says against what it is")


def draw_why(frame: ImagesFrame) -> None:
    """The tab."""
    asked = ask(frame)
    if asked is None:
        return
    place = chosen_picture(asked)
    target, blue, orange = _target(asked, place)
    st.html(key_of_colours(blue, orange))
    scale = SHOWN // SHAPES[frame.data.kind][-1]
    x = asked.part.x[place]
    grey = x.mean(dim=0).numpy()
    columns = st.columns(4, gap="small")
    with columns[0]:
        st.markdown("**The picture**")
        colour = sample_grid(x[None].numpy(), scale=scale) if len(x) == 3 else None
        show_picture(
            colour or digit_picture(grey, scale=scale), alt="The picture itself.", width=SHOWN
        )
    ways = (
        ("Integrated gradients", integrated_gradients),
        ("Occlusion", occlusion),
        ("Grad-CAM", lambda network, x, target: grad_cam(network, x, target, signed=True)),
    )
    for column, (name, way) in zip(columns[1:], ways, strict=True):
        with column:
            st.markdown(f"**{name}**")
            if name == "Grad-CAM" and last_convolution(asked.moment.network) is None:
                st.caption("It looks at the maps of a convolution, and this network has none.")
                continue
            shares = asked.moment.explained(
                (name, place, target),
                lambda network, way=way: way(network, torch.clone(x), target),
            )
            show_picture(
                attribution_picture(shares, grey, scale=scale),
                alt=f"{name}: {shares.clip(0).sum():+.2f} in all {blue},"
                f" {shares.clip(max=0).sum():+.2f} {orange}.",
                width=SHOWN,
            )
    st.caption(
        "Of the output before the softmax. Integrated gradients: each pixel's share against a black"
        " picture. Occlusion: how far it falls when a 4×4 square is covered. Grad-CAM: where the"
        " last convolution sees it."
    )


def _target(asked: Asked, place: int) -> tuple[Target, str, str]:
    found, names = asked.verdicts(), asked.names
    truth, answer = int(found.truths[place]), int(found.answers[place])
    options = range(1 if truth == answer else 3)
    question = kept_choice(
        "What speaks for", options, key=widgets.key("images_why"), label=lambda i: QUESTIONS[i]
    )
    if question == 2:
        return (answer, truth), f"speaks for {names[answer]}", f"speaks for {names[truth]}"
    target = truth if question == 1 else answer
    return target, f"speaks for {names[target]}", "speaks against it"
