"""The lecturer's part of the challenge: make one, close it, reveal it."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from nnlab.classroom.challenge.challenge import (
    MAX_LOOKS,
    MAX_PARAMETERS,
    MAX_TITLE,
    Limits,
    make_challenge,
)
from nnlab.classroom.challenge.challenges import Challenges, Told
from nnlab.classroom.challenge.leaderboard import leaderboard_csv
from nnlab.classroom.challenge.trained_on import pause_those_that_peek
from nnlab.data.archives import is_available
from nnlab.data.curves import FORMULAS
from nnlab.data.toy import VALUE_SETS
from nnlab.errors import NnlabError
from nnlab.texts import N_, _
from nnlab.ui import services
from nnlab.ui.classroom.challenge_words import POINTS, kind_in_words
from nnlab.ui.runtime.image_data import LABELS
from nnlab.ui.session.challenge_state import challenge_state
from nnlab.ui.session.widgets import classroom as widgets
from nnlab.visitor import Visitor

BUDGETS = {
    "": N_("no limit"),
    "epochs": N_("epochs"),
    "steps": N_("steps"),
    "seconds": N_("seconds"),
}
MOST_OF = {"epochs": 1_000_000, "steps": 1_000_000_000, "seconds": 86_400}
FIRST_OF = {"epochs": 500, "steps": 10_000, "seconds": 60}
NUMBERS_PREDICTED = (*VALUE_SETS, *FORMULAS)


def show_lead(kept: Challenges, told: Told, who: Visitor) -> None:
    """Show the lecturer's controls of the present challenge."""
    state = challenge_state()
    if state.asking in CONFIRMED:
        _confirm(state.asking, kept, who)
        return
    with st.container(horizontal=True, gap="small", key="challenge_lead"):
        if told.revealed:
            st.download_button(
                _("Download CSV"),
                leaderboard_csv(kept),
                file_name="leaderboard.csv",
                mime="text/csv",
                key=widgets.key("challenge_csv"),
                icon=":material/download:",
                on_click="ignore",
            )
        else:
            st.button(
                _("Reveal the figures …"),
                key=widgets.key("challenge_reveal"),
                type="primary",
                icon=":material/visibility:",
                on_click=_ask,
                args=("reveal",),
            )
            if told.open:
                st.button(
                    _("Close"),
                    key=widgets.key("challenge_close"),
                    icon=":material/lock:",
                    help=_("Nobody can hand in any more; the figures stay sealed."),
                    on_click=_do,
                    args=(kept.close, who),
                )
            else:
                st.button(
                    _("Open again"),
                    key=widgets.key("challenge_reopen"),
                    icon=":material/lock_open:",
                    on_click=_do,
                    args=(kept.reopen, who),
                )
        st.button(
            _("Remove …"),
            key=widgets.key("challenge_withdraw"),
            icon=":material/delete:",
            on_click=_ask,
            args=("withdraw",),
        )


CONFIRMED = {
    "reveal": (
        N_("All figures are shown to everybody, and nobody can hand in after that."),
        N_("Reveal now"),
    ),
    "withdraw": (
        N_("The challenge is removed from the page with all its looks and figures."),
        N_("Remove now"),
    ),
}


def _confirm(what: str, kept: Challenges, who: Visitor) -> None:
    words, label = CONFIRMED[what]
    st.markdown(_(words))
    with st.container(horizontal=True, gap="small"):
        st.button(
            _(label),
            key=widgets.key("challenge_confirm"),
            type="primary",
            on_click=_do,
            args=(kept.reveal if what == "reveal" else kept.withdraw, who),
        )
        st.button(_("Not yet"), key=widgets.key("challenge_cancel"), on_click=_ask, args=(None,))


def _ask(what: str | None) -> None:
    challenge_state().asking = what


def _do(act: Callable[[Visitor], None], who: Visitor) -> None:
    state = challenge_state()
    state.asking = None
    try:
        act(who)
    except NnlabError as error:
        state.refusal = str(error)


# A new one ----------------------------------------------------------------------------------------


