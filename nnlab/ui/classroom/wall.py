"""The wall: a live tile of each student, and what the lecturer says to all."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.classroom.classroom import Classroom
from nnlab.errors import NnlabError
from nnlab.figures import theme
from nnlab.figures.boundary import class_palette, diverging_palette
from nnlab.ui import doors
from nnlab.ui.classroom.wall_controls import show_wall_controls
from nnlab.ui.classroom.wall_lesson import show_lesson
from nnlab.ui.components.component import component
from nnlab.ui.messages import say
from nnlab.ui.session.sweep_state import open_run
from nnlab.ui.shell import page_file
from nnlab.wire.paths import below

STYLE = Path(__file__).with_name("wall.css")
KEY = "class_wall"
MOST_CLASSES = 10


def show_wall(room: Classroom) -> None:
    """The tiles, and what the lecturer says to all."""
    st.html(STYLE)
    show_wall_controls(room)
    show_lesson(room)
    told = _component()(
        key=KEY, data=_data(st.context.theme.type == "dark"), on_open_change=lambda: None
    )
    run_id = told.get("open")
    if not isinstance(run_id, str):
        return
    try:
        page = open_run(doors.store().get(run_id))
    except NnlabError as error:
        say("info", error, icon=":material/info:")
        return
    st.switch_page(page_file(page))


def _data(dark: bool) -> dict[str, Any]:
    return {
        "address": below(str(st.get_option("server.baseUrlPath")), "/wire/class"),
        "palettes": _palettes(dark),
        "colours": {
            "train": theme.ink(dark),
            "val": theme.accent(dark),
            "line": theme.winner(dark),
            "ink": theme.ink(dark),
            "faint": theme.faint(dark),
        },
    }


@cache
def _palettes(dark: bool) -> dict[str, Any]:
    classes = {
        str(count): class_palette(count, dark).tobytes().hex()
        for count in range(3, MOST_CLASSES + 1)
    }
    return {
        "diverging": diverging_palette(dark).tobytes().hex(),
        "classes": classes | {"most": classes[str(MOST_CLASSES)]},
    }


@cache
def _component() -> ComponentRenderer:
    return component("wall", "components/wall.js")
