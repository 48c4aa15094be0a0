"""Edits of a person's own points: put into the draft, taken back, followed by the page."""

import streamlit as st

from nnlab.config import Points
from nnlab.ui.lab.run_commands import begin_anew
from nnlab.ui.messages import say
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.playground_state import PlaygroundState

MAX_UNDO = 100


def put(state: PlaygroundState, data: Points) -> None:
    """Make an edited set the draft's. A run on other points is another one: that in view ends."""
    before = state.draft.data
    if data == before:
        return
    memory = playground_state().own
    if isinstance(before, Points):
        memory.undo = [*memory.undo, before][-MAX_UNDO:]
    _replace(state, data)


def undo(state: PlaygroundState) -> None:
    """The set as it was before the last edit."""
    memory = playground_state().own
    if memory.undo:
        _replace(state, memory.undo.pop())


def _replace(state: PlaygroundState, data: Points) -> None:
    memory = playground_state().own
    draft = state.draft.model_copy(update={"data": data})
    if state.run_id is not None:
        begin_anew(state, draft, state.draft)
    state.draft = draft
    memory.kept[data.task, data.width] = data
    memory.edited = True


def follow_edits() -> None:
    """Run the whole page again after an edit within the live part: form and link follow it.

    Messages are drawn in that rerun: from a callback they would appear at the top of the page.
    """
    memory = playground_state().own
    if memory.edited:
        memory.edited = False
        st.rerun()
    if memory.notice:
        say("toast", memory.notice, icon=":material/info:")
        memory.notice = ""
