"""Who is in the class, since when, and how much they made; to rename them and take them out."""

from collections import Counter
from collections.abc import Callable

import streamlit as st

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.members import MAX_NAME, Member
from nnlab.classroom.rights import must_lead
from nnlab.errors import NnlabError
from nnlab.texts import N_, _
from nnlab.ui import services
from nnlab.ui.addresses import address_here, lecture_address, public_address
from nnlab.ui.session.classroom_state import classroom_state
from nnlab.ui.session.widgets import classroom as widgets
from nnlab.ui.visitors import visitor
from nnlab.ui.words import moment
from nnlab.visible import in_html
from nnlab.visitor import Visitor

ROLES = {"student": N_("student"), "lecturer": N_("lecturer")}


def show_members(room: Classroom, who: Visitor) -> None:
    """Everybody who joined."""
    members = room.members()
    _show_actions(room, who, members)
    runs = Counter(summary.meta.owner for summary in services.store().listed())
    head = "".join(
        f'<th scope="col">{in_html(word)}</th>' for word in (_("Name"), _("In since"), _("Runs"))
    )
    rows = "".join(_row(member, runs[member.person], who) for member in members)
    st.html(
        f'<table class="nnlab-members"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(member: Member, runs: int, who: Visitor) -> str:
    about = [_("you")] if member.person == who.person else []
    about += [_(ROLES[member.role])] if member.role == "lecturer" else []
    said = f" <small>{in_html(', '.join(about))}</small>" if about else ""
    return (
        f'<tr><th scope="row">{in_html(member.name)}{said}</th>'
        f"<td>{in_html(moment(member.joined))}</td><td>{runs:,}</td></tr>"
    )


def _show_actions(room: Classroom, who: Visitor, members: list[Member]) -> None:
    by_person = {member.person: member for member in members}
    with st.container(horizontal=True, vertical_alignment="bottom", key="class_members"):
        chosen = st.selectbox(
            _("Member"),
            list(by_person),
            index=None,
            format_func=lambda person: by_person[person].name if person in by_person else "",
            placeholder=_("Choose a member to rename or take out"),
            key=widgets.key("member"),
        )
        member = by_person.get(chosen or "")
        with st.popover(
            _("Rename …"), disabled=member is None, key=widgets.key(f"rename_{chosen}")
        ):
            if member is not None:
                _show_rename(room, member)
        # Another key for another member: a box that is open closes when its member has gone.
        cannot_go = member is None or member.person == who.person
        with st.popover(_("Take out …"), disabled=cannot_go, key=widgets.key(f"remove_{chosen}")):
            if member is not None:
                _show_remove(room, member)
        with st.popover(_("New code …"), key=widgets.key("code_box")):
            st.text(
                _("Members stay in. Others need the new code, and old links to join stop working.")
            )
            st.button(
                _("Take another code"),
                key=widgets.key("new_code"),
                on_click=_new_code,
                args=(room,),
            )
            st.text(_("If somebody filled the class with made-up names, take them out as well."))
            st.button(
                _("Another code, and take out all without a run"),
                key=widgets.key("clear_out"),
                on_click=_clear_out,
                args=(room,),
            )
        with st.popover(_("Lecturer's address …"), key=widgets.key("key_box")):
            _show_key(room)


def _show_rename(room: Classroom, member: Member) -> None:
    st.text_input(
        _("Nickname"),
        member.name,
        max_chars=MAX_NAME,
        key=widgets.key(f"name_{member.person}"),
    )
    st.button(
        _("Rename"),
        key=widgets.key("rename"),
        type="primary",
        on_click=_rename,
        args=(room, member.person),
    )


def _show_remove(room: Classroom, member: Member) -> None:
    st.text(
        _(
            "{name} is taken out at once; the runs stay until the class ends. Anyone with the code"
            " can come back: to prevent that, take another code, too.",
            name=member.name,
        )
    )
    st.button(
        _("Take out"),
        key=widgets.key("remove"),
        type="primary",
        on_click=_remove,
        args=(room, member.person),
    )


def _show_key(room: Classroom) -> None:
    """Not in view until it is asked for: this page is on a projector."""
    st.text(_("Anyone with this address leads the class. Do not show it on the projector."))
    show = st.toggle(_("Show it"), key=widgets.key("show_key"))
    if show:
        base = public_address(services.settings()) or address_here()
        st.code(lecture_address(base, room.key), language=None, wrap_lines=True)


def _tried(do: Callable[[], str]) -> None:
    """Do what a click asks for if the lecturer clicked; the page shows the result."""
    state = classroom_state()
    try:
        must_lead(visitor())
        state.tell(do())
    except NnlabError as error:
        state.tell(failed=[str(error)])


def _rename(room: Classroom, person: str) -> None:
    def rename() -> str:
        member = room.rename(person, str(widgets.get(f"name_{person}", "")))
        return _("The name is {name} now.", name=member.name)

    _tried(rename)


def _remove(room: Classroom, person: str) -> None:
    def remove() -> str:
        member = room.member(person)
        room.remove(person)
        widgets["member"] = None
        return _("{name} is out.", name=member.name if member is not None else "")

    _tried(remove)


def _new_code(room: Classroom) -> None:
    def renew() -> str:
        room.take_another_code()
        return _("The code is {code} now.", code=room.code)

    _tried(renew)


def _clear_out(room: Classroom) -> None:
    def clear() -> str:
        made = {summary.meta.owner for summary in services.store().listed()}
        count = room.take_another_code(made)
        widgets["member"] = None
        out = _("{n} student is out.", "{n} students are out.", n=count)
        return f"{out} {_('The code is {code} now.', code=room.code)}"

    _tried(clear)
