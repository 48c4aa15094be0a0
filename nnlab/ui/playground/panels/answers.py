"""The panel of answers: which class is taken for which, or how far the numbers are off."""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import nn

from nnlab.data.splits import Part
from nnlab.figures.pictures.digits import percent
from nnlab.insight.confusion import confusion
from nnlab.insight.regression import Errors, errors
from nnlab.texts import N_, _
from nnlab.ui.components.tables import number_cell, row, table
from nnlab.ui.playground.frame import Frame
from nnlab.ui.session.widgets import playground as widgets
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("answers.css")
PARTS = {N_("Validation"): N_("validation"), N_("Training"): N_("training")}


def draw_answers(frame: Frame) -> None:
    """A confusion matrix, or R² and the errors behind it, of the network that is shown."""
    if frame.splits.info.class_names is None:
        _draw_errors(frame)
    else:
        _draw_confusion(frame, frame.splits.info.class_names)


def _draw_confusion(frame: Frame, names: tuple[str, ...]) -> None:
    widgets.setdefault("confusion_part", "Validation")
    which = st.segmented_control(
        _("Points"),
        list(PARTS),
        format_func=_,
        key=widgets.key("confusion_part"),
        required=True,
        label_visibility="collapsed",
    )
    splits = frame.splits
    part = splits.train if which == "Training" else splits.val
    if len(part) == 0:
        st.caption(_("No point validates: lower the training share."))
        return
    counts = frame.moment.cached(
        ("confusion", frame.state.draft.data, which),
        lambda network: confusion(network, part.x, part.y, len(names)),
    )
    right = int(np.trace(counts))
    st.html(STYLE)
    st.html(f"<div class='nnlab-wide'>{confusion_table(counts, names)}</div>")
    st.caption(
        _(
            "{right:,} of {count:,} {part} points are right ({share:.1%}). Step {step:,}. Rows: the"
            " true class. Columns: what the network says. Blue is right, orange wrong; each share"
            " is of its row.",
            right=right,
            count=len(part),
            part=_(PARTS[which or "Validation"]),
            share=right / len(part),
            step=frame.moment.step,
        )
    )


def confusion_table(counts: NDArray[np.int64], names: tuple[str, ...]) -> str:
    """A row for each true class, a column for each predicted one, the larger its share the deeper.

    Args:
        counts: [k, k], as `nnlab.insight.confusion` gives them.
        names: k.
    """
    totals = counts.sum(axis=1, keepdims=True).clip(min=1)
    rows = [
        row(
            in_html(name),
            *(
                _cell(int(count), float(share), right=said == true)
                for said, (count, share) in enumerate(zip(counts[true], shares, strict=True))
            ),
        )
        for true, (name, shares) in enumerate(zip(names, counts / totals, strict=True))
    ]
    return table(
        "nnlab-confusion",
        rows,
        heads=[_("true ↓  said →"), *map(in_html, names)],
    )


def _cell(count: int, share: float, *, right: bool) -> str:
    colour = "0,114,178" if right else "230,159,0"
    style = f"background:rgba({colour},{0.6 * share:.2f})"
    return f"<td style='{style}' title='{share:.1%}'>{count:,}<small>{percent(share)}</small></td>"


def _draw_errors(frame: Frame) -> None:
    def measured(network: nn.Module) -> list[tuple[str, Errors | None]]:
        splits = frame.splits
        parts: tuple[tuple[str, Part], ...] = (
            (N_("train"), splits.train),
            (N_("validation"), splits.val),
        )
        return [(name, errors(network, part.x, part.y)) for name, part in parts]

    found = frame.moment.cached(("errors", frame.state.draft.data), measured)
    rows = [row(_(name), *_figures(error)) for name, error in found if error is not None]
    heads = ["", "R²", "MSE", "RMSE", _("mean |error|"), _("largest |error|")]
    st.html(table("nnlab-figures", rows, heads=heads))
    st.caption(
        _(
            "R² = 1 − MSE / variance of the targets: 1 is a perfect fit, 0 as good as always saying"
            " their mean, below 0 worse than that. Step {step:,}.",
            step=frame.moment.step,
        )
    )


def _figures(error: Errors) -> list[str]:
    values = (error.r2, error.mse, error.rmse, error.mae, error.largest)
    return [number_cell(value, ".4g") for value in values]
