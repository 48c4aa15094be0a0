"""The page Class: members and their runs for the lecturer, their own name for a student."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.current import classroom
from nnlab.texts import N_, _
from nnlab.ui.classroom.challenge import show_challenge
from nnlab.ui.classroom.end import show_end
from nnlab.ui.classroom.invite import show_alone, show_invitation, show_is_alone
from nnlab.ui.classroom.members import show_members
from nnlab.ui.classroom.own_place import show_own_place
from nnlab.ui.classroom.wall import show_wall
from nnlab.ui.messages import say
from nnlab.ui.session.classroom_state import classroom_state
from nnlab.ui.session.labs import leave_lab
from nnlab.ui.session.widgets import classroom as widgets
from nnlab.ui.visitors import visitor
from nnlab.visitor import Visitor

STYLE = Path(__file__).with_name("class.css")
WALL, CHALLENGE, JOIN = N_("Wall"), N_("Challenge"), N_("Join")
MEMBERS, END = N_("Members"), N_("End")
SECTIONS: dict[str, Callable[[Classroom, Visitor], None]] = {
    WALL: lambda room, _who: show_wall(room),
    CHALLENGE: show_challenge,
    JOIN: lambda room, _who: show_invitation(room),
    MEMBERS: show_members,
    END: show_end,
}
"""Sections of the lecturer's page, shown one at a time, each on the whole projector."""


def show() -> None:
    """The page."""
    leave_lab()
    st.html(STYLE)
    room, who = classroom(), visitor()
    if room is None:
        st.title(_("Class"), anchor=False)
        say("info", _("There is no class here: `make class` starts one."))
    elif who.role != "lecturer":
        show_own_place(room, who)
        show_challenge(room, who)
    elif show_is_alone():
        show_alone(room)
    else:
        _show_sections(room, who)


def _show_sections(room: Classroom, who: Visitor) -> None:
    """The choice of a section, and the one that is chosen: the invitation until somebody came."""
    state = classroom_state()
    if state.section not in SECTIONS:
        state.section = WALL if room.students() else JOIN
    widgets.setdefault("section", state.section)
    with st.container(horizontal=True, vertical_alignment="center", key="class_head"):
        st.title(_("Class"), anchor=False)
        state.section = st.segmented_control(
            _("Part of the page"),
            list(SECTIONS),
            format_func=_,
            key=widgets.key("section"),
            required=True,
            label_visibility="collapsed",
        )
    _show_said()
    with st.container(key="class_section"):
        SECTIONS[state.section or WALL](room, who)


def _show_said() -> None:
    """Show the result of the last action."""
    state = classroom_state()
    state.forget_old()
    if state.said:
        say("success", state.said)
    if state.failed:
        say("error", "\n".join(state.failed))
