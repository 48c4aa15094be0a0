"""The tab Mistakes: where the network was surest, and wrong."""

import streamlit as st

from nnlab.figures.pictures.digits import percent
from nnlab.insight.predictions import confident_mistakes
from nnlab.texts import N_, _
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import choose_picture, show_sheet
from nnlab.ui.images.tab_context import tab_context
from nnlab.ui.session.widgets import images as widgets

MOST = 36
LONG = 3
"""Characters of a name beyond which only what the network says fits beneath a picture."""


def draw_mistakes(frame: ImagesFrame) -> None:
    """The tab."""
    asked = tab_context(frame)
    if asked is None:
        return
    found = asked.predictions()
    wrong = int((found.truths != found.answers).sum())
    if not wrong:
        st.markdown(_("{words}: **not one mistake**.", words=asked.words()))
        return
    places = [int(place) for place in confident_mistakes(found, MOST)]
    names = asked.names
    if wrong == len(places):
        said = N_(
            "{words}: **{wrong:,} mistakes** ({share}). Here all, with what each is, what it is"
            " read as, and how sure the network was."
        )
    else:
        said = N_(
            "{words}: **{wrong:,} mistakes** ({share}). Here the {count} surest, with what each"
            " is, what it is read as, and how sure the network was."
        )
    st.markdown(
        _(
            said,
            words=asked.words(),
            wrong=wrong,
            share=percent(wrong / len(asked.part)),
            count=len(places),
        )
    )
    short = max(map(len, names)) <= LONG
    sure = [percent(float(found.confidence[i])) for i in places]
    labels = [
        f"{names[found.truths[i]]} > {names[found.answers[i]]}  {share}" if short else share
        for i, share in zip(places, sure, strict=True)
    ]
    surest = ", ".join(
        _(
            "{truth} read as {answer}",
            truth=names[found.truths[i]],
            answer=names[found.answers[i]],
        )
        for i in places[:5]
    )
    show_sheet(
        asked,
        places,
        labels,
        columns=8,
        scale=3,
        alt=_("{count} mistakes; the surest: {surest}.", count=len(places), surest=surest),
    )
    choose_picture(
        asked,
        places,
        _("Look into one of them (tabs X-ray and Why)"),
        key=widgets.key("mistake_one"),
    )
