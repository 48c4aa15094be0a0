"""The person who views a page: at the machine, or in a shared lab the holder of a cookie."""

import streamlit as st

from nnlab.classroom.current import classroom, visitor_of
from nnlab.errors import NnlabError
from nnlab.runs.run import SHIPPED
from nnlab.texts import _
from nnlab.ui import services
from nnlab.visitor import AT_THE_MACHINE, GUEST, LOCAL, Visitor
from nnlab.wire.addresses import counted
from nnlab.wire.people import people


def visitor() -> Visitor:
    """Return the visitor of this session. A lab that is not shared has one, with all rights."""
    try:
        if not services.settings().share:
            return AT_THE_MACHINE
    except NnlabError:  # every page says which setting is wrong
        return AT_THE_MACHINE
    try:
        person = people().person_of(st.context.cookies)
    except NnlabError:  # no key: nobody is known, and the page shows the error
        person = ""
    return visitor_of(person, counted(st.context.ip_address or ""))


def owner() -> str:
    """Return the owner recorded in everything that this session makes."""
    return visitor().owner


def owner_name(of: str) -> str:
    """Return an owner's name for this session; in a class, their nickname."""
    if of == SHIPPED:
        return "nnlab"
    if of in (LOCAL, GUEST):
        return _("local") if of == LOCAL else _("guest")
    if of == visitor().person:
        return _("you")
    room = classroom()
    member = room.member(of) if room is not None else None
    return member.name if member is not None else _("guest {short}", short=of[:4])


def is_frozen() -> bool:
    """Whether the lecturer has paused the class, and this visitor with it."""
    try:
        room = classroom()
    except NnlabError:  # every page says what is wrong
        return False
    return room is not None and room.state.frozen and visitor().role == "student"
