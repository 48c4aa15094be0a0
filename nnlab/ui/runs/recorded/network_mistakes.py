"""The recorded pictures where a recorded network was surest, and wrong."""

import streamlit as st

from nnlab.figures.pictures.digits import percent
from nnlab.insight.predictions import confident_mistakes
from nnlab.texts import _
from nnlab.ui.runs.recorded.network_seen import Seen
from nnlab.ui.runs.recorded.network_sheet import show_sheet
from nnlab.ui.session.widgets import runs as widgets

MOST = 32
LONG = 3
"""Characters of a name beyond which only the number of what it says fits beneath a picture."""


def show_mistakes(seen: Seen, _dark: bool) -> None:
    """The view."""
    found, names = seen.predictions(), seen.names or ()
    wrong = int((found.truths != found.answers).sum())
    if not wrong:
        st.markdown(_("**Not one mistake** in {n:,} recorded examples.", n=len(found.truths)))
        return
    places = confident_mistakes(found, MOST)
    st.markdown(
        _(
            "**{n:,} mistake** ({share}): what it is, and what it is read as.",
            "**{n:,} mistakes** ({share}), the surest first: what each is, and what it is read as.",
            n=wrong,
            share=percent(wrong / len(found.truths)),
        )
    )
    short = max(map(len, names)) <= LONG
    pairs = [(int(found.truths[i]), int(found.answers[i])) for i in places]
    labels = [f"{names[t]} > {names[a]}" if short else f"{t} > {a}" for t, a in pairs]
    surest = ", ".join(
        _("{truth} read as {answer}", truth=names[t], answer=names[a]) for t, a in pairs[:5]
    )
    with st.container(key=widgets.key("recorded_mistakes")):
        show_sheet(
            seen,
            places,
            labels,
            alt=_("{count} mistakes; the surest: {surest}.", count=len(places), surest=surest),
        )
    if not short:
        st.caption(_("Numbers count the classes from 0, in the order of the table."))
