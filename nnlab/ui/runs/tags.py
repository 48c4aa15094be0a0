"""The tags of one run: typed or picked to add, crossed out to remove."""

from collections.abc import Sequence

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.runs.store import Listed
from nnlab.runs.tags import MAX_TAGS, checked_tags
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.visible import visible


def show_tags(state: RunsState, summary: Listed, summaries: Sequence[Listed]) -> None:
    """The run's tags, those of all other runs to pick from, and room to type a new one."""
    run, tags = summary.run, list(summary.meta.tags)
    key, own = f"tags_{run.id}", doors.may_change(summary.meta)

    def save() -> None:
        try:
            doors.store().change_meta(run.id, tags=checked_tags(widgets[key]))
        except NnlabError as error:
            state.notice = str(error)
        else:
            state.notice = None

    # What is written in the run's files is what is shown, also after a tag that was refused.
    if widgets.get(key) != tags:
        widgets[key] = tags
    known = {tag for other in summaries for tag in other.meta.tags}
    st.multiselect(
        _("Tags"),
        sorted(known),
        format_func=visible,
        key=widgets.key(key),
        accept_new_options=True,
        max_selections=MAX_TAGS,
        placeholder=_("Add a tag") if own else _("No tags"),
        label_visibility="collapsed",
        on_change=save,
        disabled=not own,
    )
