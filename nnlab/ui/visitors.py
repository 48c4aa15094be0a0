"""Who looks at a page: the person at the machine, or in a shared lab the holder of a cookie."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui import services
from nnlab.visitor import AT_THE_MACHINE, LOCAL, Visitor
from nnlab.wire.addresses import counted
from nnlab.wire.people import people

GUEST = "guest"
"""Owner of what somebody makes whose browser keeps no cookies."""


def visitor() -> Visitor:
    """Of this session. Where the lab is not shared there is one, who has all of it."""
    try:
        if not services.settings().share:
            return AT_THE_MACHINE
    except NnlabError:  # every page says which setting is wrong
        return AT_THE_MACHINE
    try:
        person = people().person_of(st.context.cookies)
    except NnlabError:  # no key: nobody is known, and what they watch says why
        person = ""
    return Visitor(person, counted(st.context.ip_address or ""))


def owner() -> str:
    """What is written as the owner of what this session makes."""
    return visitor().person or GUEST


def owner_name(of: str) -> str:
    """An owner as this session calls them."""
    if of in (LOCAL, GUEST):
        return _("local") if of == LOCAL else _("guest")
    return _("you") if of == visitor().person else _("guest {short}", short=of[:4])
