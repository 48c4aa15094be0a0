"""Why: what in the picture speaks for the one class or the other."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import nn

from nnlab.figures.attribution import attribution_picture
from nnlab.insight.pictures.attribution import (
    Target,
    grad_cam,
    integrated_gradients,
    last_convolution,
    occlusion,
)
from nnlab.ui.components.pictures import kept_choice, key_of_colours, show_picture
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import Reading, with_article
from nnlab.ui.session.widgets import draw as widgets

RIVAL = -1
"""The choice that compares the likeliest class with the runner-up."""


@dataclass(frozen=True)
class Why:
    """Three answers to one question. The pictures are float32 [28, 28]."""

    gradients: NDArray[np.float32]
    covered: NDArray[np.float32]
    seen: NDArray[np.float32] | None
    """Grad-CAM; None where the network has no convolution."""
    here: float
    """The explained output for the picture."""
    on_black: float
    """And for a black one."""


def show_why(frame: DrawFrame) -> None:
    """The panel. There has to be an answer."""
    made, answer, moment = frame.made, frame.answer, frame.moment
    assert made is not None
    assert answer is not None
    assert moment is not None
    target, question = _ask(answer)
    picture = made.result
    why = moment.explained(
        ("why", target, picture.tobytes()),
        lambda network: explain(network, picture, target),
    )
    st.html(key_of_colours(*_sides(answer, target)))
    columns = st.columns(3, gap="medium")
    with columns[0], st.container(key="why_gradients"):
        _show("Integrated gradients", why.gradients, picture, question)
        st.caption(
            f"Each pixel's share; they add up to **{why.gradients.sum():+.2f}**. Up to the error of"
            f" a numeric integral that is the change of {question}: {why.here:+.2f} for this"
            f" picture, {why.on_black:+.2f} for a black one."
        )
    with columns[1], st.container(key="why_occlusion"):
        _show("Occlusion", why.covered, picture, question)
        most = float(why.covered.max())
        effect = (
            f"it falls by up to **{most:.2f}** where it is bluest"
            if most > 0
            else "it falls nowhere"
        )
        st.caption(f"A black square of 4×4 covers each place in turn: {effect}.")
    with columns[2], st.container(key="why_grad_cam"):
        if why.seen is None:
            st.markdown("**Grad-CAM**")
            st.caption(
                "It looks at the maps of the last convolution, and this network has none. Choose a"
                " convolutional network to see it."
            )
        else:
            _show("Grad-CAM", why.seen, picture, question)
            st.caption(
                "The maps of the last convolution, weighted by their gradients: coarse, since a"
                " value of a map stands for many pixels."
            )


def explain(network: nn.Module, picture: NDArray[np.float32], target: Target) -> Why:
    """All of it for a picture, float32 [28, 28] in [0, 1].

    Raises:
        NnlabError: no such class, or outputs that are not finite.
    """
    x = torch.from_numpy(picture)[None]
    gradients = integrated_gradients(network, x, target)
    with torch.inference_mode():
        outputs = network(torch.stack([x, torch.zeros_like(x)]))
    here, on_black = (
        float(row[target] if isinstance(target, int) else row[target[0]] - row[target[1]])
        for row in outputs
    )
    seen = None
    if isinstance(network, nn.Sequential) and last_convolution(network) is not None:
        seen = grad_cam(network, x, target, signed=True)
    return Why(gradients, occlusion(network, x, target), seen, here, on_black)


def _ask(answer: Reading) -> tuple[Target, str]:
    """What is to be explained, and what to call it."""
    names = answer.class_names
    with st.container(key="why_target_part", width=340):
        chosen = kept_choice(
            "What speaks for",
            [RIVAL, *range(len(names))],
            key=widgets.key("why_target"),
            label=lambda i: "the likeliest against the runner-up" if i == RIVAL else names[i],
        )
    if chosen != RIVAL:
        return chosen, f"the logit of {names[chosen]}"
    first, second = answer.order[:2]
    return (first, second), f"the logit of {names[first]} minus that of {names[second]}"


def _sides(answer: Reading, target: Target) -> tuple[str, str]:
    names = answer.class_names
    if isinstance(target, int):
        return f"speaks for {with_article(names[target])}", "speaks against it"
    first, second = (with_article(names[i]) for i in target)
    return f"speaks for {first}", f"speaks for {second}"


def _show(name: str, shares: NDArray[np.float32], picture: NDArray[np.float32], of: str) -> None:
    st.markdown(f"**{name}**")
    balance = float(np.maximum(shares, 0).sum()), float(np.minimum(shares, 0).sum())
    show_picture(
        attribution_picture(shares, picture),
        alt=f"{name} of {of}: {balance[0]:+.2f} in all speaks for it (blue), {balance[1]:+.2f}"
        " against it (orange).",
    )
