"""The canvas with its tools, and a drawing that outlives a visit to another page."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from nnlab.drawing import read_image
from nnlab.errors import NnlabError
from nnlab.texts import N_, _
from nnlab.ui.messages import say
from nnlab.ui.session.draw_state import Sheet, draw_state
from nnlab.ui.session.widgets import draw as widgets
from nnlab.ui.session.widgets import elements

SIDE = 280
"""Pixels: large enough for a finger, small enough for a phone."""
PAPER, INK = "#000000", "#ffffff"
"""Colours as in MNIST, in both themes, so that the canvas looks like the network's input."""
PEN_WIDTH = 18
PEN, ERASER = N_("Pen"), N_("Eraser")


def show_canvas() -> tuple[NDArray[np.uint8] | None, DeltaGenerator]:
    """The canvas and its tools.

    Returns the picture, uint8 [SIDE, SIDE, 4] (RGBA), None where nobody has drawn yet; and the
    container of the canvas, for what is shown over it.
    """
    drawn = draw_state().sheet
    if drawn.key not in elements:
        drawn.start = drawn.drawing  # a canvas that is new on the page: after another page
    place = st.container(key="canvas", width=SIDE)
    with place:
        _canvas(drawn)
    _tools(drawn)
    try:
        return None if drawn.png is None else read_image(drawn.png), place
    except NnlabError as error:  # a browser sends what it likes
        with place:
            say("error", error, icon=":material/error:")
        return None, place


def _canvas(drawn: Sheet) -> None:
    # It registers a component when it is imported, which is possible only in a running app.
    from streamlit_drawable_canvas import st_canvas

    result = st_canvas(
        width=SIDE,
        height=SIDE,
        background_color=PAPER,
        stroke_color=PAPER if widgets.get("tool") == ERASER else INK,
        stroke_width=widgets.get("pen_width", PEN_WIDTH),
        initial_drawing=drawn.start,
        return_image_data=True,
        key=drawn.key,
    )
    if result.image_bytes is not None and result.json_data != drawn.undone:
        drawn.drawing, drawn.png, drawn.undone = result.json_data, result.image_bytes, None


def _tools(drawn: Sheet) -> None:
    empty = not drawn.strokes
    with st.container(
        horizontal=True, gap="small", width=SIDE, key="tools", vertical_alignment="center"
    ):
        st.segmented_control(
            _("Tool"),
            [PEN, ERASER],
            format_func=_,
            default=PEN,
            required=True,
            key=widgets.key("tool"),
            label_visibility="collapsed",
        )
        st.button(_("Undo"), key=widgets.key("undo"), on_click=drawn.undo, disabled=empty)
        st.button(_("Clear"), key=widgets.key("clear"), on_click=drawn.clear, disabled=empty)
    st.slider(
        _("Width of the pen"),
        8,
        40,
        PEN_WIDTH,
        key=widgets.key("pen_width"),
        width=SIDE,
        format=_("%d px wide"),
        label_visibility="collapsed",
    )
