"""Class: who is here and what they do, for the lecturer; one's own place in it, for a student."""

import streamlit as st

from nnlab.classroom.standing import classroom
from nnlab.texts import _
from nnlab.ui.classroom.challenge import show_challenge
from nnlab.ui.classroom.invite import show_invitation
from nnlab.ui.classroom.members import show_end, show_members
from nnlab.ui.classroom.wall import show_wall
from nnlab.ui.messages import say
from nnlab.ui.session.labs import leave_lab
from nnlab.ui.visitors import visitor


def show() -> None:
    """The page."""
    leave_lab()
    room, who = classroom(), visitor()
    st.title(_("Class"), anchor=False)
    if room is None:
        say("info", _("There is no class here: `make class` starts one."))
        return
    if who.role == "lecturer":
        show_wall(room)
        show_challenge(room, who)
        show_invitation(room)
        show_members(room)
        show_end(room)
    else:
        show_challenge(room, who)
