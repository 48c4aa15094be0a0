"""The laboratory pages of a session: which experiment belongs to which, and entering them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import streamlit as st

from nnlab.config import Experiment
from nnlab.config.data import Page, page_of
from nnlab.config.link import ATTENTION, CHAPTER
from nnlab.recipes import get
from nnlab.texts import N_
from nnlab.ui.session.address import (
    LINK,
    read_address,
    write_address,
)
from nnlab.ui.session.attention_state import AttentionState
from nnlab.ui.session.images_state import ImagesState
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.learn_state import learn_state
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.typed import is_in_session, of_session
from nnlab.ui.session.widgets import Widgets

Lab = Page
"""A laboratory page; of Learn its chapter on attention, which is that of sequences."""
Form = Literal["playground", "images", "learn", "sweep"]
"""A page with a form: the laboratory pages, and that of sweeps."""
State = TypeVar("State", bound=LabState)

KINDS: dict[Lab, type[LabState]] = {
    "playground": PlaygroundState,
    "images": ImagesState,
    "learn": AttentionState,
}
LAB_NAMES: dict[Lab, str] = {
    "playground": N_("Playground"),
    "images": N_("Images"),
    "learn": N_("Learn"),
}
FIRST: dict[Lab, str] = {
    "playground": "spiral",
    "images": "digits-mlp",
    "learn": "attention-reverse",
}
"""The recipe that a newcomer finds on each page: it needs no download, and is ready in seconds."""


@dataclass
class Visit:
    """The page that the session is on."""

    entered: Form | None = None
    """The page with a form whose widgets were filled last; None: the next one fills its own."""
    shown: Form | None = None
    """The page with a form that is shown; None: another page."""


def lab_of(experiment: Experiment) -> Lab:
    """The page that an experiment belongs to: of pictures, of sequences, of points and tables."""
    return page_of(experiment.data)


def lab_shown(page: str) -> Lab | None:
    """The laboratory that a page is; Learn is one only where its address names that chapter."""
    lab = next((one for one in KINDS if one == page), None)
    if lab == "learn" and st.query_params.get(CHAPTER) != ATTENTION:
        return None
    return lab


def first_experiment(lab: Lab) -> Experiment:
    """Return the experiment that a newcomer finds on the page."""
    return get(FIRST[lab]).experiment


def playground_state() -> PlaygroundState:
    """The session's Playground; at first what the link says, or the default."""
    return _state("playground", PlaygroundState)


def images_state() -> ImagesState:
    """The session's Images page; at first what the link says, or the default."""
    return _state("images", ImagesState)


def attention_state() -> AttentionState:
    """The session's chapter on attention; at first what the link says, or the default."""
    return _state("learn", AttentionState)


def state_of(lab: Lab) -> LabState:
    """The session's state of a laboratory page."""
    return _state(lab, KINDS[lab])


def _state(lab: Lab, kind: type[State]) -> State:
    def make() -> State:
        state = kind(first_experiment(lab))
        read_address(state, lab, lab_of)
        return state

    return of_session(kind, make)


def open_in_lab(
    experiment: Experiment, run_id: str | None = None, *, recipe: str | None = None
) -> Lab:
    """Make a page show an experiment and its run when it is entered next. Returns which page.

    `recipe` is the id of the recipe that the experiment comes from.
    """
    lab = lab_of(experiment)
    kind = KINDS[lab]
    if is_in_session(kind):
        of_session(kind).open(experiment, run_id, recipe)
    else:
        of_session(kind, lambda: kind(experiment, run_id, recipe=recipe))
    if lab == "learn":
        learn_state().opened = ATTENTION
    leave_lab()
    return lab


def take_up(state: LabState, experiment: Experiment, run_id: str | None = None) -> None:
    """Show another experiment, and its run if it has one; the form is filled anew from it.

    Only in a callback, before anything is drawn.
    """
    state.draft, state.run_id, state.notice = experiment, run_id, None
    state.is_refilled, state.heard = True, None
    state.forget_left()
    refill()


def fill_widgets(page: Form, values: Mapping[str, Any]) -> bool:
    """On entering a page, give its widgets (by their names) the values of its draft.

    Later runs give them the values that they have once more. Otherwise a value is sent to the
    browser only once, and a busy browser loses it where the page runs again before it has drawn
    the widget: the widget then shows its first option, and says so as if somebody had chosen it.

    Returns:
        Whether the page was entered just now.
    """
    visit, widgets = of_session(Visit), Widgets(page)
    is_entered = visit.entered != page
    if is_entered:
        visit.entered = page
        widgets.update(values)
    widgets.update({name: widgets.get(name, value) for name, value in values.items()})
    return is_entered


def keep_address(state: LabState) -> None:
    """Let the address hold what the page shows."""
    write_address(state, first_experiment(lab_of(state.draft)))


def refill() -> None:
    """The next laboratory page that is drawn fills its widgets anew."""
    of_session(Visit).entered = None


def leave_lab() -> None:
    """Leave the laboratory.

    To be called by pages without a draft: the next laboratory page fills its widgets anew.
    """
    of_session(Visit).shown = None
    refill()


def enter(page: Form) -> bool:
    """Note which page is shown. Whether another one was shown before."""
    visit = of_session(Visit)
    was_elsewhere, visit.shown = visit.shown != page, page
    return was_elsewhere


def enter_lab(state: LabState) -> None:
    """To be called first by a laboratory page: an address without an experiment means its draft."""
    if enter(lab_of(state.draft)) and LINK not in st.query_params:
        state.bare = state.draft
