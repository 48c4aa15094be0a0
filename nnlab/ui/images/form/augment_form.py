"""The form of augmentation, and samples as the network will see them, before it is used."""

from typing import Any

import numpy as np
import streamlit as st
import torch

from nnlab.config import Augment, Images
from nnlab.data.description import shape_of
from nnlab.errors import NnlabError
from nnlab.figures.pictures.digits import sample_grid
from nnlab.texts import N_, _
from nnlab.training.augment import augment
from nnlab.ui.components.layout import part
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.image_data import pictures
from nnlab.ui.session.labs import images_state
from nnlab.ui.session.widgets import images as widgets

SLIDERS = {
    "shift": (N_("Shift"), 8.0, 0.5, N_("Pixels, along each axis, at most.")),
    "rotate": (N_("Rotate"), 45.0, 1.0, N_("Degrees, either way, at most.")),
    "scale": (N_("Scale"), 0.5, 0.05, N_("Larger or smaller by this share, at most.")),
    "shear": (N_("Shear"), 30.0, 1.0, N_("Degrees by which upright lines lean, at most.")),
    "stroke": (
        N_("Stroke width"),
        1.0,
        0.1,
        N_("Thinner or thicker: 1 is a pixel on each side, at most."),
    ),
    "elastic": (
        N_("Elastic"),
        1.0,
        0.1,
        N_("How far parts of a picture move apart from each other."),
    ),
}
"""Label, largest value, step and what it means, by field of `Augment`."""
SHOWN, DRAWS = 8, 3
"""Pictures of the preview, and how often each is changed."""


def augment_widgets(given: Augment | None) -> dict[str, Any]:
    """Return the widgets' values for the augmentation of a draft."""
    said = given or Augment()
    return {f"augment_{name}": getattr(said, name) for name in SLIDERS}


def show_augment(drafted: Augment | None, data: Images) -> Augment | None:
    """Draw the sliders and the preview, and return what they say; None where all stand at 0."""
    st.caption(
        _(
            "Every picture of a batch is changed at random before each step, so that no two"
            " epochs see the same ones. Validation pictures stay as they are."
        )
    )
    in_colour = shape_of(data)[0] > 1
    left, right = st.columns(2)
    for index, (name, (label, most, step, explained)) in enumerate(SLIDERS.items()):
        place = right if index % 2 else left
        with place, part(f"augment_{name}", used=name != "stroke" or not in_colour):
            st.slider(
                _(label),
                0.0,
                most,
                step=step,
                key=widgets.key(f"augment_{name}"),
                help=_(explained),
            )
    chosen = {name: float(widgets[f"augment_{name}"]) for name in SLIDERS}
    if in_colour:
        chosen["stroke"] = 0.0  # photographs have no strokes
    said = Augment(**chosen)
    _preview(said, data)
    if said == Augment():
        return drafted if drafted == said else None
    return said


def _preview(said: Augment, data: Images) -> None:
    try:
        shown = pictures(data).shown[:SHOWN]
    except NnlabError:
        return  # the page says it beside the download
    if said == Augment():
        st.caption(_("Nothing is changed. Move a slider, and see here what the network would get."))
        return
    draw = images_state().augment_seed
    st.image(
        _sheet(shown.tobytes(), shown.shape, said, draw),
        width="stretch",
        alt=_(
            "{count} pictures as they are, and each changed {draws} times.",
            count=len(shown),
            draws=DRAWS,
        ),
    )
    st.caption(_("In the first row as they are, below as the network will see them."))
    st.button(_("Draw others"), key=widgets.key("augment_again"), on_click=_draw_others)


def _draw_others() -> None:
    images_state().augment_seed += 1


@kept
def _sheet(shown: bytes, shape: tuple[int, ...], said: Augment, draw: int) -> bytes:
    pixels = torch.from_numpy(np.frombuffer(shown, np.float32).reshape(shape).copy())
    generator = torch.Generator().manual_seed(draw)
    rows = [pixels, *(augment(pixels, said, generator) for _index in range(DRAWS))]
    return sample_grid(torch.cat(rows).numpy(), columns=shape[0])
