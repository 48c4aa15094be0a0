"""The curves of the runs that are compared, and the controls above them."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import streamlit as st

from nnlab.figures.overlay import Curve, Quantity, describe_overlay, overlay_figure
from nnlab.runs.store import Summary
from nnlab.scene.words import LOSSES
from nnlab.texts import N_, _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.runtime.r_squared import variances_of
from nnlab.ui.runtime.run_history import run_history
from nnlab.ui.session.widgets import runs as widgets

Part = Literal["validation", "training"]
Axis = Literal["step", "epoch", "seconds"]
PARTS: dict[Part, str] = {"validation": N_("validation"), "training": N_("training")}
AXES: dict[Axis, str] = {"step": N_("step"), "epoch": N_("epoch"), "seconds": N_("seconds")}
PREFIX: dict[Part, str] = {"validation": "val", "training": "train"}
SMOOTHEST = 0.99


def show_curves(summaries: Sequence[Summary], dark: bool) -> None:
    """Loss and accuracy of all runs, one chart each."""
    part, axis, log_y, smoothing = _show_controls()
    left, right = st.columns(2, gap="medium")
    regression = all(summary.experiment.task == "regression" for summary in summaries)
    second: Quantity = "R²" if regression else "accuracy"
    for column, quantity in ((left, "loss"), (right, second)):
        curves = [_curve(summary, part, quantity, axis) for summary in summaries]
        with column:
            show_chart(
                overlay_figure(
                    curves,
                    quantity=quantity,
                    x_title=N_("seconds of training") if axis == "seconds" else axis,
                    log_y=log_y and quantity == "loss",
                    smoothing=smoothing,
                    dark=dark,
                ),
                key=widgets.key(
                    "compare_chart" if quantity == "loss" else "compare_accuracy_chart"
                ),
                alt=describe_overlay(quantity, curves, part),
            )
    if cautions := _cautions(summaries):
        st.caption(" ".join(cautions))


def _show_controls() -> tuple[Part, Axis, bool, float]:
    with st.container(
        horizontal=True, gap="medium", vertical_alignment="bottom", key="compare_controls"
    ):
        part = st.segmented_control(
            _("Curves of"),
            list(PARTS),
            default="validation",
            format_func=lambda part: _(PARTS[part]),
            required=True,
            key=widgets.key("compare_part"),
        )
        axis = st.segmented_control(
            _("By"),
            list(AXES),
            default="step",
            format_func=lambda axis: _(AXES[axis]),
            required=True,
            key=widgets.key("compare_axis"),
        )
        smoothing = st.slider(
            _("Smoothing"),
            0.0,
            SMOOTHEST,
            0.0,
            0.01,
            key=widgets.key("compare_smoothing"),
            width=220,
            help=_(
                "The weight w of an exponential moving average over what was recorded, corrected"
                " for its start: m = w·m + (1 − w)·y. What was recorded stays, faint."
            ),
        )
        log_y = st.toggle(_("Logarithmic loss"), key=widgets.key("compare_log"))
    return part, axis, log_y, smoothing


def _curve(summary: Summary, part: Part, quantity: Quantity, axis: Axis) -> Curve:
    history = run_history(summary.run)
    if quantity == "R²":
        variances = variances_of(summary.experiment.data)
        if variances is None:  # its data are not here any more
            return Curve(summary.meta.name, np.empty(0), np.empty(0))
        return Curve(summary.meta.name, *variances.curve(history, PREFIX[part], axis))
    x, y = history.curve(f"{PREFIX[part]}_{quantity}", axis)
    return Curve(summary.meta.name, x, y, diverged=history.diverged is not None)


def _cautions(summaries: Sequence[Summary]) -> list[str]:
    """Return warnings that a person needs before comparing the values of two curves."""
    said = []
    losses = sorted({LOSSES[summary.experiment.training.loss] for summary in summaries})
    if "MSELoss" in losses and len(losses) > 1:
        said.append(_("The losses are of different kinds: {losses}.", losses=", ".join(losses)))
    if len({summary.experiment.data for summary in summaries}) > 1:
        said.append(_("The runs do not learn from, or validate on, the same data."))
    return said
