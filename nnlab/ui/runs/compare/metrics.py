"""The metrics of runs of which some are recorded, upon each other by their names."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from nnlab.figures.metrics import describe_metric, metric_figure
from nnlab.figures.overlay import Curve
from nnlab.runs.record.history import METRICS
from nnlab.runs.recorded.usual import shared_names
from nnlab.runs.store import Listed, RecordedSummary
from nnlab.texts import _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.runtime.recorded_history import recorded_history
from nnlab.ui.runtime.run_history import run_history
from nnlab.ui.session.widgets import runs as widgets

HEIGHT = 260
MOST = 24
"""Charts at once: those of the names that most runs have."""


def show_metrics(summaries: Sequence[Listed], dark: bool) -> None:
    """A chart for each name, with the curves of all runs that have it."""
    found = [_curves(summary) for summary in summaries]
    names = list(dict.fromkeys(name for curves in found for name in curves))
    names.sort(key=lambda name: -sum(name in curves for curves in found))
    shown = names[:MOST]
    for first in range(0, len(shown), 2):  # a row each: on a phone they stand in this order, too
        columns = st.columns(2, gap="medium")
        for place, name in enumerate(shown[first : first + 2]):
            curves = [
                curves.get(name) or Curve(summary.meta.name, np.empty(0), np.empty(0))
                for summary, curves in zip(summaries, found, strict=True)
            ]
            with columns[place]:
                show_chart(
                    metric_figure(name, curves, height=HEIGHT, dark=dark),
                    key=widgets.key(f"compare_metric_{first + place}"),
                    alt=describe_metric(name, curves),
                )
    said = [_("A metric that is called loss or accuracy stands with train_loss or train_accuracy.")]
    if len(names) > MOST:
        said.append(_("The first {most} of {count:,} metrics.", most=MOST, count=len(names)))
    st.caption(" ".join(said))


def _curves(summary: Listed) -> dict[str, Curve]:
    """Return the curves by the metric names shared with other runs."""
    name = summary.meta.name
    if isinstance(summary, RecordedSummary):
        history = recorded_history(summary.run)
        shared = shared_names(history.curves)
        return {to: Curve(name, *history.curve(metric)) for metric, to in shared.items()}
    trained = run_history(summary.run)
    curves = {metric: Curve(name, *trained.curve(metric, "step")) for metric in METRICS}
    return {metric: curve for metric, curve in curves.items() if np.isfinite(curve.y).any()}
