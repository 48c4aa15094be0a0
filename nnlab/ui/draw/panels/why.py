"""Why: what in the picture speaks for the one class or the other."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import nn

from nnlab.figures.pictures.attribution import attribution_picture
from nnlab.insight.pictures.attribution import (
    Target,
    grad_cam,
    integrated_gradients,
    last_convolution,
    occlusion,
)
from nnlab.texts import N_, _
from nnlab.ui.components.pictures import kept_choice, key_of_colours, show_picture
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import Reading, with_article
from nnlab.ui.session.widgets import draw as widgets

RIVAL = -1
"""The choice that compares the likeliest class with the runner-up."""


@dataclass(frozen=True)
class Why:
    """Three answers to one question. The pictures are float32 [28, 28]."""

    gradients: NDArray[np.float32] | None
    """Integrated gradients; None where the network has none."""
    covered: NDArray[np.float32]
    seen: NDArray[np.float32] | None
    """Grad-CAM; None where the network has no convolution."""
    here: float
    """The explained output for the picture."""
    on_black: float
    """And for a black one."""


def show_why(frame: DrawFrame) -> None:
    """Draw the panel Why. Requires `frame.answer`."""
    made, answer, moment = frame.made, frame.answer, frame.moment
    assert made is not None
    assert answer is not None
    assert moment is not None
    target, question = _ask(answer)
    picture = made.result
    why = moment.explained(
        ("why", target, picture.tobytes()),
        lambda network: explain(network, picture, target, has_gradients=frame.has_layers),
    )
    st.html(key_of_colours(*_sides(answer, target)))
    columns = st.columns(3, gap="medium")
    with columns[0], st.container(key="why_gradients"):
        _show_or_say(
            _("Integrated gradients"),
            why.gradients,
            picture,
            question,
            _gradients_text(why, question),
        )
    with columns[1], st.container(key="why_occlusion"):
        _show_occlusion(why, picture, question)
    with columns[2], st.container(key="why_grad_cam"):
        _show_or_say(_("Grad-CAM"), why.seen, picture, question, _grad_cam_text(why))


def _show_or_say(
    title: str,
    shares: NDArray[np.float32] | None,
    picture: NDArray[np.float32],
    question: str,
    text: str,
) -> None:
    """Show a method's shares with a text; without shares, the title and why there are none."""
    if shares is None:
        st.markdown(f"**{title}**")
    else:
        _show(title, shares, picture, question)
    st.caption(text)


def _gradients_text(why: Why, question: str) -> str:
    if why.gradients is None:
        return _(
            "They need gradients, and this recorded network, kept as ONNX, has none."
            " Occlusion needs only outputs."
        )
    return _(
        "Each pixel's share; they add up to **{sum:+.2f}**. Up to the error of a"
        " numeric integral that is the change of {question}: {here:+.2f} for this"
        " picture, {on_black:+.2f} for a black one.",
        sum=why.gradients.sum(),
        question=question,
        here=why.here,
        on_black=why.on_black,
    )


def _show_occlusion(why: Why, picture: NDArray[np.float32], question: str) -> None:
    _show(_("Occlusion"), why.covered, picture, question)
    most = float(why.covered.max())
    said = N_("A black square of 4×4 covers each place in turn: it falls nowhere.")
    if most > 0:
        said = N_(
            "A black square of 4×4 covers each place in turn: it falls by up to"
            " **{most:.2f}** where it is bluest."
        )
    st.caption(_(said, most=most))


def _grad_cam_text(why: Why) -> str:
    if why.seen is None:
        return _(
            "It uses the maps of the last convolution, and this network has none."
            " Choose a convolutional network to see it."
        )
    return _(
        "The maps of the last convolution, weighted by their gradients: coarse, since a"
        " value of a map stands for many pixels."
    )


def explain(
    network: nn.Module,
    picture: NDArray[np.float32],
    target: Target,
    *,
    has_gradients: bool = True,
) -> Why:
    """All of it for a picture, float32 [28, 28] in [0, 1].

    Raises:
        NnlabError: no such class, or outputs that are not finite.
    """
    x = torch.from_numpy(picture)[None]
    gradients = integrated_gradients(network, x, target) if has_gradients else None
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
    """Return the output to explain, and its name."""
    names = answer.class_names
    with st.container(key="why_target_part", width=340):
        chosen = kept_choice(
            _("What speaks for"),
            [RIVAL, *range(len(names))],
            key=widgets.key("why_target"),
            label=lambda i: _("the likeliest against the runner-up") if i == RIVAL else names[i],
        )
    if chosen != RIVAL:
        return chosen, _("the logit of {name}", name=names[chosen])
    first, second = answer.order[:2]
    return (first, second), _(
        "the logit of {first} minus that of {second}", first=names[first], second=names[second]
    )


def _sides(answer: Reading, target: Target) -> tuple[str, str]:
    names = answer.class_names
    if isinstance(target, int):
        name = with_article(names[target])
        return _("speaks for {name}", name=name), _("speaks against it")
    first, second = (with_article(names[i]) for i in target)
    return _("speaks for {name}", name=first), _("speaks for {name}", name=second)


def _show(
    name: str, shares: NDArray[np.float32], picture: NDArray[np.float32], question: str
) -> None:
    st.markdown(f"**{name}**")
    show_picture(
        attribution_picture(shares, picture),
        alt=_(
            "{name} of {question}: {positive:+.2f} in all speaks for it (blue), {negative:+.2f}"
            " against it (orange).",
            name=name,
            question=question,
            positive=np.maximum(shares, 0).sum(),
            negative=np.minimum(shares, 0).sum(),
        ),
    )
