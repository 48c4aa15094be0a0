"""Elements that explain pictures: pictures in one size, attributions, colours, choices."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.figures.pictures.attribution import AGAINST, FOR, attribution_picture
from nnlab.figures.pictures.digits import digit_picture, sample_grid
from nnlab.texts import _
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


def show_itself(picture: NDArray[np.float32], *, scale: int, width: int) -> None:
    """Show the input of a network under a title: float32 [channels, h, w]; 3 channels in colour."""
    st.markdown(_("**The picture**"))
    colour = sample_grid(picture[None], scale=scale) if len(picture) == 3 else None
    shown = colour or digit_picture(picture.mean(axis=0), scale=scale)
    show_picture(shown, alt=_("The picture itself."), width=width)


def show_shares(  # noqa: PLR0913 - an element has that many independent options
    name: str,
    shares: NDArray[np.floating],
    picture: NDArray[np.float32],
    *,
    blue: str,
    orange: str,
    scale: int,
    width: int,
) -> None:
    """Show each pixel's attribution over the picture: shares [h, w], picture [channels, h, w]."""
    show_picture(
        attribution_picture(shares, picture.mean(axis=0), scale=scale),
        alt=_(
            "{name}: {positive:+.2f} in all {blue}, {negative:+.2f} {orange}.",
            name=name,
            positive=shares.clip(0).sum(),
            blue=blue,
            negative=shares.clip(max=0).sum(),
            orange=orange,
        ),
        width=width,
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
