"""The class's strip on top of every page: the visitor's name, and the lecturer's actions."""

from functools import cache, partial
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.classroom.answers import answers
from nnlab.classroom.challenge.challenges import challenge_line
from nnlab.classroom.classroom import Classroom
from nnlab.classroom.current import classroom
from nnlab.classroom.said import said_to
from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.components.component import component
from nnlab.ui.components.page_top import begin_at_top
from nnlab.ui.messages import say
from nnlab.ui.room import lead
from nnlab.ui.room.follow import follow, leave, show_followed
from nnlab.ui.room.sendable import open_sent
from nnlab.ui.room.state import RoomSession
from nnlab.ui.session.labs import lab_shown, state_of
from nnlab.ui.session.learn_state import asked_chapter
from nnlab.ui.session.typed import of_session
from nnlab.ui.session.widgets import classroom as widgets
from nnlab.ui.shell import messages, page_file
from nnlab.ui.visitors import visitor
from nnlab.visible import in_html
from nnlab.visitor import Visitor
from nnlab.wire.paths import below

STYLE = Path(__file__).with_name("room.css")


def begin_page(page: str) -> None:
    """Begin a page: scroll to its top and, in a class, show the class's strip.

    Args:
        page: its address, empty for the first page.
    """
    begin_at_top(f"{page} {asked_chapter()}")
    with messages():
        room = classroom()
        if room is not None and (who := visitor()).role in ("student", "lecturer"):
            show_strip(room, who, page)


def show_strip(room: Classroom, who: Visitor, page: str) -> None:
    """The strip, and the socket that tells this page when something changed for its person."""
    session = of_session(RoomSession)
    is_lecturer = who.role == "lecturer"
    if not is_lecturer:
        follow(room, session, page)
    st.html(STYLE)
    with st.container(key="room_strip", horizontal=True):
        st.html(_line(room, session, who))
        if is_lecturer:
            _show_lecturers(room, page)
        else:
            _show_students(room, session, who, page)
    told = _component()(
        key="room_line", data=_data(room, session, who, page), on_news_change=lambda: None
    )
    if is_lecturer:
        _lead_on(room, session, who, told.get("news"))


# What it says -----------------------------------------------------------------------------------


def _line(room: Classroom, session: RoomSession, who: Visitor) -> str:
    """Names and titles come from people: they are shown as they stand, and cut."""
    member = room.member(who.person)
    parts = [f"<bdi>{in_html(member.name if member is not None else '')}</bdi>"]
    state = room.state
    if state.frozen:
        words = (
            _("Paused: only you can train.")
            if who.role == "lecturer"
            else _("Paused by the lecturer.")
        )
        parts.append(f"<span class='is-frozen'>{words}</span>")
    if state.following is not None and who.role == "lecturer":
        parts.append(f"<span>{_('All follow you.')}</span>")
    elif session.following is not None:
        parts.append(f"<span class='nnlab-follows'>{_('Following the lecturer')}</span>")
    elif state.following is not None:
        parts.append(f"<span>{_('The lecturer shows a run')}</span>")
    elif _is_offered(room, session, who):
        assert state.sent is not None
        said = _("The lecturer sent: {title}", title=in_html(state.sent.title))
        parts.append(f"<span title='{in_html(state.sent.title)}'>{said}</span>")
    elif who.role == "student" and (line := _challenge(room, who)) is not None:
        parts.append(f"<span title='{in_html(line)}'>{in_html(line)}</span>")
    return f"<p class='nnlab-class-line'>{''.join(parts)}</p>"


def _is_offered(room: Classroom, session: RoomSession, who: Visitor) -> bool:
    sent = room.state.sent
    return who.role == "student" and sent is not None and sent.id != session.opened


def _challenge(room: Classroom, who: Visitor) -> str | None:
    try:
        return challenge_line(room, who)
    except NnlabError:  # the class's page says what is wrong with its file
        return None


def _announcement(room: Classroom, session: RoomSession, who: Visitor) -> str:
    state = room.state
    parts = []
    if who.role == "student" and state.frozen:
        parts.append(_("The lecturer has paused the class."))
    if session.following is not None:
        parts.append(_("Following the lecturer."))
    if _is_offered(room, session, who) and state.sent is not None:
        parts.append(_("The lecturer sent: {title}", title=state.sent.title))
    return " ".join(parts)


