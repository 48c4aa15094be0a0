"""The race: what it runs on, its picture, what happened in words, and the rates that diverge."""

import math

import streamlit as st

from nnlab.config import Optimizer, Schedule
from nnlab.errors import NnlabError
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.race import RACERS, Path, race
from nnlab.texts import _, number
from nnlab.ui.learn.chapters.optimizers.controls import Settings, show_choice, show_more
from nnlab.ui.learn.chapters.optimizers.largest import show_largest_rates
from nnlab.ui.learn.chapters.optimizers.minimised import Subject
from nnlab.ui.learn.chapters.optimizers.subject import choose
from nnlab.ui.learn.chapters.optimizers.view import show_race
from nnlab.ui.messages import say
from nnlab.ui.runtime.cache import kept
from nnlab.ui.shell import messages


def show() -> None:
    """Draw the race with its controls."""
    chosen = show_choice()
    try:
        subject = choose(chosen)
    except NnlabError as error:
        say("error", error, icon=":material/function:")
        return
    if subject is not None:
        _show(subject)


@st.fragment
@messages()
def _show(subject: Subject) -> None:
    picture = st.container(key="learn_optimizers_race")
    settings = show_more(subject)
    with picture:
        try:
            subject.must_start(settings.start)
        except NnlabError as error:
            say("error", error, _("Move the start, below."), icon=":material/function:")
            return
        st.latex(subject.latex)
        paths = race_of(
            subject.objective,
            settings.start,
            settings.optimizers,
            settings.steps,
            settings.schedule,
        )
        words = in_words(paths, settings)
        show_race(subject, settings, paths, words)
        st.caption(" ".join(filter(None, (words, subject.said))))
    show_largest_rates(subject, settings)


@kept
def race_of(
    objective: Objective,
    start: tuple[float, ...],
    optimizers: tuple[Optimizer, ...],
    steps: int,
    schedule: Schedule | None,
) -> tuple[Path, ...]:
    """The paths of a race."""
    return tuple(race(objective, start, optimizers, steps, schedule))


def in_words(paths: tuple[Path, ...], settings: Settings) -> str:
    """Describe which racer ends lowest, and which diverged, at which step and rate."""
    names = [_(name) for name in RACERS.values()]
    stayed = [
        (float(path.values[-1]), name)
        for name, path in zip(names, paths, strict=True)
        if path.diverged_at is None and math.isfinite(path.values[-1])
    ]
    said = []
    if stayed:
        value, name = min(stayed)
        said.append(
            _(
                "After {steps} steps {name} is lowest, at f = {value}.",
                steps=settings.steps,
                name=name,
                value=number(value, 6),
            )
        )
    gone = [
        _(
            "{name} at step {step} (rate {rate})",
            name=name,
            step=path.diverged_at,
            rate=number(float(path.rates[-1])),
        )
        for name, path in zip(names, paths, strict=True)
        if path.diverged_at is not None
    ]
    said.append(_("Diverged: {names}.", names=", ".join(gone)) if gone else _("None diverged."))
    return " ".join(said)
