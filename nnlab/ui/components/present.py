"""A presentation: larger type, no form, the picture as large as the screen, and keys."""

from functools import cache
from itertools import count
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.texts import _
from nnlab.ui.components.component import component
from nnlab.ui.session.address import PRESENT, write_words

STYLE = Path(__file__).with_name("present.css")
BAR = Path(__file__).with_name("present_bar.css")

_turns = count()


def is_presented() -> bool:
    """Whether the address says that the page is shown to a hall: `?present=1`."""
    return st.query_params.get(PRESENT) == "1"


def show_present_button(kind: Literal["secondary", "tertiary"] = "secondary") -> None:
    """The button that begins a presentation; the browser gives it the whole screen if it can.

    A sign whose name stands in its explanation, which Streamlit may draw twice within a live part:
    it belongs outside.
    """
    st.button(
        _("Present"),
        key="present",
        icon=":material/slideshow:",
        help=_("Present: larger type, the whole screen, and keys"),
        type=kind,
        on_click=lambda: write_words({PRESENT: "1"}),
    )


def show_present_style(presented: bool) -> None:
    """Hide the form in presentation mode. To be called outside the live part, before the form."""
    if presented:
        st.html(STYLE)


def show_present_bar(presented: bool, *, network: bool = False) -> None:
    """The small bar with the keys and the way out; to be called in the row of buttons.

    It is there without a presentation, too, and takes no room: the browser gives the whole screen
    only to a script that hears the click.

    Args:
        presented: what `is_presented` said when the page ran; where that is no longer so, the
            whole page runs again.
        network: the page has a network's drawing, which can stand in place of the curves.
    """
    if presented != is_presented():
        st.rerun()
    _component()(
        key="present_bar",
        # A number that no answer before had: the browser learns by it that the page has answered.
        data={"on": presented, "turn": next(_turns), "network": network},
        on_ended_change=lambda: write_words({PRESENT: None}),
    )


@cache
def _component() -> ComponentRenderer:
    return component("present", "components/present.js", style=BAR.read_text("utf-8"))
