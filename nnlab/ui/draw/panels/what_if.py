"""The panel What if: the smallest change that makes another digit, and an adversarial noise."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from nnlab.figures.pictures.attribution import attribution_picture
from nnlab.figures.pictures.digits import digit_picture
from nnlab.insight.pictures.counterfactual import fooled, fooling_direction, smallest_change
from nnlab.texts import N_, _
from nnlab.ui.components.pictures import kept_choice, kept_percent, key_of_colours
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import Reading, read, sentence, with_article
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.widgets import draw as widgets
from nnlab.ui.words import plain

RUNNER_UP = -1
"""The choice that follows the answer."""
ALTS = {
    "change": (
        N_("The drawing with the change."),
        N_("The change alone: blue pixels are made brighter, orange ones darker."),
    ),
    "noise": (
        N_("The drawing with the noise."),
        N_("The noise alone: blue pixels are made brighter, orange ones darker."),
    ),
}
"""Alternative texts of the two pictures, by the kind of change."""


def show_what_if(frame: DrawFrame) -> None:
    """The panel. There has to be an answer."""
    made, answer, moment = frame.made, frame.answer, frame.moment
    assert made is not None
    assert answer is not None
    assert moment is not None
    left, right = st.columns(2, gap="large")
    with left, st.container(key="what_if_change"):
        _change(moment, answer, made.result)
    with right, st.container(key="what_if_noise"):
        _noise(moment, answer, made.result)
    st.html(key_of_colours(_("made brighter"), _("made darker")))


def _change(moment: Snapshot, answer: Reading, picture: NDArray[np.float32]) -> None:
    """A gradient step on the picture, as far as it takes."""
    st.markdown(_("**The smallest change**"))
    names, order = answer.class_names, answer.order
    chosen = kept_choice(
        _("that makes it"),
        [RUNNER_UP, *range(len(names))],
        key=widgets.key("change_target"),
        label=lambda i: _("the runner-up") if i == RUNNER_UP else names[i],
    )
    target = order[1] if chosen == RUNNER_UP else chosen
    share = kept_percent(
        _("Share of the change"), 100, most=100, step=5, key=widgets.key("change_share")
    )
    found = moment.explained(
        ("change", target, picture.tobytes()),
        lambda network: smallest_change(network, torch.from_numpy(picture)[None], target),
    )
    if target == order[0]:
        st.caption(
            _(
                "It reads {name} already: choose another class.",
                name=plain(with_article(names[target])),
            )
        )
        return
    if found is None:
        st.caption(
            _(
                "No change was found that makes it {name}: the gradient shows no way there.",
                name=plain(with_article(names[target])),
            )
        )
        return
    changed = found.at(share)
    _pictures(changed, found.change * share, picture, "change")
    _reads(moment, changed, names)
    st.caption(
        _(
            "All of it is {size:.2f} long (L2; the drawing {drawing:.1f}) and changes no pixel by"
            " more than {most:.2f}. Found by gradient steps on the picture, its weights unchanged;"
            " at 100 % the reading just turns.",
            size=found.size,
            drawing=np.linalg.norm(picture),
            most=np.abs(found.change).max(),
        )
    )


def _noise(moment: Snapshot, answer: Reading, picture: NDArray[np.float32]) -> None:
    """FGSM: every pixel by the same small step, up or down."""
    st.markdown(_("**A fooling noise (FGSM)**"))
    st.caption(
        _(
            "Every pixel goes one step ε (100 % is from black to white) in the direction that"
            " makes the network doubt its answer most: the sign of the gradient of the loss."
        )
    )
    epsilon = kept_percent("ε", 10, most=50, step=1, key=widgets.key("epsilon"))
    best = answer.order[0]
    direction = moment.explained(
        ("fgsm", best, picture.tobytes()),
        lambda network: fooling_direction(network, torch.from_numpy(picture)[None], best),
    )
    changed = fooled(picture, direction, epsilon)
    _pictures(changed, changed - picture, picture, "noise")
    _reads(moment, changed, answer.class_names)
    if not direction.any():
        st.caption(_("No pixel matters to this network: its gradient is 0 everywhere."))


def _pictures(
    changed: NDArray[np.float32],
    change: NDArray[np.float32],
    picture: NDArray[np.float32],
    name: str,
) -> None:
    whole, alone = ALTS[name]
    with st.container(key=f"{name}_pictures"):
        left, right = st.columns(2, gap="small")
    with left:
        st.image(
            digit_picture(changed, scale=10),
            alt=_(whole),
            width="stretch",
            output_format="PNG",
        )
    with right:
        st.image(
            attribution_picture(change, picture),
            alt=_(alone),
            width="stretch",
            output_format="PNG",
        )


def _reads(moment: Snapshot, changed: NDArray[np.float32], names: Sequence[str]) -> None:
    st.markdown(f"{plain(sentence(read(moment, changed, names)))}.")
