"""The tab Mistakes: the wrong predictions, the most confident first."""

from collections.abc import Sequence

import streamlit as st

from nnlab.figures.pictures.digits import percent
from nnlab.insight.predictions import Predictions, confident_mistakes
from nnlab.texts import N_, _
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import choose_picture, show_sheet
from nnlab.ui.images.tab_context import tab_context
from nnlab.ui.session.widgets import images as widgets

MOST = 36
LONG = 3
"""Longest class name, in characters, that fits beneath a picture beside the confidence."""


def _labels(found: Predictions, places: Sequence[int], names: Sequence[str]) -> list[str]:
    """Return each mistake's label: its confidence, and its classes where their names are short."""
    is_short = max(map(len, names)) <= LONG
    sure = [percent(float(found.confidence[i])) for i in places]
    return [
        f"{names[found.truths[i]]} > {names[found.answers[i]]}  {share}" if is_short else share
        for i, share in zip(places, sure, strict=True)
    ]


def draw_mistakes(frame: ImagesFrame) -> None:
    """Draw the tab Mistakes."""
    asked = tab_context(frame)
    if asked is None:
        return
    found = asked.predictions()
    wrong = int((found.truths != found.answers).sum())
    if not wrong:
        st.markdown(_("{words}: **no mistakes**.", words=asked.words()))
        return
    places = [int(place) for place in confident_mistakes(found, MOST)]
    names = asked.names
    said = N_(
        "{words}: **{wrong:,} mistakes** ({share}). All of them, with true class, predicted class"
        " and the network's confidence:"
    )
    if wrong > len(places):
        said = N_(
            "{words}: **{wrong:,} mistakes** ({share}). The {count} most confident ones, with true"
            " class, predicted class and the network's confidence:"
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
    surest = ", ".join(
        _("{truth} read as {answer}", truth=names[truth], answer=names[answer])
        for truth, answer in zip(found.truths[places[:5]], found.answers[places[:5]], strict=True)
    )
    show_sheet(
        asked,
        places,
        _labels(found, places, names),
        columns=8,
        scale=3,
        alt=_("{count} mistakes; the most confident: {surest}.", count=len(places), surest=surest),
    )
    choose_picture(
        asked,
        places,
        _("Look into one of them (tabs X-ray and Why)"),
        key=widgets.key("mistake_one"),
    )
