"""What the panels of the Draw page share: pictures in one size, the key of colours, choices."""

from collections.abc import Callable, Sequence

import streamlit as st

from nnlab.figures.pictures.attribution import AGAINST, FOR
from nnlab.ui.session.widgets import elements
from nnlab.visible import in_html

SHOWN = 280
"""Pixels of the page: as large as the canvas and what the network receives."""


def show_picture(png: bytes, *, alt: str, width: int = SHOWN) -> None:
    """A PNG with sharp edges; `alt` says what it shows, in words."""
    st.image(png, alt=alt, width=width, output_format="PNG")


def key_of_colours(blue: str, orange: str) -> str:
    """A line of HTML that says what blue and orange mean."""
    return (
        '<p class="nnlab-key">'
        f'<i style="background:{FOR}"></i>{in_html(blue)}'
        f'<i style="background:{AGAINST}"></i>{in_html(orange)}</p>'
    )


def kept_choice(
    title: str, options: Sequence[int], *, key: str, label: Callable[[int], str]
) -> int:
    """A list to choose a number from, whose choice outlives another panel and another page.

    Args:
        title: the accessible name.
        options: what can be chosen; the first at first, and where the last choice is none of them.
        key: of the widget.
        label: what an option is called; each another way.
    """
    wanted = elements.kept(key)
    elements[key] = wanted if wanted in options else options[0]
    chosen = st.selectbox(title, options, format_func=label, key=key)
    elements.keep(key, chosen)
    return chosen


def kept_percent(title: str, start: int, *, most: int, step: int, key: str) -> float:
    """A slider of whole percents, 0 to `most`, as a share; it outlives another panel and page."""
    elements[key] = elements.kept(key, start)
    chosen = st.slider(title, 0, most, step=step, key=key, format="%d %%")
    elements.keep(key, chosen)
    return chosen / 100
