"""A sweep in the details: its best networks, its files, and what it trains."""

from urllib.parse import urlencode, urljoin

import streamlit as st

from nnlab.config import to_link
from nnlab.runs.record.history import History
from nnlab.runs.store import Summary
from nnlab.texts import N_, _
from nnlab.ui.components.link_field import show_link
from nnlab.ui.runs.details.export import show_download, show_moving
from nnlab.ui.runs.details.overview import show_experiment, show_record
from nnlab.ui.runs.sweep_row import show_best
from nnlab.ui.session.sweep_state import SWEEP
from nnlab.ui.session.widgets import runs as widgets

FORMS = {
    "html": N_("One HTML file"),
    "csv": N_("All networks as CSV"),
    "parquet": N_("All networks as Parquet"),
    "json": N_("Sweep as JSON"),
}


def show_sweep(summary: Summary, history: History) -> None:
    """Show the details of a sweep; its page shows one network at a time."""
    sweep = summary.sweep
    assert sweep is not None, "asked of sweeps alone"
    show_best(summary)
    st.caption(
        _(
            "To branch, save or export one of its networks, open the sweep and let that network"
            " train on alone: it is a run of its own then."
        )
    )
    if sweep.search is None and history.started is not None and not show_moving(summary):
        form = st.selectbox(
            _("Export as"),
            list(FORMS),
            format_func=lambda name: _(FORMS[name]),
            key=widgets.key("export_sweep"),
        )
        show_download(summary.run, form, "export_sweep")
    with st.expander(_("Link and JSON"), icon=":material/share:", key=widgets.key("sweep_link")):
        address = f"sweep?{urlencode({SWEEP: to_link(sweep)})}"
        show_link(urljoin(st.context.url or "/", address), key=widgets.key("sweep_address"))
        st.code(sweep.to_json(indent=2), language="json")
    show_experiment(sweep.experiment)
    show_record(summary, history)
