"""The tab Confusion: the confusion matrix, and the pictures behind each of its cells."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.figures.confusion import confusion_figure, describe_confusion
from nnlab.figures.pictures.digits import percent
from nnlab.insight.predictions import counts, of_cell
from nnlab.texts import _
from nnlab.ui.components.chart import Click, show_chart
from nnlab.ui.components.pictures import kept_choice
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import choose_picture, show_sheet
from nnlab.ui.images.tab_context import TabContext, tab_context
from nnlab.ui.session.widgets import images as widgets
from nnlab.ui.words import plain
from nnlab.visible import in_html

PAGE = 40
"""Number of pictures shown at once."""
TRUTH, ANSWER = "confusion_truth", "confusion_answer"
SQUARE, CELL = 420, 22
"""Height of the chart, and least height of a row, in pixels."""


def draw_confusion(frame: ImagesFrame) -> None:
    """Draw the tab Confusion."""
    asked = tab_context(frame)
    if asked is None:
        return
    matrix = counts(asked.predictions(), len(asked.names))
    st.caption(_("{words}. Click a cell to see its pictures.", words=asked.words()))
    left, right = st.columns(2, gap="medium")
    with left:
        show_chart(
            confusion_figure(
                matrix,
                asked.names,
                height=max(SQUARE, CELL * len(asked.names)),
                dark=frame.dark,
            ),
            key=widgets.key("confusion_chart"),
            alt=describe_confusion(matrix, asked.names),
            on_click=lambda clicks: _point(clicks, len(asked.names)),
        )
    with right, st.container(key="confusion_cell"):
        _show_cell(asked, matrix)
    st.html(_by_class(matrix, asked.names))


def _point(clicks: list[Click], classes: int) -> None:
    """Choose the cell that was clicked. Rows are true classes, columns predicted ones."""
    truth, answer = round(clicks[-1].y), round(clicks[-1].x)
    if truth in range(classes) and answer in range(classes):
        for key, value in ((TRUTH, truth), (ANSWER, answer)):
            widgets.keep(key, value)
            widgets.forget(key)


def _choose_cell(names: Sequence[str]) -> tuple[int, int]:
    """Draw the two choices. Return the true class and the predicted one."""
    left, right = st.columns(2)
    with left:
        truth = kept_choice(
            _("It is"), range(len(names)), key=widgets.key(TRUTH), label=lambda i: names[i]
        )
    with right:
        answer = kept_choice(
            _("read as"), range(len(names)), key=widgets.key(ANSWER), label=lambda i: names[i]
        )
    return truth, answer


def _choose_page(pages: int) -> int:
    """Draw the choice of a page if there are several. Return it, counted from 0."""
    if pages <= 1:
        return 0
    key = "confusion_page"
    widgets[key] = min(int(widgets.get(key, 1)), pages)
    title = _("Page, 1 to {pages}", pages=pages)
    return int(st.number_input(title, 1, pages, key=widgets.key(key))) - 1


def _show_cell(asked: TabContext, matrix: NDArray[np.int64]) -> None:
    names = asked.names
    if widgets.kept(TRUTH) is None:
        wrong = matrix - np.diag(np.diag(matrix))
        truth, answer = divmod(int(wrong.argmax()), len(names))
        widgets.keep(TRUTH, truth)
        widgets.keep(ANSWER, answer)
    truth, answer = _choose_cell(names)
    found = asked.predictions()
    places = of_cell(found, truth, answer)
    said = {
        "count": len(places),
        "total": int(matrix[truth].sum()),
        "truth": plain(names[truth]),
        "answer": plain(names[answer]),
    }
    if not len(places):
        st.caption(_("None of the {total:,} pictures of {truth} is read as {answer}.", **said))
        return
    st.markdown(
        _(
            "**{count:,}** of {total:,} pictures of {truth} are read as **{answer}**, the most"
            " confident first:",
            **said,
        )
    )
    page = _choose_page(-(-len(places) // PAGE))
    shown = [int(place) for place in places[page * PAGE : (page + 1) * PAGE]]
    labels = [percent(float(found.confidence[place])) for place in shown]
    show_sheet(
        asked,
        shown,
        labels,
        columns=8,
        alt=_(
            "{count} pictures of {truth} read as {answer}, with confidence.",
            count=len(shown),
            truth=names[truth],
            answer=names[answer],
        ),
    )
    choose_picture(
        asked,
        shown,
        _("Look into one of them (tabs X-ray and Why)"),
        key=widgets.key("confusion_one"),
    )


def _by_class(matrix: NDArray[np.int64], names: tuple[str, ...]) -> str:
    rows = []
    for i, name in enumerate(names):
        total, right = int(matrix[i].sum()), int(matrix[i, i])
        share = right / total if total else 0.0
        said = _("no pictures")
        if total:
            said = _("{share} of {total:,}", share=percent(share), total=total)
        bar = f"<td><i style='width:{share:.1%}'></i></td>"
        rows.append(row(in_html(name), bar, cell(said)))
    return table("nnlab-by-class", rows, caption=_("Read right, by class"))
