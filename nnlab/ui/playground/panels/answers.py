"""The panel of answers: which class is taken for which, or how far the numbers are off."""

from html import escape

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import nn

from nnlab.data.splits import Part
from nnlab.insight.confusion import confusion
from nnlab.insight.regression import Errors, errors
from nnlab.ui.playground.frame import Frame
from nnlab.ui.session.widgets import playground as widgets

PARTS = {"Validation": "validation", "Training": "training"}


def draw_answers(frame: Frame) -> None:
    """A confusion matrix, or R² and the errors behind it, of the network that is shown."""
    if frame.splits.info.class_names is None:
        _draw_errors(frame)
    else:
        _draw_confusion(frame, frame.splits.info.class_names)


def _draw_confusion(frame: Frame, names: tuple[str, ...]) -> None:
    widgets.setdefault("confusion_part", "Validation")
    which = st.segmented_control(
        "Points",
        list(PARTS),
        key=widgets.key("confusion_part"),
        required=True,
        label_visibility="collapsed",
    )
    splits = frame.splits
    part = splits.train if which == "Training" else splits.val
    if len(part) == 0:
        st.caption("No point validates: lower the share that trains.")
        return
    counts = frame.moment.cached(
        ("confusion", frame.state.draft.data, which),
        lambda network: confusion(network, part.x, part.y, len(names)),
    )
    right = int(np.trace(counts))
    st.html(confusion_table(counts, names))
    st.caption(
        f"{right:,} of {len(part):,} {PARTS[which or 'Validation']} points are right"
        f" ({right / len(part):.1%}). Step {frame.moment.step:,}."
    )


def confusion_table(counts: NDArray[np.int64], names: tuple[str, ...]) -> str:
    """A row for each true class, a column for each predicted one, the more the deeper.

    Args:
        counts: [k, k], as `nnlab.insight.confusion` gives them.
        names: k.
    """
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in names)
    totals = counts.sum(axis=1, keepdims=True).clip(min=1)
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th>"
        + "".join(
            _cell(int(count), float(share), right=column == row)
            for column, (count, share) in enumerate(zip(counts[row], shares, strict=True))
        )
        + "</tr>"
        for row, (name, shares) in enumerate(zip(names, counts / totals, strict=True))
    )
    return (
        "<table class='nnlab-confusion'><caption>rows: the true class, columns: what the network"
        f" says</caption><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cell(count: int, share: float, *, right: bool) -> str:
    colour = "0,114,178" if right else "230,159,0"
    return (
        f"<td style='background:rgba({colour},{0.75 * share:.2f})' title='{share:.1%}'>{count}</td>"
    )


def _draw_errors(frame: Frame) -> None:
    def measured(network: nn.Module) -> list[tuple[str, Errors | None]]:
        splits = frame.splits
        parts: tuple[tuple[str, Part], ...] = (("train", splits.train), ("validation", splits.val))
        return [(name, errors(network, part.x, part.y)) for name, part in parts]

    found = frame.moment.cached(("errors", frame.state.draft.data), measured)
    rows = "".join(
        f"<tr><th scope='row'>{name}</th>{_figures(error)}</tr>"
        for name, error in found
        if error is not None
    )
    heads = "".join(
        f"<th scope='col'>{name}</th>"
        for name in ("R²", "MSE", "RMSE", "mean |error|", "largest |error|")
    )
    st.html(
        f"<table class='nnlab-figures'><thead><tr><th></th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
    st.caption(
        "R² = 1 − MSE / variance of the targets: 1 is a perfect fit, 0 as good as always saying"
        f" their mean, below 0 worse than that. Step {frame.moment.step:,}."
    )


def _figures(error: Errors) -> str:
    values = (error.r2, error.mse, error.rmse, error.mae, error.largest)
    return "".join(
        "<td>–</td>" if value is None else f"<td title='{value!r}'>{value:.4g}</td>"
        for value in values
    )
