"""The part of the Images form that chooses among the drawings that people here have kept."""

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
"""Data sets that may train beside the kept drawings."""


def can_choose_handwriting(data: Images) -> bool:
    """Whether there is a drawing to learn from, or the experiment says one already."""
    return data.kind == "handwriting" or bool(doors.drawings().listed())


def show_handwriting(data: Images) -> dict[str, Any]:
    """Which drawings, and what trains beside them: the fields of `Images` that say it.

    The drawings are frozen when they are chosen: a run goes on with them while people draw more.

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
                    "{count:,} drawings are kept by now; this experiment has {name}.",
                    count=len(held),
                    name=plain(name),
                )
            )
            if st.button(_("Take those of now"), key=widgets.key("newest_drawings")):
                name = now
    beside = data.beside or NOTHING
    options = list(BESIDE) if beside in BESIDE else [*BESIDE, beside]
    chosen = st.selectbox(
        _("Beside them trains"),
        options,
        index=options.index(beside),
        format_func=lambda kind: _(LABELS.get(kind, kind)),
        key=widgets.key("beside"),
        help=_(
            "The drawings are repeated, and 2,000 pictures of that set join them. Its validation"
            " pictures validate then."
        ),
    )
    return {"drawings": name, "beside": None if chosen == NOTHING else chosen}
