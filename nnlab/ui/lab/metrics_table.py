"""The newest losses, and accuracies or R², as numbers; all their digits on hover."""

from typing import Protocol

import streamlit as st

from nnlab.ui.runtime.r_squared import Variances

ROWS = (("train", "train"), ("validation", "val"))


class Figures(Protocol):
    """Where the table takes its numbers from: a run's history, or something like it."""

    def latest(self, name: str) -> float | None:
        """The newest figure of that name, None where there is none."""
        ...


def show_figures(
    history: Figures | None, variances: Variances | None = None, below: str = ""
) -> None:
    """A small table: loss and accuracy, training and validation; a dash where there is none yet.

    Args:
        history: None before there is any.
        variances: of a regression's targets: then R² stands in the place of the accuracy.
        below: a line of text under it.
    """
    cells = "".join(
        f"<tr><th scope='row'>{name}</th>{_cell(_latest(history, f'{part}_loss'), '.4g')}"
        f"{_second(history, part, variances)}</tr>"
        for name, part in ROWS
    )
    what = "accuracy" if variances is None else "R²"
    line = f"<p class='nnlab-below'>{below}</p>" if below else ""
    with st.container(key="figures"):
        st.html(
            "<table class='nnlab-figures'><thead><tr><th></th><th scope='col'>loss</th>"
            f"<th scope='col'>{what}</th></tr></thead><tbody>{cells}</tbody></table>{line}"
        )


def _latest(history: Figures | None, name: str) -> float | None:
    return history.latest(name) if history is not None else None


def _second(history: Figures | None, part: str, variances: Variances | None) -> str:
    if variances is None:
        return _cell(_latest(history, f"{part}_accuracy"), ".1%")
    loss = f"{part}_loss"
    return _cell(variances.r2(loss, _latest(history, loss)), ".4f")


def _cell(value: float | None, digits: str) -> str:
    return "<td>–</td>" if value is None else f"<td title='{value!r}'>{value:{digits}}</td>"
