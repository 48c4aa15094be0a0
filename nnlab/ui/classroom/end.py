"""The end of the class: all that it made in one file, and its deletion."""

import streamlit as st

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.ending import Deleted, delete_room
from nnlab.classroom.rights import must_lead
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.addresses import here
from nnlab.ui.messages import say
from nnlab.ui.session.classroom_state import classroom_state
from nnlab.ui.session.widgets import classroom as widgets
from nnlab.ui.terminal import of_class
from nnlab.ui.visitors import visitor
from nnlab.visitor import Visitor


def show_end(room: Classroom, who: Visitor) -> None:
    """Two ways to end: take all of it along, and delete all of it."""
    persons = room.persons()
    runs = sum(one.meta.owner in persons for one in services.store().listed())
    count = _("{n:,} run", "{n:,} runs", n=runs)
    st.subheader(_("Take it along"), anchor=False)
    st.text(
        _(
            "One zip: {runs} with experiment, events and final weights, a folder for each person;"
            " answers and the challenge; a table of results for a spreadsheet.",
            runs=count,
        )
    )
    st.link_button(_("Download all of it"), here("/class/room.zip"), icon=":material/download:")
    st.subheader(_("Delete it"), anchor=False)
    st.text(
        _(
            "All runs of the class ({runs}) are deleted, including yours, with its tables,"
            " drawings, answers, challenge and names; runs in training are stopped. Runs of people"
            " outside the class stay. Students are taken out, and another class begins with"
            " another code. This cannot be undone.",
            runs=count,
        )
    )
    with (
        st.form("class_delete", border=False, enter_to_submit=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        said = st.text_input(
            _("To delete all of it, type the code {code}", code=room.code),
            key=widgets.key("delete_code"),
            max_chars=20,
            width=280,
        )
        pressed = st.form_submit_button(
            _("Delete the class"), type="primary", key=widgets.key("delete_class")
        )
    if pressed:
        _delete(room, who, said)


def _delete(room: Classroom, who: Visitor, said: str) -> None:
    if not room.has_code(said):
        say("error", _("Nothing was deleted: this is not the code {code}.", code=room.code))
        return
    state = classroom_state()
    with st.spinner(_("Deleting all that the class made …")):
        try:
            must_lead(visitor())
            settings = services.settings()
            launcher = services.launcher()
            deleted = delete_room(
                room,
                services.store(),
                settings.data_dir,
                lambda run: launcher.ask(run, "stop"),
                who.person,
            )
        except NnlabError as error:
            say("error", error)
            return
    state.tell(_in_words(deleted), deleted.left)
    if not deleted.left:
        print(of_class(settings, room, is_terminal=False), flush=True)
    st.rerun()


def _in_words(deleted: Deleted) -> str:
    words = [
        _("Deleted {n:,} run", "Deleted {n:,} runs", n=deleted.runs)
        + " "
        + _("and {n:,} table or drawing.", "and {n:,} tables and drawings.", n=deleted.files)
    ]
    if deleted.unknown:
        words.append(
            _(
                "{n:,} run stays: neither it nor its owner can be read. See Runs.",
                "{n:,} runs stay: neither they nor their owners can be read. See Runs.",
                n=deleted.unknown,
            )
        )
    words.append(
        _("Not everything could be deleted; try again.")
        if deleted.left
        else _("Another class has begun, with another code.")
    )
    return " ".join(words)
