"""A word on the run that a change has put out of view: it is kept, and can be gone back to."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from nnlab.errors import RunNotFoundError
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.lab.run_commands import let_go
from nnlab.ui.session.lab_state import LabState, LeftRun
from nnlab.ui.session.labs import lab_of, take_up
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import Widgets
from nnlab.ui.words import plain

STYLE = Path(__file__).with_name("left_run.css")


def show_left_run(state: LabState) -> None:
    """One line: what became of the last run, the ways to it, and whether a change trains at once.

    It is there from the change until the new experiment trains, or somebody takes it away.
    """
    left = state.left
    if left is None:
        return
    try:
        name = doors.store().get(left.run_id).meta.name
    except RunNotFoundError:  # deleted in another tab: nothing to go back to
        state.left = None
        return
    st.html(STYLE)
    widgets = Widgets(lab_of(state.draft))
    with st.container(horizontal=True, gap="small", key="left_run", vertical_alignment="center"):
        said = _("A new experiment. The run **{name}** is kept.", name=plain(name))
        st.markdown(said, width="stretch")
        if isinstance(state, PlaygroundState):
            _button(widgets, _("Compare"), "compare", lambda: state.compare_with(left.run_id))
        _button(widgets, _("Go back"), "back", lambda: _go_back(state, left))
        _show_setting(state, widgets)
        _button(widgets, _("Dismiss"), "away", lambda: _take_away(state))


def _button(widgets: Widgets, label: str, name: str, action: Callable[[], None]) -> None:
    st.button(label, key=widgets.key(f"left_run_{name}"), type="tertiary", on_click=action)


def _show_setting(state: LabState, widgets: Widgets) -> None:
    def take() -> None:
        state.keeps_training = widgets["keep_training"]
        state.is_to_begin = False

    if widgets.get("keep_training") != state.keeps_training:  # forgotten while it is not drawn
        widgets["keep_training"] = state.keeps_training
    st.toggle(_("Keep training after a change"), key=widgets.key("keep_training"), on_change=take)


def _go_back(state: LabState, left: LeftRun) -> None:
    """The last run and its experiment are in view again; the form says so."""
    let_go(state)
    take_up(state, left.draft, left.run_id)


def _take_away(state: LabState) -> None:
    state.forget_left()