# Its buttons ------------------------------------------------------------------------------------


def _show_students(room: Classroom, session: RoomSession, who: Visitor, page: str) -> None:
    sent, run_id = room.state.sent, room.state.following
    if run_id is not None and session.following == run_id:
        st.button(
            _("Back to mine"),
            key=widgets.key("leave"),
            icon=":material/undo:",
            on_click=leave,
            args=(run_id, session),
        )
    elif run_id is not None:
        if st.button(_("Watch"), key=widgets.key("watch"), icon=":material/visibility:"):
            session.left = session.following = None
            show_followed(run_id, session, page)
            st.rerun()
    elif sent is not None and _is_offered(room, session, who):
        if st.button(
            _("Open"), key=widgets.key("open_sent"), icon=":material/open_in_new:", type="primary"
        ):
            session.opened = sent.id
            st.switch_page(page_file(open_sent(sent)))
    elif (
        page != "class"
        and _challenge(room, who) is not None
        and st.button(_("Challenge"), key=widgets.key("to_challenge"), icon=":material/trophy:")
    ):
        st.switch_page(page_file("class"))


def _show_lecturers(room: Classroom, page: str) -> None:
    """On a laboratory page what is there is sent, or followed, by one click."""
    lab = lab_shown(page)
    if lab is not None:
        state = state_of(lab)
        sent = room.state.sent
        st.button(
            _("Send this to all"),
            key=widgets.key("send_this"),
            icon=":material/send:",
            on_click=_send,
            args=(state.draft,),
        )
        if room.state.following is None and state.run_id is not None:
            st.button(
                _("Follow me"),
                key=widgets.key("follow_this"),
                icon=":material/visibility:",
                on_click=_follow,
                args=(state.run_id,),
            )
        if sent is not None and of_session(RoomSession).announced == sent.id:
            of_session(RoomSession).announced = None
            say("toast", _("Sent to all: {title}", title=sent.title), icon=":material/send:")
    if room.state.following is not None:
        st.button(
            _("Stop following"),
            key=widgets.key("stop_following"),
            on_click=lead.tried,
            args=(lead.stop_following,),
        )
    if room.state.frozen:
        st.button(
            _("Go on"),
            key=widgets.key("strip_go_on"),
            type="primary",
            on_click=lead.tried,
            args=(lead.go_on,),
        )


def _send(draft: Experiment) -> None:
    def send() -> None:
        lead.send_experiment(draft)
        sent = lead.led().state.sent
        of_session(RoomSession).announced = sent.id if sent is not None else None

    lead.tried(send)


def _follow(run_id: str) -> None:
    lead.tried(partial(lead.follow_run, newest=True), run_id)


# The socket -------------------------------------------------------------------------------------


def _lead_on(room: Classroom, session: RoomSession, who: Visitor, news: object) -> None:
    """A lecturer whom the class follows began another run: it takes the place of the last.

    `news` is what the socket's element says: `own RUN TIME` where that happened.
    """
    if not isinstance(news, str) or not session.leads or room.state.following is None:
        return
    word, _blank, rest = news.partition(" ")
    if word != "own":
        return
    run_id = rest.partition(" ")[0]
    try:
        is_own = doors.store().get(run_id).meta.owner == who.owner
    except NnlabError:
        return
    if is_own and run_id != room.state.following:
        lead.follow_run(run_id, newest=True)
        st.rerun()


def _data(room: Classroom, session: RoomSession, who: Visitor, page: str) -> dict[str, object]:
    state = room.state
    follows_answers = who.role == "lecturer" and page == "class" and state.lesson is not None
    kept = answers() if follows_answers else None
    return {
        "address": below(str(st.get_option("server.baseUrlPath")), "/wire/class"),
        "key": said_to(room, who)["key"],
        "members": len(room.members()),
        "leads": state.following if session.leads else None,
        "answers": kept.count if kept is not None else None,
        "announce": _announcement(room, session, who),
    }


@cache
def _component() -> ComponentRenderer:
    return component("room", "components/room.js")
