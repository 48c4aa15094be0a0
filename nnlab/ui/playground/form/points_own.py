"""What a session remembers of data that a person brings, beside the draft that holds them."""

from dataclasses import dataclass, field

import streamlit as st

from nnlab.config import Points
from nnlab.config.data import Task
from nnlab.ui.lab.run_controls import let_go
from nnlab.ui.session.lab_state import LabState

MAX_UNDO = 100


@dataclass(frozen=True)
class Upload:
    """A file as it came, so that it can be read in another way."""

    name: str
    content: bytes
    form: tuple[str | None, bool | None, bool | None]
    """Separator, decimal comma, header, as `nnlab.data.csv_files.Form` has them."""


@dataclass
class Own:
    """Of one session."""

    kept: dict[tuple[Task, int], Points] = field(default_factory=dict)
    """The last set of points for each task and number of inputs."""
    undo: list[Points] = field(default_factory=list)
    """How the set was before each edit, the newest last."""
    edited: bool = False
    """The draft was changed from within the live part: the whole page has to follow."""
    notice: str = ""
    """A word on what an edit did, to be said once."""
    upload: Upload | None = None
    made: tuple[str, str] | None = None
    """The text and the hash of the table that the upload became."""


def own() -> Own:
    """The session's."""
    return st.session_state.setdefault("own_data", Own())


def put(state: LabState, data: Points) -> None:
    """Make an edited set the draft's. A run on other points is another one: that in view ends."""
    before = state.draft.data
    if data == before:
        return
    memory = own()
    if isinstance(before, Points):
        memory.undo = [*memory.undo, before][-MAX_UNDO:]
    _replace(state, data)


def undo(state: LabState) -> None:
    """The set as it was before the last edit."""
    memory = own()
    if memory.undo:
        _replace(state, memory.undo.pop())


def _replace(state: LabState, data: Points) -> None:
    memory = own()
    if state.run_id is not None:
        let_go(state)
        memory.notice = "The points have changed: training begins anew."
    state.draft = state.draft.model_copy(update={"data": data})
    memory.kept[data.task, data.width] = data
    memory.edited = True


def follow_edits() -> None:
    """Run the whole page again after an edit within the live part: form and link follow it.

    What there was to say is said then: within a callback it would stand at the top of the page.
    """
    memory = own()
    if memory.edited:
        memory.edited = False
        st.rerun()
    if memory.notice:
        st.toast(memory.notice, icon=":material/info:")
        memory.notice = ""
