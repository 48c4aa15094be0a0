"""Recorded pictures on one sheet, each with a word beneath."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.figures.pictures.digits import sample_grid
from nnlab.texts import _
from nnlab.ui.runs.recorded.network_seen import Seen

COLUMNS = 8
WIDE = 60
"""Pixels of the page for each picture, about."""


def show_sheet(seen: Seen, places: NDArray[np.int64], labels: Sequence[str], *, alt: str) -> None:
    """The pictures of these places, at least one, in rows of eight."""
    form = seen.form
    assert form is not None
    scale = max(1, round(WIDE / form.shape[2]))
    sheet = sample_grid(seen.pictures(places), list(labels), columns=COLUMNS, scale=scale)
    st.image(sheet, alt=alt, output_format="PNG")
    if form.is_scaled:
        st.caption(range_in_words(seen))


def range_in_words(seen: Seen) -> str:
    """How numbers of the network's own range are shown as pictures."""
    form = seen.form
    assert form is not None
    return _(
        "Its pictures go from {low:.4g} to {high:.4g}: shown from black to white.",
        low=form.low,
        high=form.high,
    )
