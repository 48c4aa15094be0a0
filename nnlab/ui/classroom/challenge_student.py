"""A student's part of the challenge: own looks, own runs, and how one is handed in."""

from dataclasses import dataclass, field

import streamlit as st

from nnlab.classroom.challenge.beginning import first_experiment
from nnlab.classroom.challenge.challenge import Challenge
from nnlab.classroom.challenge.challenges import Challenges, Look, Told
from nnlab.classroom.challenge.leaderboard import best_of
from nnlab.classroom.challenge.sealed import hand_in, why_not
from nnlab.errors import NnlabError
from nnlab.runs.store import Summary
from nnlab.texts import _
from nnlab.ui import doors, services
from nnlab.ui.classroom.challenge_words import figure_in_words, goal_in_words
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.messages import as_it_stands
from nnlab.ui.session.challenge_state import challenge_state
from nnlab.ui.session.labs import lab_of, open_in_lab
from nnlab.ui.session.widgets import classroom as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.words import moment, plain
from nnlab.visitor import Visitor

MOST = 12
"""Runs that are listed, the newest first, of those that can be handed in and of the others."""
MOST_LOOKED_AT = 100
"""Runs of after the challenge opened, the newest first, that are looked at for this list."""


@dataclass
class OwnRuns:
    """A student's runs, the newest first."""

    can: list[Summary] = field(default_factory=list)
    """Runs that can be handed in."""
    cannot: list[tuple[Summary, str]] = field(default_factory=list)
    """Runs that cannot be handed in, with the reason."""
    older: int = 0
    """Number of runs made before the challenge opened."""


def show_own(kept: Challenges, challenge: Challenge, told: Told, who: Visitor) -> None:
    """Show a student's own part of the challenge, below the task."""
    looks = kept.looks_of(who.person)
    left = challenge.looks - len(looks)
    can_hand_in = told.open and left > 0
    own = _own_runs(challenge, who) if can_hand_in else OwnRuns()
    if told.open:
        _show_way(challenge, is_next=not own.can)
        st.markdown(_("{n} look left.", "{n} looks left.", n=left))
    if looks:
        _show_looks(challenge, looks)
    if can_hand_in:
        _show_runs(kept, challenge, own, who)


def _show_way(challenge: Challenge, *, is_next: bool) -> None:
    """The way to the page where it is trained."""
    experiment = first_experiment(challenge)
    is_images = lab_of(experiment) == "images"
    if st.button(
        _("Open on the page of images") if is_images else _("Open on the Playground"),
        key=widgets.key("challenge_to_lab"),
        type="primary" if is_next else "secondary",
        icon=":material/open_in_new:",
        help=_("Its data, and a small network to begin with."),
    ):
        st.switch_page(page_file(open_in_lab(experiment)))


def _show_looks(challenge: Challenge, looks: list[Look]) -> None:
    best = best_of(looks)
    assert best is not None, "there is a look"
    figure, goal = figure_in_words(challenge, best.figure), goal_in_words(challenge)
    st.markdown(
        _("Your best look: **{figure}**, the goal of {goal} is reached.", figure=figure, goal=goal)
        if challenge.is_reached(best.figure)
        else _("Your best look: **{figure}**, the goal is {goal}.", figure=figure, goal=goal)
    )
    name = _("accuracy") if challenge.task == "classification" else _("loss")
    rows = [
        row(
            f"{look.number}",
            cell(figure_in_words(challenge, look.figure)),
            cell(f"{look.parameters:,}"),
            cell(f"{look.step:,}"),
            cell(moment(look.at)),
        )
        for look in looks
    ]
    heads = (_("look"), name, _("parameters"), _("step"), _("when"))
    st.html(table("nnlab-board", rows, heads=heads, label=_("Your looks")))


def _show_runs(kept: Challenges, challenge: Challenge, own: OwnRuns, who: Visitor) -> None:
    """The runs that can be handed in, each with its button; and why the others cannot."""
    if not own.can:
        st.caption(
            _("You have no run yet that can be handed in: open the challenge and train a network.")
        )
    for summary in own.can:
        _show_run(kept, challenge, summary, who)
    if own.cannot:
        with st.expander(
            _("Why {n} other run cannot", "Why {n} other runs cannot", n=len(own.cannot)),
            key=widgets.key("challenge_others"),
        ):
            for summary, why in own.cannot:
                st.markdown(f"**{plain(summary.meta.name)}** · {as_it_stands(why)}")
    if own.older:
        st.caption(
            _(
                "{n} run from before the challenge opened does not count.",
                "{n} runs from before the challenge opened do not count.",
                n=own.older,
            )
        )


def _own_runs(challenge: Challenge, who: Visitor) -> OwnRuns:
    summaries = doors.store().summaries(doors.launcher().pending())
    own = [one for one in summaries if one.meta.owner == who.owner]
    new = [one for one in own if one.meta.created >= challenge.opened]
    found = OwnRuns(older=len(own) - len(new))
    for summary in new[:MOST_LOOKED_AT]:
        why = why_not(challenge, summary, services.store(), who)
        if why is None and len(found.can) < MOST:
            found.can.append(summary)
        elif why is not None and len(found.cannot) < MOST:
            found.cannot.append((summary, why))
    return found


def _show_run(kept: Challenges, challenge: Challenge, summary: Summary, who: Visitor) -> None:
    run, state, looks = summary.run, challenge_state(), kept.looks_of(who.person)
    number = len(looks) + 1
    step = summary.last.step if summary.last is not None else 0
    before = next((look for look in looks if (look.run, look.step) == (run.id, step)), None)
    with st.container(key=f"challenge_run_{run.id}", horizontal=True, gap="small"):
        st.markdown(_about(summary), width="stretch")
        if before is not None:
            st.markdown(_("handed in: look {number}", number=before.number), width="content")
            return
        if state.asking != run.id:
            st.button(
                _("Hand in …"),
                key=widgets.key(f"hand_in_{run.id}"),
                on_click=_ask,
                args=(run.id,),
            )
            return
        st.markdown(
            _("This takes look {number} of {looks}.", number=number, looks=challenge.looks),
            width="content",
        )
        st.button(
            _("Take look {number}", number=number),
            key=widgets.key(f"take_{run.id}_{number}"),
            type="primary",
            on_click=_take,
            args=(kept, challenge, run.id, who, number),
        )
        st.button(_("Not yet"), key=widgets.key("hand_in_cancel"), on_click=_ask, args=(None,))


def _about(summary: Summary) -> str:
    """`spiral 8-8 · 114 parameters · epoch 40 · validation 93.0 %`."""
    last, started = summary.last, summary.started
    parts = [f"**{plain(summary.meta.name)}**"]
    if started is not None:
        parts.append(_("{n:,} parameter", "{n:,} parameters", n=started.parameters))
    if last is not None:
        parts.append(_("epoch {epoch:,}", epoch=last.epoch))
    share = getattr(last, "val_accuracy", None)
    if share is not None:
        parts.append(_("validation {share:.1%}", share=share))
    return " · ".join(parts)


def _ask(run: str | None) -> None:
    challenge_state().asking = run


def _take(kept: Challenges, challenge: Challenge, run: str, who: Visitor, number: int) -> None:
    state = challenge_state()
    state.asking = None
    try:
        look = hand_in(kept, services.store(), run, who, number, services.settings().data_dir)
    except NnlabError as error:
        state.refusal = str(error)
        return
    figure = figure_in_words(challenge, look.figure)
    state.notice = _(
        "Look {number} of {looks}: {figure} on the sealed examples, which you alone see.",
        number=number,
        looks=challenge.looks,
        figure=figure,
    )
