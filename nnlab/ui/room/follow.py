"""Follow me: students' pages show the lecturer's run, and afterwards their own again."""

import streamlit as st

from nnlab.classroom.classroom import Classroom
from nnlab.errors import NnlabError
from nnlab.ui import doors
from nnlab.ui.room.state import Own, RoomSession
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import KINDS, Lab, lab_of, open_in_lab, state_of
from nnlab.ui.session.typed import is_in_session
from nnlab.ui.shell import page_file

BY_ITSELF = ("", "home", "playground", "images")
"""Pages that turn to the lecturer's run by themselves; elsewhere a person may be at something."""


def follow(room: Classroom, session: RoomSession, page: str) -> None:
    """Before a page is drawn: let it show what the class follows. May switch the page."""
    run_id = room.state.following
    if run_id is None or session.left == run_id:
        back_to_own(session)
        return
    if page in BY_ITSELF or session.following == run_id:
        show_followed(run_id, session, page)


def show_followed(run_id: str, session: RoomSession, page: str) -> None:
    """Let the page of the lecturer's run show it, and turn to that page.

    A run that is gone, or a sweep, is not followed.
    """
    try:
        run = doors.store().get(run_id)
        experiment, is_sweep = run.experiment, run.sweep is not None
    except NnlabError:
        return
    if is_sweep:
        return
    lab = lab_of(experiment)
    state = _state(lab, page)
    is_shown = state is not None and state.run_id == run_id
    if session.following == run_id:
        if not is_shown:  # they took another run into view: that is leaving
            session.left, session.following, session.own = run_id, None, {}
        return
    back_to_own(session)
    session.left, session.following = None, run_id
    if not is_shown:
        if state is not None:
            session.own[lab] = Own(state.draft, state.run_id)
        open_in_lab(experiment, run_id)
    if page != lab:
        st.switch_page(page_file(lab))


def leave(run_id: str, session: RoomSession) -> None:
    """Stop following that run in this session."""
    session.left = run_id
    back_to_own(session)


def back_to_own(session: RoomSession) -> None:
    """Restore what the pages showed before; if that is unknown, the experiment without its run."""
    run_id, session.following = session.following, None
    if run_id is None:
        return
    own, session.own = session.own, {}
    for lab in KINDS:
        state = _state(lab, "")
        if state is None or state.run_id != run_id:
            continue
        before = own.get(lab)
        if before is None:
            open_in_lab(state.draft)
        else:
            open_in_lab(before.draft, before.run_id)


def _state(lab: Lab, page: str) -> LabState | None:
    """Return the state of the session's page; None if it was never opened, and is not now.

    A page that is opened reads its address, which must be its own.
    """
    return state_of(lab) if page == lab or is_in_session(KINDS[lab]) else None
