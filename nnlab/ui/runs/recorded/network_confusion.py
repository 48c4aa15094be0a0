"""Which classes a recorded network takes for which, and the pictures behind each number."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.figures.confusion import confusion_figure, describe_confusion
from nnlab.figures.pictures.digits import percent
from nnlab.insight.predictions import counts, of_cell
from nnlab.texts import _
from nnlab.ui.components.chart import Click, show_chart
from nnlab.ui.components.pictures import kept_choice
from nnlab.ui.runs.recorded.network_seen import Seen
from nnlab.ui.runs.recorded.network_sheet import show_sheet
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.words import plain

MOST = 40
"""Pictures shown of a cell."""
TRUTH, ANSWER = "recorded_truth", "recorded_answer"
SQUARE, CELL = 420, 22
"""Pixels: the height for ten classes, and what each class needs at least."""


def show_confusion(seen: Seen, dark: bool) -> None:
    """The view."""
    names = seen.names or ()
    matrix = counts(seen.predictions(), len(names))
    right, total = int(np.trace(matrix)), int(matrix.sum())
    st.markdown(
        _(
            "**{right:,}** of {total:,} recorded examples are read right ({share}).",
            right=right,
            total=total,
            share=percent(right / total),
        )
    )
    show_chart(
        confusion_figure(matrix, names, height=max(SQUARE, CELL * len(names)), dark=dark),
        key=widgets.key("recorded_confusion"),
        alt=describe_confusion(matrix, names),
        on_click=lambda clicks: _point(clicks, len(names)),
    )
    if seen.form is not None:
        _show_cell(seen, matrix)


def _point(clicks: list[Click], classes: int) -> None:
    """Rows are what a picture is, columns what the network says."""
    truth, answer = round(clicks[-1].y), round(clicks[-1].x)
    if truth in range(classes) and answer in range(classes):
        for key, value in ((TRUTH, truth), (ANSWER, answer)):
            widgets.keep(key, value)
            widgets.forget(key)


def _show_cell(seen: Seen, matrix: NDArray[np.int64]) -> None:
    names = seen.names or ()
    if widgets.kept(TRUTH) not in range(len(names)):
        wrong = matrix - np.diag(np.diag(matrix))
        truth, answer = divmod(int(wrong.argmax()), len(names))
        widgets.keep(TRUTH, truth)
        widgets.keep(ANSWER, answer)
    columns = st.columns(2)
    titles = (_("It is"), _("read as"))
    chosen = []
    for column, title, key in zip(columns, titles, (TRUTH, ANSWER), strict=True):
        with column:
            label = names.__getitem__
            options = range(len(names))
            chosen.append(kept_choice(title, options, key=widgets.key(key), label=label))
    truth, answer = chosen
    found = seen.predictions()
    places = of_cell(found, truth, answer)
    said = _(
        "**{count:,}** of {total:,} pictures of {truth} are read as **{answer}**.",
        count=len(places),
        total=int(matrix[truth].sum()),
        truth=plain(names[truth]),
        answer=plain(names[answer]),
    )
    if len(places) > 1:
        said = f"{said} {_('The surest first:')}"
    st.markdown(said)
    if len(places):
        shown = places[:MOST]
        show_sheet(
            seen,
            shown,
            [percent(float(found.confidence[place])) for place in shown],
            alt=_(
                "{count} pictures of {truth} read as {answer}, with confidence.",
                count=len(shown),
                truth=names[truth],
                answer=names[answer],
            ),
        )
