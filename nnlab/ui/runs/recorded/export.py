"""A recorded run as a file for elsewhere."""

import streamlit as st

from nnlab.runs.store import RecordedSummary
from nnlab.texts import N_, _
from nnlab.ui.runs.details.export import show_command, show_download
from nnlab.ui.session.widgets import runs as widgets

FORMS = {
    "csv": N_("Metrics as CSV"),
    "tensorboard": N_("TensorBoard events"),
    "safetensors": N_("Weights as safetensors"),
}


def show_recorded_export(summary: RecordedSummary) -> None:
    """A choice of forms, what each is, and its download; while it is recorded, as it is now."""
    form = st.selectbox(
        _("Export as"),
        list(FORMS),
        format_func=lambda form: _(FORMS[form]),
        key=widgets.key("recorded_format"),
    )
    show_download(summary.run, form, "recorded")
    show_command(summary.run, form)
