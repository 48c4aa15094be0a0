"""The session's state: for each laboratory page its draft of an experiment and the run it shows.

Everything else a page remembers is a widget's own value under the widget's key. Streamlit forgets
those when another page is shown, so a page fills them from its draft when it is entered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st

from nnlab.config import Experiment, Images, from_link, to_link
from nnlab.config.replay_link import EXPECT
from nnlab.errors import InvalidExperimentError
from nnlab.ui.session.chart_options import Look

Lab = Literal["playground", "images"]

LINK = "x"
"""The parameter of the address that holds the experiment."""
LOOK = "look"
"""The one that holds how the charts look."""


@dataclass
class LabState:
    """What a laboratory page shows."""

    draft: Experiment
    run_id: str | None = None
    notice: str | None = None
    """A word on what just happened: a link that could not be read, a run that was deleted."""
    look: Look = field(default_factory=Look)
    """How the charts are drawn; the address says it, too."""
    untold: tuple[str, dict[str, object]] | None = None
    """A run's id, and changes made while it stood still, by path: it hears when it goes on."""
    recipe: str | None = None
    """The id of the recipe that the page was opened with, whatever was changed since."""
    panel: str | None = None
    """The panel that is open below the live area, by what its choice says."""
    picked: tuple[int, ...] | None = None
    """The neuron (layer, unit) or weight (layer, unit, source) in view; layer 0 is the inputs."""
    replaying: bool = False
    """The step that is looked at is not there yet."""
    _past: tuple[str, int] | None = None

    @property
    def past(self) -> int | None:
        """The step of the run that is looked at, None for now. Another run is looked at now."""
        return self._past[1] if self._past is not None and self._past[0] == self.run_id else None

    @past.setter
    def past(self, step: int | None) -> None:
        self._past = None if step is None or self.run_id is None else (self.run_id, step)


def lab_of(experiment: Experiment) -> Lab:
    """The page that an experiment belongs to: pictures have one, points and tables the other."""
    return "images" if isinstance(experiment.data, Images) else "playground"


def lab_state(lab: Lab, default: Callable[[], Experiment]) -> LabState:
    """The page's state; at first what the link says, or the default."""
    key = f"lab_{lab}"
    if key not in st.session_state:
        st.session_state[key] = _from_address(lab, default)
    return st.session_state[key]


def open_in_lab(
    experiment: Experiment, run_id: str | None = None, *, recipe: str | None = None
) -> Lab:
    """Make a page show an experiment and its run when it is entered next. Returns which page.

    `recipe` is the id of the recipe that the experiment comes from.
    """
    lab = lab_of(experiment)
    st.session_state[f"lab_{lab}"] = LabState(experiment, run_id, recipe=recipe)
    st.session_state["entered"] = None
    return lab


def fill_widgets(lab: Lab, values: Mapping[str, Any]) -> None:
    """On entering a page, give its widgets the values of its draft.

    Later runs give them the values that they have once more. Otherwise a value is sent to the
    browser only once, and a busy browser loses it where the page runs again before it has drawn
    the widget: the widget then shows its first option, and says so as if somebody had chosen it.
    """
    if st.session_state.get("entered") != lab:
        st.session_state["entered"] = lab
        overwrite_widgets(values)
    overwrite_widgets({key: st.session_state.get(key, value) for key, value in values.items()})


def overwrite_widgets(values: Mapping[str, Any]) -> None:
    """Give widgets new values, before they are drawn."""
    for key, value in values.items():
        st.session_state[key] = value


def leave_lab() -> None:
    """To be called by pages without a draft: the next laboratory page fills its widgets anew."""
    st.session_state["entered"] = None


def write_address(draft: Experiment, default: Experiment) -> None:
    """Let the address hold the draft, so that copying it shares the experiment."""
    is_plain = draft == default and EXPECT not in st.query_params
    _write(LINK, None if is_plain else to_link(draft))


def write_look(state: LabState) -> None:
    """Let the address hold the look."""
    _write(LOOK, state.look.to_words() or None)


def _write(name: str, words: str | None) -> None:
    if st.query_params.get(name) == words:
        return
    if words is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = words


def _from_address(lab: Lab, default: Callable[[], Experiment]) -> LabState:
    state = LabState(default())
    try:
        state.look = Look.from_words(st.query_params.get(LOOK, ""))
    except InvalidExperimentError as error:
        state.notice = str(error)
    link = st.query_params.get(LINK)
    if not link:
        return state
    try:
        experiment = from_link(link)
    except InvalidExperimentError as error:
        state.notice = str(error)
        return state
    other = lab_of(experiment)
    if other == lab:
        state.draft = experiment
    else:
        state.notice = (
            f"This link holds an experiment for the page /{other}: open /{other}?{LINK}={link}"
        )
    return state


@dataclass
class RunsState:
    """What the page of runs shows."""

    selected: str | None = None
    """The id of the run beside the list; None for the first of the list."""
    asking: tuple[Literal["open", "rename", "delete"], str] | None = None
    """What was asked for and not yet done, and of which run."""
    notice: str | None = None
    """A word on what just happened."""
    compared: tuple[str, ...] = ()
    """The ids of the runs that are ticked for a comparison, in the order of the ticks."""
    comparing: bool = False
    """The page shows their comparison instead of the list."""


def runs_state() -> RunsState:
    """The state of the page of runs."""
    return st.session_state.setdefault("runs_page", RunsState())
