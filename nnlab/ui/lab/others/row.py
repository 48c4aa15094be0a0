"""The row of buttons of another's run: whose it is, and the ways to one of one's own."""

import streamlit as st

from nnlab.runs.record.status import Status
from nnlab.texts import _
from nnlab.ui.lab.others.ways import branch_own, make_own
from nnlab.ui.lab.run_commands import let_go
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import lab_of
from nnlab.ui.session.widgets import Widgets
from nnlab.ui.words import plain

STANDS_NOWHERE: frozenset[Status | None] = frozenset({None, "queued", "starting", "finished"})
"""Without a step yet, or with none left of its budget."""


def show_others(state: LabState, owner: str, status: Status | None, *, problem: bool) -> None:
    """In the row of buttons: a run of one's own with the same experiment, or from the newest step.

    Args:
        state: of the page.
        owner: whose the run is, as the visitor calls them.
        status: of the run.
        problem: whether the draft cannot be trained.
    """
    st.button(
        _("Make it yours"),
        key=Widgets(lab_of(state.draft)).key("make_own"),
        icon=":material/content_copy:",
        type="primary",
        on_click=make_own,
        args=(state,),
        disabled=problem,
    )
    if state.sweep is None:
        st.button(
            _("Go on from here"),
            key=Widgets(lab_of(state.draft)).key("branch_own"),
            icon=":material/call_split:",
            on_click=branch_own,
            args=(state,),
            disabled=problem or status in STANDS_NOWHERE,
        )
    st.button(_("Reset"), key="reset", on_click=let_go, args=(state,))
    st.markdown(_("Run of **{owner}**", owner=plain(owner)), width="content")
