"""A sheet of pictures with labels, and the choice of one of them."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from nnlab.figures.pictures.digits import percent, sample_grid
from nnlab.texts import N_, _
from nnlab.ui.components.pictures import kept_choice
from nnlab.ui.images.tab_context import TabContext
from nnlab.ui.session.labs import images_state
from nnlab.ui.session.widgets import images as widgets
from nnlab.ui.words import plain


def show_sheet(
    asked: TabContext,
    places: Sequence[int],
    labels: Sequence[str],
    *,
    columns: int,
    alt: str,
    scale: int = 2,
) -> None:
    """Show the validation pictures at these indices, at least one, in rows."""
    key = ("sheet", tuple(places), tuple(labels), columns, scale)

    def draw(_network: object) -> bytes:
        pictures = asked.part.x[list(places)].numpy()
        return sample_grid(pictures, list(labels), columns=columns, scale=scale)

    st.image(asked.moment.cached(key, draw), alt=alt, output_format="PNG")


def choose_picture(asked: TabContext, places: Sequence[int], title: str, *, key: str) -> int:
    """Draw a list of these pictures. Return the index chosen, which other tabs use as well."""
    found = asked.predictions()

    def label(place: int) -> str:
        truth, answer = asked.names[found.truths[place]], asked.names[found.answers[place]]
        sure = percent(float(found.confidence[place]))
        if truth == answer:
            said = N_("picture {number:,}: {truth}, read right ({sure})")
        else:
            said = N_("picture {number:,}: {truth}, read as {answer} ({sure})")
        return _(said, number=place + 1, truth=truth, answer=answer, sure=sure)

    chosen = kept_choice(title, list(places), key=key, label=label)
    images_state().picture = chosen
    return chosen


def chosen_picture(asked: TabContext) -> int:
    """Draw a number field. Return the index chosen; at first the most confident mistake."""
    count = len(asked.part)
    state = images_state()
    held = min(_first(asked) if state.picture is None else state.picture, count - 1)
    widgets["picture_number"] = held + 1
    column, rest = st.columns([2, 5], vertical_alignment="bottom")
    with column:
        number = st.number_input(
            _("Validation picture, 1 to {count:,}", count=count),
            1,
            count,
            key=widgets.key("picture_number"),
        )
    place = int(number) - 1
    state.picture = place
    found = asked.predictions()
    truth, answer = (plain(asked.names[said[place]]) for said in (found.truths, found.answers))
    with rest:
        st.markdown(
            _(
                "{when}: it is **{truth}**, read as **{answer}** {mark} ({sure})."
                " You can also choose a picture in the tabs Confusion and Mistakes.",
                when=asked.when(),
                truth=truth,
                answer=answer,
                mark="✓" if found.truths[place] == found.answers[place] else "✗",
                sure=percent(float(found.confidence[place])),
            )
        )
    return place


def _first(asked: TabContext) -> int:
    found = asked.predictions()
    wrong = np.flatnonzero(found.truths != found.answers)
    return int(wrong[found.confidence[wrong].argmax()]) if len(wrong) else 0
