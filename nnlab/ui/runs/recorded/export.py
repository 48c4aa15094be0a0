"""A recorded run as a file for elsewhere."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.runs.record.status import ALIVE
from nnlab.runs.store import RecordedSummary, Run
from nnlab.texts import N_, _
from nnlab.ui.messages import say
from nnlab.ui.runs.details.export import offer, show_command, show_download, written
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets

FORMS = {
    "csv": N_("Metrics as CSV"),
    "html": N_("One HTML file"),
    "tensorboard": N_("TensorBoard events"),
    "onnx": "ONNX",
    "safetensors": N_("Weights as safetensors"),
}


def show_recorded_export(state: RunsState, summary: RecordedSummary) -> None:
    """A choice of forms, what each is, and its download."""
    run = summary.run
    form = st.selectbox(
        _("Export as"),
        list(FORMS),
        format_func=lambda form: _(FORMS[form]),
        key=widgets.key("recorded_format"),
    )
    if summary.status in ALIVE:
        _show_taken(state, run, form)
    else:
        show_download(run, form, "recorded")
    show_command(run, form)


def _show_taken(state: RunsState, run: Run, form: str) -> None:
    """While it is recorded a file is made only when it is asked for: it would change every look."""
    if st.button(
        _("Make the file as it is now"), key=widgets.key("take_file"), icon=":material/file_save:"
    ):
        try:
            state.taken = (run.id, form, written(run, form))
        except NnlabError as error:
            say("error", error, icon=":material/error:")
    if state.taken is not None and state.taken[:2] == (run.id, form):
        offer(state.taken[2], run, form, "recorded")
