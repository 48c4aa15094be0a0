"""Steps: from the drawing to the network's input, each with its picture and a line."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.drawing import Preprocessing
from nnlab.figures.pictures.digits import digit_picture
from nnlab.texts import N_, _
from nnlab.ui.draw.frame import DrawFrame

SHOWN = 180
"""Pixels of the page that the longer side of a picture takes."""


def show_steps(frame: DrawFrame) -> None:
    """The panel. There has to be a drawing."""
    made = frame.made
    assert made is not None
    pictures = _steps(made)
    columns = zip(st.columns(len(pictures)), pictures, strict=True)
    for number, (column, (picture, name, words)) in enumerate(columns, 1):
        with column, st.container(key=f"step_{number}"):
            st.markdown(f"**{name}**")
            st.image(
                digit_picture(picture, scale=max(1, round(200 / max(picture.shape)))),
                alt=f"{name}: {words}",
                width=_shown(picture),
                output_format="PNG",
            )
            st.caption(words)


def _steps(made: Preprocessing) -> tuple[tuple[NDArray[np.float32], str, str], ...]:
    top, left, bottom, right = made.box
    height, width = made.scaled.shape
    inked = N_(
        "What stands out from the paper. It is lighter than the paper: 1 where there is ink, 0"
        " where there is none."
    )
    if made.dark_on_light:
        inked = N_(
            "What stands out from the paper. It is darker than the paper, so it is inverted: 1"
            " where there is ink, 0 where there is none."
        )
    return (
        (
            made.grey,
            _("1 Greys"),
            _("Colours are weighed as the eye does: 0 is black, 1 is white."),
        ),
        (made.ink, _("2 Ink"), _(inked)),
        (
            made.ink[top:bottom, left:right],
            _("3 Cut out"),
            _(
                "The box around it, {width}×{height} pixels: it no longer matters where on the"
                " sheet you drew.",
                width=right - left,
                height=bottom - top,
            ),
        ),
        (
            made.scaled,
            _("4 Scaled"),
            _(
                "The longer side becomes 20 pixels, the proportions stay: {width}×{height}."
                " Averaging keeps soft edges; a fine pen is thickened before, or it would fade.",
                width=width,
                height=height,
            ),
        ),
        (
            made.result,
            _("5 Centred"),
            _("The centre of mass of the ink goes to the middle of 28×28, as in MNIST."),
        ),
    )


def _shown(picture: NDArray[np.float32]) -> int:
    """The width in pixels at which the longer side takes `SHOWN`."""
    height, width = picture.shape
    return max(12, round(SHOWN * width / max(height, width)))