def show_make(kept: Challenges, who: Visitor) -> None:
    """Draw the form of a new challenge; its initial values are valid."""
    is_first = kept.challenge is None
    with st.expander(
        _("Make a challenge"),
        expanded=is_first,
        key=widgets.key("challenge_make" if is_first else "challenge_make_next"),
        icon=":material/add:",
    ):
        title, kind, noise, points = st.columns([2, 1, 1, 1])
        fields: dict[str, Any] = {}
        with title:
            fields["title"] = st.text_input(
                _("Title"),
                value=_("The spiral with few parameters"),
                max_chars=MAX_TITLE,
                key=widgets.key("challenge_title"),
            )
        with kind:
            chosen = st.selectbox(
                _("Data"),
                _kinds(),
                index=_kinds().index("spiral"),
                format_func=kind_in_words,
                key=widgets.key("challenge_data"),
            )
        data: dict[str, Any] = {"kind": chosen}
        if chosen in POINTS:
            with noise:
                data["noise"] = _number(_("Noise (%)"), "noise", 0, 0, 50) / 100
            with points:
                data["points"] = _number(_("Points"), "points", 500, 10, 5000)
        fields["data"] = data
        fields["limits"], fields["looks"], fields["goal"] = _limits(chosen)
        fields["shown"] = st.toggle(
            _("Students see who has handed in"), value=True, key=widgets.key("challenge_shown")
        )
        # No callback: what was typed last comes with the click, after its arguments were fixed.
        if st.button(_("Open the challenge"), key=widgets.key("challenge_open"), type="primary"):
            _begin(kept, fields, who)
            st.rerun()


def _limits(kind: str) -> tuple[dict[str, Any], int, float]:
    is_points, is_number = kind in POINTS, kind in NUMBERS_PREDICTED
    parameters, budget, amount, looks, goal = st.columns(5)
    limits: dict[str, Any] = {}
    with parameters:
        name, usual = ("parameters", 200) if is_points else ("picture_parameters", 20_000)
        label = _("Parameters at most")
        limits["parameters"] = _number(label, name, usual, 1, MAX_PARAMETERS)
    with budget:
        what = st.selectbox(
            _("Training at most"),
            list(BUDGETS),
            format_func=lambda name: _(BUDGETS[name]),
            key=widgets.key("challenge_budget"),
        )
    with amount:
        if what:
            limits[what] = _number(_("How many"), f"most_{what}", FIRST_OF[what], 1, MOST_OF[what])
    with looks:
        most = _number(_("Looks of each"), "looks", 3, 1, MAX_LOOKS)
    with goal:
        if is_number:
            reach = st.number_input(
                _("Goal: loss at most"),
                min_value=0.0001,
                max_value=1000.0,
                value=0.01,
                format="%.4f",
                key=widgets.key("challenge_loss"),
            )
        else:
            reach = _number(_("Goal: accuracy (%)"), "accuracy", 95, 1, 100) / 100
    return limits, most, reach


def _number(label: str, name: str, usual: int, least: int, most: int) -> int:
    return st.number_input(
        label,
        min_value=least,
        max_value=most,
        value=usual,
        step=1,
        key=widgets.key(f"challenge_{name}"),
    )


def _kinds() -> list[str]:
    """Points of all kinds, and the pictures that are here."""
    folder = services.settings().data_dir
    pictures = [
        kind
        for kind in LABELS
        if kind not in ("handwriting", "pictures") and is_available(kind, folder)
    ]
    return [*POINTS, *pictures]


def _begin(kept: Challenges, fields: dict[str, Any], who: Visitor) -> None:
    state = challenge_state()
    try:
        limits = Limits.model_validate(fields["limits"])
        made = make_challenge(**{**fields, "limits": limits, "opened": time.time()})
        kept.begin(made, who)
        pause_those_that_peek(made, kept.students_in, services.store(), services.launcher())
    except NnlabError as error:
        state.refusal = str(error)
        return
    state.notice = _("The challenge is open: students see it on their page of the class.")
