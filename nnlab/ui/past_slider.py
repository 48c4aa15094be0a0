"""The slider through a run's past: its range grows with the run, and stays under the hand."""

import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.served import loader, served

SCRIPT = Path(__file__).with_name("past_slider.js")
KEY = "past_slider"


def show_past_slider(
    first: int, last: int, past: int | None, *, disabled: bool, move: Callable[[int | None], None]
) -> None:
    """From the run's first step to its newest. Arrow keys go by one, the right end is now.

    Streamlit's own slider begins anew when its range changes, which would be at each frame of a run
    that trains.

    Args:
        first: the run's first step.
        last: its newest.
        past: the step looked at; None for now.
        disabled: there is no past yet.
        move: called with the step that somebody chose, None for now, before the page is drawn.
    """

    def moved() -> None:
        wanted = st.session_state[KEY].moved
        if wanted is not None:
            move(None if wanted == "now" else min(max(int(wanted), first), last))

    _component()(
        key=KEY,
        data={"first": first, "last": last, "past": past, "disabled": disabled},
        on_moved_change=moved,
    )


@cache
def _component() -> ComponentRenderer:
    script = SCRIPT.read_bytes()
    address = served(f"past-slider-{zlib.crc32(script):08x}.js", script)
    return st.components.v2.component(
        "nnlab_past_slider",
        html='<label class="nnlab-past"><span>past</span>'
        '<input type="range" step="1" aria-label="Step of the run that is looked at" disabled>'
        "<span>now</span></label>",
        js=loader("nnlabPastSlider", address),
        isolate_styles=False,
    )
