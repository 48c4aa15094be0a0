"""One run in full: how it stands, and what can be done with it, a part at a time."""

from pathlib import Path

import streamlit as st

from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Summary
from nnlab.texts import N_, _
from nnlab.ui import doors
from nnlab.ui.lab.run_controls import status_line
from nnlab.ui.messages import marked, say
from nnlab.ui.runs.details.export import show_export
from nnlab.ui.runs.details.go_on import show_drive, show_go_on
from nnlab.ui.runs.details.lineage import show_lineage
from nnlab.ui.runs.details.overview import show_overview
from nnlab.ui.runs.details.replay_link import show_replay_link
from nnlab.ui.runs.details.restore import show_restore
from nnlab.ui.runs.details.save import show_save
from nnlab.ui.runs.details.sweep import show_sweep
from nnlab.ui.runs.files import disk_use
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets

__all__ = ["disk_use", "show_parts", "show_restore", "show_status"]

STYLE = Path(__file__).with_name("run_details.css")
PARTS = (N_("Overview"), N_("Go on"), N_("Save, restore"), N_("Export"), N_("Reproduce"))


def show_status(summary: Summary, history: History) -> None:
    """The line that the lab shows, what went wrong, if something did, and how it goes on."""
    doors.launcher().watch(summary.run)
    state = LabState(summary.experiment, summary.run.id)
    line = status_line(state, summary.status, history, None)
    if summary.sweep is not None:
        many = _("{n:,} network", "{n:,} networks", n=summary.sweep.count)
        line = f"{line} · {many}"
    with st.container(key="status"):
        st.markdown(line)
    ended, diverged = history.ended, history.diverged
    if summary.status == "diverged" and diverged is not None:
        said = marked(
            "**Diverged at step {step:,}:** the training loss became {loss}."
            " Branch from before that with a lower learning rate.",
            step=diverged.step,
            loss=diverged.value,
        )
        good, kept = diverged.last_good_step, ""
        if good is not None:
            kept = _("The last good checkpoint, step {step:,}, is kept.", step=good)
        say("error", said, kept, icon=":material/error:")
    elif summary.status == "failed" and ended is not None:
        failed = marked("**The run failed.** {error}", error=ended.error)
        say("error", failed, icon=":material/error:")
    elif summary.status == "interrupted":
        say(
            "warning",
            marked(
                "**Interrupted:** the worker ended before the run did. Resume goes on from its last"
                " checkpoint."
            )
            if list_checkpoints(summary.run.path)
            else marked(
                "**Interrupted:** it has no checkpoint to go on from. Resume trains it anew."
            ),
            icon=":material/info:",
        )
    if history.started is not None and history.started.note:
        say("info", history.started.note, icon=":material/info:")
    show_drive(summary)


def show_parts(state: RunsState, summary: Summary, history: History, dark: bool) -> None:
    """Show the run's origin, and the chosen part of its details."""
    st.html(STYLE)
    show_lineage(state, summary)
    if summary.sweep is not None:
        with st.container(key="run_part_shown"):
            show_sweep(summary, history)
        return
    part = st.segmented_control(
        _("Part"),
        PARTS,
        key=widgets.key("run_part"),
        default=PARTS[0],
        format_func=_,
        label_visibility="collapsed",
        required=True,
    )
    with st.container(key="run_part_shown"):
        match part:
            case "Go on":
                show_go_on(state, summary, history)
            case "Save, restore":
                show_save(summary, dark)
                show_restore(state, summary)
            case "Export":
                show_export(summary, history)
            case "Reproduce":
                show_replay_link(summary, history)
            case _:
                show_overview(summary, history, dark)
