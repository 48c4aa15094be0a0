"""The details below the row of a sweep: its best networks, and the link to its page."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.runs.store import Summary
from nnlab.runs.sweeps.table import table
from nnlab.texts import _
from nnlab.ui.explain.nets_table import MOST, nets_table
from nnlab.ui.messages import say
from nnlab.ui.runtime.run_history import sweep_history
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.shell import page_file


def show_nets(state: RunsState, summary: Summary) -> None:
    """The button that unfolds the row, and what it unfolds."""
    run_id = summary.run.id
    is_open = run_id in state.unfolded

    def fold() -> None:
        state.unfolded ^= {run_id}

    st.button(
        _("Hide the networks") if is_open else _("Show the networks"),
        key=widgets.key(f"unfold_{run_id}"),
        type="tertiary",
        icon=":material/expand_less:" if is_open else ":material/expand_more:",
        on_click=fold,
    )
    if is_open:
        show_best(summary)


def show_best(summary: Summary) -> None:
    """The best networks as a table, and a link to the page of the sweep."""
    assert summary.sweep is not None, "asked of sweeps alone"
    try:
        history = sweep_history(summary.run)
    except NnlabError as error:
        say("info", error, icon=":material/info:")
        return
    if history.nets:
        columns = table(summary.sweep, history)
        st.html(nets_table(columns, history.ranking, label=_("Networks")))
        if history.nets > MOST:
            st.caption(_("The best {most} of {count:,}.", most=MOST, count=history.nets))
    else:
        st.caption(_("Nothing was trained here yet."))
    if summary.sweep.search is not None:
        st.caption(_("Its networks are runs of their own: they stand in this list, too."))
    st.page_link(
        page_file("sweep"),
        label=_("Open the sweep"),
        icon=":material/grid_view:",
        query_params={"run": summary.run.id},
    )
