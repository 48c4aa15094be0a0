"""A recorded run in full: how it stands, and what can be seen of it, a part at a time."""

from pathlib import Path

import streamlit as st

from nnlab.runs.record.status import WORDS
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.store import RecordedSummary
from nnlab.texts import N_, _
from nnlab.ui.messages import marked, say
from nnlab.ui.runs.recorded.curves import show_metric_curves
from nnlab.ui.runs.recorded.export import show_recorded_export
from nnlab.ui.runs.recorded.facts import show_facts, show_figures
from nnlab.ui.runs.recorded.network_panel import show_network
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.words import duration

STYLE = Path(__file__).with_name("recorded.css")
PARTS = (N_("Overview"), N_("Network"), N_("Export"))


def show_recorded_status(summary: RecordedSummary, history: RecordedHistory) -> None:
    """How far it came, what went wrong, what the recorder had to say, and what the lab cannot."""
    with st.container(key="status"):
        st.markdown(status_line(summary, history))
    ended = history.ended
    if summary.status == "failed" and ended is not None:
        failed = marked("**The loop failed.** {error}", error=ended.error)
        say("error", failed, icon=":material/error:")
    elif summary.status == "interrupted":
        gone = marked(
            "**Interrupted:** the program that recorded it ended without closing the recorder."
            " What was recorded by then is here."
        )
        say("warning", gone, icon=":material/info:")
    for note in summary.record.notes:
        say("info", note, icon=":material/info:")
    st.caption(
        _(
            "Recorded by nnlab.record around a loop of its author's own. The lab cannot resume or"
            " branch it: the loop, its data and the state of its optimizer are in that program"
            " alone."
        )
    )


def status_line(summary: RecordedSummary, history: RecordedHistory) -> str:
    """`running · epoch 3 · step 1,200 · 2 min 05 s`."""
    parts = [_(WORDS[summary.status])]
    if history.epoch:
        parts.append(_("epoch {epoch:,}", epoch=history.epoch))
    parts += [_("step {step:,}", step=history.step), duration(history.seconds)]
    return " · ".join(parts)


def show_recorded_parts(
    state: RunsState, summary: RecordedSummary, history: RecordedHistory, dark: bool
) -> None:
    """The part of its details that was chosen."""
    st.html(STYLE)
    part = st.segmented_control(
        _("Part"),
        PARTS,
        key=widgets.key("recorded_part"),
        default=PARTS[0],
        format_func=_,
        label_visibility="collapsed",
        required=True,
    )
    with st.container(key="run_part_shown"):
        match part:
            case "Network":
                show_network(summary)
            case "Export":
                show_recorded_export(state, summary)
            case _:
                show_figures(history)
                show_metric_curves(summary.meta.name, history, dark)
                show_facts(summary, history)
