"""The canvas with its tools, and a drawing that outlives a visit to another page."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

SIDE = 280
"""Pixels: large enough for a finger, small enough for a phone."""
PAPER, INK = "#000000", "#ffffff"
"""As in MNIST, in both themes: so the canvas looks like what the network receives."""
PEN_WIDTH = 18
PEN, ERASER = "Pen", "Eraser"


@dataclass
class Sheet:
    """What a session has drawn."""

    version: int = 0
    """Changes with each clearing: the canvas is emptied by becoming another one."""
    start: dict[str, Any] | None = None
    """What the canvas was told to begin with, as Fabric.js writes it; changes with each undo."""
    drawing: dict[str, Any] | None = None
    """What is on it now, as Fabric.js writes it."""
    png: bytes | None = None
    """What is on it now, as it looks."""
    undone: dict[str, Any] | None = None
    """What the canvas still says until it has heard of an undo."""

    @property
    def key(self) -> str:
        """Of the component."""
        return f"canvas_{self.version}"

    @property
    def strokes(self) -> list[dict[str, Any]]:
        """The strokes of the pen and of the eraser, the oldest first."""
        return list((self.drawing or {}).get("objects", ()))

    def clear(self) -> None:
        """Nothing is drawn."""
        self.version += 1
        self.start = self.drawing = self.png = self.undone = None

    def undo(self) -> None:
        """Take the newest stroke away. The canvas redraws the rest, and sends it."""
        if len(self.strokes) <= 1:
            self.clear()
            return
        self.undone = self.drawing
        # The number makes it another start than the last one, even with the very same strokes.
        turn = (self.start or {}).get("turn", 0) + 1
        self.start = {**(self.drawing or {}), "objects": self.strokes[:-1], "turn": turn}
        self.drawing = self.start


def sheet() -> Sheet:
    """The session's."""
    if "sheet" not in st.session_state:
        st.session_state["sheet"] = Sheet()
    return st.session_state["sheet"]


def show_canvas() -> tuple[NDArray[np.uint8] | None, DeltaGenerator]:
    """The canvas and its tools.

    Returns the picture, uint8 [SIDE, SIDE, 4] (RGBA), None where nobody has drawn yet; and the
    container of the canvas, for what is shown over it.
    """
    drawn = sheet()
    if drawn.key not in st.session_state:
        drawn.start = drawn.drawing  # a canvas that is new on the page: after another page
    place = st.container(key="canvas", width=SIDE)
    with place:
        _canvas(drawn)
    _tools(drawn)
    return None if drawn.png is None else _pixels(drawn.png), place


def _canvas(drawn: Sheet) -> None:
    # It registers a component when it is imported, which is possible only in a running app.
    from streamlit_drawable_canvas import st_canvas

    result = st_canvas(
        width=SIDE,
        height=SIDE,
        background_color=PAPER,
        stroke_color=PAPER if st.session_state.get("tool") == ERASER else INK,
        stroke_width=st.session_state.get("pen_width", PEN_WIDTH),
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
            "Tool",
            [PEN, ERASER],
            default=PEN,
            required=True,
            key="tool",
            label_visibility="collapsed",
        )
        st.button(
            "Undo",
            key="undo",
            on_click=drawn.undo,
            disabled=empty,
        )
        st.button("Clear", key="clear", on_click=drawn.clear, disabled=empty)
    st.slider(
        "Width of the pen",
        8,
        40,
        PEN_WIDTH,
        key="pen_width",
        width=SIDE,
        format="%d px wide",
        label_visibility="collapsed",
    )


def _pixels(png: bytes) -> NDArray[np.uint8]:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
