"""The experiments of the runs that are compared: a column each, the differing rows alone."""

from collections.abc import Mapping, Sequence

import streamlit as st

from nnlab.figures.overlay import DASHES, run_colour
from nnlab.runs.record.status import WORDS
from nnlab.runs.store import Listed, Summary
from nnlab.texts import N_, _, formatted
from nnlab.ui.components.tables import DASH, cell, row, table
from nnlab.ui.lab.experiment_diff import Row, rows
from nnlab.ui.runs.figures import figures_of
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.words import duration
from nnlab.visible import in_html

COLUMNS = (
    *(N_("run"), N_("status"), N_("epoch"), N_("step"), N_("time"), N_("loss"), N_("accuracy")),
    N_("best epoch's loss"),
    N_("its accuracy"),
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


def show_runs(summaries: Sequence[Listed], dark: bool) -> None:
    """Which line is which run, and how far it came."""
    lines = [row(_named(i, summary, dark), *_cells(summary)) for i, summary in enumerate(summaries)]
    heads = [_(column) for column in COLUMNS]
    drawn = table("nnlab-compared", lines, heads=heads, label=_("Runs"))
    st.html(f"<div class='nnlab-wide'>{drawn}</div>")
    st.caption(
        _(
            "Losses and accuracies are those of validation; the best epoch is that of the lowest"
            " loss."
        )
    )


def _named(index: int, summary: Listed, dark: bool) -> str:
    return f"{swatch(index, dark)}<span>{in_html(summary.meta.name)}</span>"


def _cells(summary: Listed) -> list[str]:
    last, figures = summary.last, figures_of(summary)
    cells = [
        _(WORDS[summary.status]),
        f"{last.epoch:,}" if last and (last.epoch or isinstance(summary, Summary)) else DASH,
        f"{last.step:,}" if last else DASH,
        duration(last.seconds) if last else DASH,
    ]
    for value, digits in (
        (figures.val_loss, ".4g"),
        (figures.val_accuracy, ".1%"),
        (figures.best_val_loss, ".4g"),
        (figures.best_val_accuracy, ".1%"),
    ):
        cells.append(DASH if value is None else formatted(value, digits))
    return [cell(text) for text in cells]


def show_experiments(summaries: Mapping[int, Summary], dark: bool) -> None:
    """The fields in which the experiments differ; all of them on demand.

    Each run has its number in the comparison.
    """
    with st.container(
        horizontal=True, vertical_alignment="center", gap="medium", key="compare_experiments"
    ):
        st.markdown(_("##### Experiments"))
        show_all = st.toggle(_("Show all"), key=widgets.key("compare_all"))
    every = rows([summary.experiment for summary in summaries.values()])
    shown = [field for field in every if show_all or field.differs]
    if not shown:
        st.markdown(_("The experiments are the same in every field."))
        return
    names = [_named(i, summary, dark) for i, summary in summaries.items()]
    drawn = table(
        "nnlab-differences",
        map(_row, shown),
        heads=[_("field"), *names],
        label=_("Experiments"),
    )
    st.html(f"<div class='nnlab-wide'>{drawn}</div>")
    same = sum(not field.differs for field in every)
    st.caption(
        _(
            "≠ marks what differs from the first run. The other {same} fields are the same.",
            same=same,
        )
        if not show_all
        else _("≠ marks what differs from the first run.")
    )


def _row(field: Row) -> str:
    mark = f"<b title='{in_html(_('differs from the first'))}'>≠</b>"
    cells = (
        f"<td class='differs'>{mark} {in_html(text)}</td>" if marked else cell(text)
        for text, marked in zip(field.texts, field.marked, strict=True)
    )
    return row(in_html(field.name), *cells)
