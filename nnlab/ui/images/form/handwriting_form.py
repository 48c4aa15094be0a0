"""The part of the Images form that chooses saved drawings as the data set."""

from typing import Any

import streamlit as st

from nnlab.config import Images
from nnlab.texts import N_, _
from nnlab.ui import doors
from nnlab.ui.runtime.image_data import LABELS
from nnlab.ui.session.widgets import images as widgets
from nnlab.ui.words import plain

NOTHING = N_("nothing else")
BESIDE = (NOTHING, "digits", "mnist")
"""Data sets that can be mixed with the saved drawings."""


def can_choose_handwriting(data: Images) -> bool:
    """Whether there are saved drawings to learn from, or the experiment already uses them."""
    return data.kind == "handwriting" or bool(doors.drawings().listed())


def show_handwriting(data: Images) -> dict[str, Any]:
    """Draw the choices. Return the fields `drawings` and `beside` of `Images`.

    The drawings are frozen when they are chosen, so later drawings do not change a run's data.

    Raises:
        NnlabError: a drawing cannot be read, or the set cannot be written.
    """
    drawings = doors.drawings()
    held = drawings.listed()
    if data.drawings is None:
        name = drawings.freeze(held)
    else:
        name = data.drawings
        now = drawings.freeze(held) if held else name
        if now != name:
            st.caption(
                _(
                    "There are now {count:,} saved drawings; this experiment uses {name}.",
                    count=len(held),
                    name=plain(name),
                )
            )
            if st.button(_("Use the current drawings"), key=widgets.key("newest_drawings")):
                name = now
    beside = data.beside or NOTHING
    options = list(BESIDE) if beside in BESIDE else [*BESIDE, beside]
    chosen = st.selectbox(
        _("Train together with"),
        options,
        index=options.index(beside),
        format_func=lambda kind: _(LABELS.get(kind, kind)),
        key=widgets.key("beside"),
        help=_(
            "The drawings are repeated and mixed with 2,000 pictures of that set, whose"
            " validation pictures are then used for validation."
        ),
    )
    return {"drawings": name, "beside": None if chosen == NOTHING else chosen}
