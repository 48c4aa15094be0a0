"""The ownership of a run: its owner shares it with the class, and others copy its experiment."""

import streamlit as st

from nnlab.classroom.current import classroom
from nnlab.errors import NnlabError
from nnlab.runs.store import Listed, RecordedSummary
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.lab.others.ways import own_copy
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.visitors import owner_name
from nnlab.ui.words import plain


def show_sharing(state: RunsState, summary: Listed) -> None:
    """In a class a switch: whether everybody in it may look at the run."""
    if classroom() is None:
        return
    run, shared = summary.run, summary.meta.shared
    key = f"share_{run.id}"

    def share() -> None:
        try:
            _share(summary, shared=widgets[key])
        except NnlabError as error:
            state.notice = str(error)
        else:
            state.notice = None

    # What is written in the run's files is what is shown, also after a change that was refused.
    if widgets.get(key) != shared:
        widgets[key] = shared
    st.toggle(_("Share with the room"), key=widgets.key(key), on_change=share)


def show_whose(state: RunsState, summary: Listed) -> None:
    """Show the owner of another person's run, and a button for an own run of the same experiment.

    Of a recorded run nobody can make another one.
    """

    def make_own() -> None:
        try:
            own = own_copy(summary.run)
        except NnlabError as error:
            state.notice = str(error)
        else:
            state.selected, state.notice = own.id, None

    if not isinstance(summary, RecordedSummary):
        st.button(
            _("Make it yours"),
            key=widgets.key("make_own"),
            icon=":material/content_copy:",
            on_click=make_own,
        )
    whose = plain(owner_name(summary.meta.owner))
    st.markdown(_("Run of **{owner}**", owner=whose), width="content")


def _share(summary: Listed, *, shared: bool) -> None:
    """Share a run; with a search also its networks, which are runs of their own."""
    store = doors.store()
    store.change_meta(summary.run.id, shared=shared)
    if (
        isinstance(summary, RecordedSummary)
        or summary.sweep is None
        or summary.sweep.search is None
    ):
        return
    for other in store.summaries():
        if other.meta.parent == summary.run.id and doors.may_change(other.meta):
            store.change_meta(other.run.id, shared=shared)
