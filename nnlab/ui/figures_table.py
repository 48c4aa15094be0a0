"""The newest losses and accuracies as numbers, with all their digits on hover."""

import streamlit as st

from nnlab.runs import History

ROWS = (("train", "train_loss", "train_accuracy"), ("validation", "val_loss", "val_accuracy"))


def show_figures(history: History | None) -> None:
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


def _cell(history: History | None, name: str, digits: str) -> str:
    value = history.latest(name) if history is not None else None
    return "<td>–</td>" if value is None else f"<td title='{value!r}'>{value:{digits}}</td>"
