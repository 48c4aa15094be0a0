"""The form of augmentation, with a preview of the pictures as the network will see them."""

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
    "shift": (N_("Shift"), 8.0, 0.5, N_("Largest shift along each axis, in pixels.")),
    "rotate": (N_("Rotate"), 45.0, 1.0, N_("Largest rotation in either direction, in degrees.")),
    "scale": (N_("Scale"), 0.5, 0.05, N_("Largest relative change in size.")),
    "shear": (N_("Shear"), 30.0, 1.0, N_("Largest slant of upright lines, in degrees.")),
    "stroke": (
        N_("Stroke width"),
        1.0,
        0.1,
        N_("Largest change of the stroke width: 1 is one pixel on each side."),
    ),
    "elastic": (
        N_("Elastic"),
        1.0,
        0.1,
        N_("How far the parts of a picture move, each in its own direction."),
    ),
}
"""Label, largest value, step and explanation, by field of `Augment`."""
SHOWN, DRAWS = 8, 3
"""Number of pictures in the preview, and of augmented versions of each."""


def augment_widgets(given: Augment | None) -> dict[str, Any]:
    """Return the widgets' values for the augmentation of a draft."""
    said = given or Augment()
    return {f"augment_{name}": getattr(said, name) for name in SLIDERS}


def show_augment(drafted: Augment | None, data: Images) -> Augment | None:
    """Draw the sliders and the preview. Return the augmentation chosen; None if all are at 0."""
    st.caption(
        _(
            "Every picture of a batch is changed at random before each step, so no two epochs"
            " see the same pictures. Validation pictures are not changed."
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
        return  # the page shows the error beside the download
    if said == Augment():
        st.caption(_("No augmentation yet. Move a slider to see what the network would get."))
        return
    draw = images_state().augment_seed
    st.image(
        _sheet(shown.tobytes(), shown.shape, said, draw),
        width="stretch",
        alt=_(
            "{count} original pictures, and {draws} augmented versions of each.",
            count=len(shown),
            draws=DRAWS,
        ),
    )
    st.caption(_("First row: the originals. Below: as the network will see them."))
    st.button(_("Draw again"), key=widgets.key("augment_again"), on_click=_draw_others)


def _draw_others() -> None:
    images_state().augment_seed += 1


@kept
def _sheet(shown: bytes, shape: tuple[int, ...], said: Augment, draw: int) -> bytes:
    pixels = torch.from_numpy(np.frombuffer(shown, np.float32).reshape(shape).copy())
    generator = torch.Generator().manual_seed(draw)
    rows = [pixels, *(augment(pixels, said, generator) for _index in range(DRAWS))]
    return sample_grid(torch.cat(rows).numpy(), columns=shape[0])
