"""The newest losses, and accuracies or R², as numbers; all their digits on hover."""

from typing import Protocol

import streamlit as st

from nnlab.texts import N_, _
from nnlab.ui.components.tables import kept_up_to_date, number_cell, row, table
from nnlab.ui.runtime.r_squared import Variances

ROWS = ((N_("train"), "train"), (N_("validation"), "val"))


MEANS = {
    "train": N_("The mean over the batches since the last figure, as they were trained."),
    "val": N_("Over all points that validate, by the newest weights."),
}
"""The explanation of each row's figures."""


class Figures(Protocol):
    """The source of the table's numbers: a run's history, or something like it."""

    def latest(self, name: str) -> float | None:
        """The newest figure of that name, None where there is none."""
        ...


def show_figures(
    history: Figures | None,
    variances: Variances | None = None,
    below: str = "",
    *,
    run: str | None = None,
) -> None:
    """A small table: loss and accuracy, training and validation; a dash where there is none yet.

    Args:
        history: None before there is any.
        variances: of a regression's targets: then R² stands in the place of the accuracy.
        below: a line of text under it.
        run: whose figures they are; the browser keeps them up to date.
    """
    rows = [
        row(
            _(name),
            _cell(f"{part}_loss", _latest(history, f"{part}_loss"), ".4g", run),
            _second(history, part, variances, run),
            hint=_(MEANS[part]),
        )
        for name, part in ROWS
    ]
    heads = ("", _("loss"), _("accuracy") if variances is None else "R²")
    line = f"<p class='nnlab-below'>{below}</p>" if below else ""
    with st.container(key="figures"):
        st.html(table("nnlab-figures", rows, heads=heads) + line)


def _latest(history: Figures | None, name: str) -> float | None:
    return history.latest(name) if history is not None else None


def _second(
    history: Figures | None, part: str, variances: Variances | None, run: str | None
) -> str:
    if variances is None:
        return _cell(f"{part}_accuracy", _latest(history, f"{part}_accuracy"), ".1%", run)
    loss = f"{part}_loss"
    variance = getattr(variances, part)
    return _cell(loss, variances.r2(loss, _latest(history, loss)), ".4f", run, variance)


def _cell(
    name: str, value: float | None, digits: str, run: str | None, variance: float | None = None
) -> str:
    if run is None:
        return number_cell(value, digits)
    of_r2 = {"variance": variance} if variance else {}
    return number_cell(
        value, digits, kept_up_to_date("figure", run=run, name=name, form=digits, **of_r2)
    )
