"""Who has handed in, and the leaderboard."""

import streamlit as st

from nnlab.classroom.challenge.challenge import Challenge
from nnlab.classroom.challenge.challenges import Challenges
from nnlab.classroom.challenge.leaderboard import leaderboard
from nnlab.texts import _
from nnlab.ui.classroom.challenge_words import figure_in_words, goal_in_words
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.words import moment
from nnlab.visible import in_html
from nnlab.visitor import Visitor


def show_handed_in(kept: Challenges, challenge: Challenge, who: Visitor) -> None:
    """Draw a table of who handed in, with looks left and the last look, but no figures."""
    found = kept.handed_in()
    if not found:
        st.caption(_("Nobody has handed in yet."))
        return
    st.markdown(
        _(
            "{n} student of {all} has handed in.",
            "{n} students of {all} have handed in.",
            n=len(found),
            all=max(len(found), kept.students),
        )
    )
    rows = [
        row(
            _name(one.name, is_own=one.person == who.person),
            cell(_("{left} of {looks}", left=challenge.looks - one.looks, looks=challenge.looks)),
            cell(moment(one.last)),
            css="nnlab-own" if one.person == who.person else "",
        )
        for one in found
    ]
    heads = (_("student"), _("looks left"), _("last look"))
    st.html(table("nnlab-board", rows, heads=heads, label=_("Who has handed in")))


def show_leaderboard(kept: Challenges, challenge: Challenge, who: Visitor) -> None:
    """All figures, once they are revealed."""
    board = leaderboard(kept)
    if not board:
        st.caption(_("Nobody handed in."))
        return
    reached = sum(challenge.is_reached(one.best.figure) for one in board)
    st.markdown(
        _(
            "{reached} of {all} reached the goal of {goal}.",
            reached=reached,
            all=len(board),
            goal=goal_in_words(challenge),
        )
    )
    figure = _("accuracy") if challenge.task == "classification" else _("loss")
    rows = []
    for one in board:
        look, is_own = one.best, one.best.person == who.person
        mark = "✓ " if challenge.is_reached(look.figure) else ""
        rows.append(
            row(
                f"<i>{one.rank}</i>{_name(look.name, is_own=is_own)}",
                cell(f"{mark}{figure_in_words(challenge, look.figure)}"),
                cell(f"{look.parameters:,}"),
                cell(f"{one.looks}"),
                css="nnlab-own" if is_own else "",
            )
        )
    heads = (_("student"), figure, _("parameters"), _("looks"))
    st.html(table("nnlab-ranked", rows, heads=heads, label=_("Leaderboard")))
    st.caption(_("✓: the goal is reached. Ties: fewer parameters first, then the earlier look."))


def _name(name: str, *, is_own: bool) -> str:
    shown = in_html(name)
    return _("{name} (you)", name=shown) if is_own else shown
