"""The challenge on the page of the class: the lecturer's part, and a student's."""

from pathlib import Path

import streamlit as st

from nnlab.classroom.challenge.challenges import Challenges, Told, challenge_line, challenges_of
from nnlab.classroom.classroom import Classroom
from nnlab.texts import _
from nnlab.ui.classroom.challenge_board import show_handed_in, show_leaderboard
from nnlab.ui.classroom.challenge_lead import show_lead, show_make
from nnlab.ui.classroom.challenge_student import show_own
from nnlab.ui.classroom.challenge_words import rule, task_in_words
from nnlab.ui.messages import say
from nnlab.ui.session.challenge_state import challenge_state
from nnlab.ui.shell import messages
from nnlab.ui.words import plain
from nnlab.visitor import Visitor

__all__ = ["challenge_line", "show_challenge"]

STYLE = Path(__file__).with_name("challenge.css")
LOOKS_AGAIN_SECONDS = 3.0


def show_challenge(room: Classroom, who: Visitor) -> None:
    """The challenge of the class, for the lecturer or a student; nothing for others."""
    if who.role not in ("lecturer", "student"):
        return
    st.html(STYLE)
    kept = challenges_of(room)
    told, challenge = kept.told, kept.challenge
    with st.container(key="challenge"):
        if who.role == "student":  # a lecturer has chosen the section by its name
            st.subheader(_("Challenge"), anchor=False)
        _show_notice()
        if told is None or challenge is None:
            if who.role == "lecturer":
                st.caption(
                    _("The same data, limits and goal for all, judged on a sealed test set.")
                )
                show_make(kept, who)
            else:
                st.caption(_("There is none now. When the lecturer opens one, it appears here."))
            _follow(kept, who, None)
            return
        st.markdown(f"**{plain(told.title)}** · {_stage(told)}")
        st.markdown(task_in_words(challenge))
        if not told.revealed:
            st.caption(rule(challenge))
        if who.role == "lecturer":
            show_lead(kept, told, who)
        else:
            show_own(kept, challenge, told, who)
        if told.revealed:
            show_leaderboard(kept, challenge, who)
        if told.revealed and who.role == "lecturer":
            show_make(kept, who)
        _follow(kept, who, told)


def _stage(told: Told) -> str:
    if told.revealed:
        return _("revealed")
    return _("open") if told.open else _("closed")


def _show_notice() -> None:
    state = challenge_state()
    if state.refusal is not None:
        say("error", state.refusal, icon=":material/error:")
    if state.notice is not None:
        say("success", state.notice, icon=":material/check:")
    state.refusal = state.notice = None


def _follow(kept: Challenges, who: Visitor, drawn: Told | None) -> None:
    """Look again by itself: who has handed in, and whether the challenge has another stage."""
    if drawn is not None and drawn.revealed and who.role == "lecturer":
        return  # only this page moves it on

    @st.fragment(run_every=LOOKS_AGAIN_SECONDS)
    def look_again() -> None:
        with messages():
            if kept.told != drawn:
                st.rerun()
            challenge = kept.challenge
            if challenge is None or drawn is None or drawn.revealed:
                return
            if who.role == "lecturer" or challenge.shown:
                show_handed_in(kept, challenge, who)

    look_again()
