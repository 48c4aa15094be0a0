"""The curves of every metric of a recorded run, a small chart each."""

import streamlit as st

from nnlab.figures.metrics import describe_metric, metric_figure
from nnlab.figures.overlay import Curve
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.texts import _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.session.widgets import runs as widgets

MOST = 12
"""Charts at once, unless somebody asks for all of them."""


def show_metric_curves(name: str, history: RecordedHistory, dark: bool) -> None:
    """One chart under another, in the order in which the metrics came.

    Args:
        name: of the run.
        history: of the run.
        dark: the page's theme.
    """
    for place, metric in enumerate(chosen_metrics(history)):
        curves = [Curve(name, *history.curve(metric))]
        show_chart(
            metric_figure(metric, curves, dark=dark),
            key=widgets.key(f"metric_{place}"),
            alt=describe_metric(metric, curves),
        )


def chosen_metrics(history: RecordedHistory) -> list[str]:
    """All of a few; of many those that were searched for, at first the first of them."""
    names = list(history.curves)
    if len(names) <= MOST:
        return names
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = st.text_input(
            _("Search by a metric's name"),
            key=widgets.key("metric_search"),
            placeholder=_("Search {count:,} metrics", count=len(names)),
            label_visibility="collapsed",
            icon=":material/search:",
        )
        every = st.toggle(_("Show all"), key=widgets.key("every_metric"))
    words = text.casefold().split()
    found = [name for name in names if all(word in name.casefold() for word in words)]
    if not found:
        st.caption(_("No metric matches."))
    elif len(found) > MOST and not every:
        st.caption(_("The first {most} of {count:,}.", most=MOST, count=len(found)))
        return found[:MOST]
    return found
