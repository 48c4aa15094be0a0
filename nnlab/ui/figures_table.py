"""The newest losses and accuracies as numbers, with all their digits on hover."""

from typing import Protocol

import streamlit as st

ROWS = (("train", "train_loss", "train_accuracy"), ("validation", "val_loss", "val_accuracy"))


class Figures(Protocol):
    """Where the table takes its numbers from: a run's history, or something like it."""

    def latest(self, name: str) -> float | None:
        """The newest figure of that name, None where there is none."""
        ...


def show_figures(history: Figures | None) -> None:
    """A small table: loss and accuracy, training and validation; a dash where there is none yet."""
    cells = "".join(
        f"<tr><th scope='row'>{name}</th>{_cell(history, loss, '.4g')}"
        f"{_cell(history, share, '.1%')}</tr>"
        for name, loss, share in ROWS
    )
    with st.container(key="figures"):
        st.html(
            "<table class='nnlab-figures'><thead><tr><th></th><th scope='col'>loss</th>"
            f"<th scope='col'>accuracy</th></tr></thead><tbody>{cells}</tbody></table>"
        )


def _cell(history: Figures | None, name: str, digits: str) -> str:
    value = history.latest(name) if history is not None else None
    return "<td>–</td>" if value is None else f"<td title='{value!r}'>{value:{digits}}</td>"
