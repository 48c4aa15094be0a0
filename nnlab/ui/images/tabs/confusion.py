"""The tab Confusion: which classes are taken for which, and the pictures behind each number."""

from html import escape

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.figures.confusion import confusion_figure, describe_confusion
from nnlab.figures.digits import percent
from nnlab.insight.verdicts import counts, of_cell
from nnlab.ui.components.chart import Click, show_chart
from nnlab.ui.components.pictures import kept_choice
from nnlab.ui.images.asked import Asked, ask
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import choose_picture, show_sheet
from nnlab.ui.session.widgets import images as widgets

PAGE = 40
"""Pictures shown at once."""
TRUTH, ANSWER = "confusion_truth", "confusion_answer"
SQUARE, CELL = 420, 22
"""Pixels: the height for ten classes, and what each class needs at least."""


def draw_confusion(frame: ImagesFrame) -> None:
    """The tab."""
    asked = ask(frame)
    if asked is None:
        return
    table = counts(asked.verdicts(), len(asked.names))
    st.caption(f"{asked.words()}. Click a cell to see its pictures.")
    left, right = st.columns(2, gap="medium")
    with left:
        show_chart(
            confusion_figure(
                table,
                asked.names,
                height=max(SQUARE, CELL * len(asked.names)),
                dark=frame.dark,
            ),
            key=widgets.key("confusion_chart"),
            alt=describe_confusion(table, asked.names),
            on_click=lambda clicks: _point(clicks, len(asked.names)),
        )
    with right, st.container(key="confusion_cell"):
        _show_cell(asked, table)
    st.html(_by_class(table, asked.names))


def _point(clicks: list[Click], classes: int) -> None:
    """Rows are what a picture is, columns what the network says."""
    truth, answer = round(clicks[-1].y), round(clicks[-1].x)
    if truth in range(classes) and answer in range(classes):
        for key, value in ((TRUTH, truth), (ANSWER, answer)):
            widgets.keep(key, value)
            widgets.forget(key)


def _show_cell(asked: Asked, table: NDArray[np.int64]) -> None:
    names = asked.names
    if widgets.kept(TRUTH) is None:
        wrong = table - np.diag(np.diag(table))
        truth, answer = divmod(int(wrong.argmax()), len(names))
        widgets.keep(TRUTH, truth)
        widgets.keep(ANSWER, answer)
    columns = st.columns(2)
    with columns[0]:
        truth = kept_choice(
            "It is", range(len(names)), key=widgets.key(TRUTH), label=lambda i: names[i]
        )
    with columns[1]:
        answer = kept_choice(
            "read as", range(len(names)), key=widgets.key(ANSWER), label=lambda i: names[i]
        )
    found = asked.verdicts()
    places = of_cell(found, truth, answer)
    total = int(table[truth].sum())
    if not len(places):
        st.caption(f"None of the {total:,} pictures of {names[truth]} is read as {names[answer]}.")
        return
    st.markdown(
        f"**{len(places):,}** of {total:,} pictures of {names[truth]} are read as"
        f" **{names[answer]}**; the surest first:"
    )
    pages = -(-len(places) // PAGE)
    page = 0
    if pages > 1:
        key = "confusion_page"
        widgets[key] = min(int(widgets.get(key, 1)), pages)
        page = int(st.number_input(f"Page, 1 to {pages}", 1, pages, key=widgets.key(key))) - 1
    shown = [int(place) for place in places[page * PAGE : (page + 1) * PAGE]]
    labels = [percent(float(found.confidence[place])) for place in shown]
    show_sheet(
        asked,
        shown,
        labels,
        columns=8,
        alt=f"{len(shown)} pictures of {names[truth]} read as {names[answer]}, with confidence.",
    )
    choose_picture(
        asked, shown, "Look into one of them (tabs X-ray and Why)", key=widgets.key("confusion_one")
    )


def _by_class(table: NDArray[np.int64], names: tuple[str, ...]) -> str:
    rows = []
    for i, name in enumerate(names):
        total, right = int(table[i].sum()), int(table[i, i])
        share = right / total if total else 0.0
        said = f"{percent(share)} of {total:,}" if total else "no picture"
        rows.append(
            f"<tr><th scope='row'>{escape(name)}</th><td><i style='width:{share:.1%}'></i></td>"
            f"<td>{said}</td></tr>"
        )
    return (
        "<table class='nnlab-by-class'><caption>Read right, by class</caption>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
