"""A student's own place in the class: their name, and how to take another."""

import streamlit as st

from nnlab.classroom.classroom import Classroom
from nnlab.texts import _
from nnlab.ui.addresses import here
from nnlab.visible import in_html
from nnlab.visitor import Visitor


def show_own_place(room: Classroom, who: Visitor) -> None:
    """Name, role and code."""
    member = room.member(who.person)
    name = member.name if member is not None else ""
    said = in_html(_("You are in the class as a student; its code is {code}.", code=room.code))
    change = in_html(_("Change the nickname"))
    st.html(
        f'<section class="nnlab-own-place"><h1>{in_html(name)}</h1>'
        f'<p>{said} <a href="{here("/join")}?code={room.code}">{change}</a></p></section>'
    )
