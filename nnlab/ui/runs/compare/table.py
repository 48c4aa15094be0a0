"""The experiments of the runs that are compared: a column each, the differing rows alone."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from nnlab.figures.overlay import DASHES, run_colour
from nnlab.runs import Summary
from nnlab.ui.lab.experiment_diff import Row, rows
from nnlab.ui.runs.figures import figures_of
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.words import duration

DASH = "–"
COLUMNS = (
    "run",
    "status",
    "epoch",
    "step",
    "time",
    "loss",
    "accuracy",
    "best epoch's loss",
    "its accuracy",
)


def swatch(index: int, dark: bool) -> str:
    """A piece of the run's line, as its curve is drawn."""
    colour = run_colour(index, dark)
    lengths = [] if DASHES[index] == "solid" else DASHES[index].replace("px", "").split(",")
    stops, reached = [], 0
    for i, length in enumerate(map(int, lengths)):
        stops.append(f"{'transparent' if i % 2 else colour} {reached}px {reached + length}px")
        reached += length
    drawn = f"repeating-linear-gradient(90deg, {', '.join(stops)})" if stops else colour
    return f"<i class='nnlab-swatch' style='background: {drawn}'></i>"


def show_runs(summaries: Sequence[Summary], dark: bool) -> None:
    """Which line is which run, and how far it came."""
    body = "".join(
        f"<tr><th scope='row'>{swatch(i, dark)}<span>{escape(summary.meta.name)}</span></th>"
        f"{_cells(summary)}</tr>"
        for i, summary in enumerate(summaries)
    )
    head = "".join(f"<th scope='col'>{name}</th>" for name in COLUMNS)
    st.html(
        "<div class='nnlab-wide'><table class='nnlab-compared' aria-label='Runs'><thead><tr>"
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    st.caption(
        "Losses and accuracies are those of validation; the best epoch is that of the lowest loss."
    )


def _cells(summary: Summary) -> str:
    last, figures = summary.last, figures_of(summary)
    cells = [
        summary.status,
        f"{last.epoch:,}" if last else DASH,
        f"{last.step:,}" if last else DASH,
        duration(last.seconds) if last else DASH,
    ]
    for value, digits in (
        (figures.val_loss, ".4g"),
        (figures.val_accuracy, ".1%"),
        (figures.best_val_loss, ".4g"),
        (figures.best_val_accuracy, ".1%"),
    ):
        cells.append(DASH if value is None else f"{value:{digits}}")
    return "".join(f"<td>{cell}</td>" for cell in cells)


def show_experiments(summaries: Sequence[Summary], dark: bool) -> None:
    """The fields in which the experiments differ; all of them on demand."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="medium", key="compare_experiments"
    ):
        st.markdown("##### Experiments")
        show_all = st.toggle("Show all", key=widgets.key("compare_all"))
    every = rows([summary.experiment for summary in summaries])
    shown = [row for row in every if show_all or row.differs]
    if not shown:
        st.markdown("The experiments are the same in every field.")
        return
    names = "".join(
        f"<th scope='col'>{swatch(i, dark)}<span>{escape(summary.meta.name)}</span></th>"
        for i, summary in enumerate(summaries)
    )
    body = "".join(map(_row, shown))
    st.html(
        "<div class='nnlab-wide'><table class='nnlab-differences' aria-label='Experiments'><thead>"
        f"<tr><th scope='col'>field</th>{names}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    same = sum(not row.differs for row in every)
    st.caption(
        f"≠ marks what differs from the first run. The other {same} fields are the same."
        if not show_all
        else "≠ marks what differs from the first run."
    )


def _row(row: Row) -> str:
    cells = "".join(
        f"<td class='differs'><b title='differs from the first'>≠</b> {escape(text)}</td>"
        if marked
        else f"<td>{escape(text)}</td>"
        for text, marked in zip(row.texts, row.marked, strict=True)
    )
    return f"<tr><th scope='row'>{escape(row.name)}</th>{cells}</tr>"
