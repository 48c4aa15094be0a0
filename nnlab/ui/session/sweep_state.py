"""A session's state of the page of sweeps, and the page's address."""

from dataclasses import dataclass, field
from typing import ClassVar

import streamlit as st
from pydantic import ValidationError

from nnlab.config import Experiment, Sweep, from_link, sweep_from_link, to_link
from nnlab.config.axis import Axis
from nnlab.config.data import Images
from nnlab.config.explain import explain
from nnlab.config.sweep import Search
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.recipes.sweeps import SWEEPS, sweep_recipe_id
from nnlab.runs.search.check import must_be_searchable
from nnlab.runs.store import Run
from nnlab.runs.sweeps.ranked import Of
from nnlab.ui import doors
from nnlab.ui.session.address import LINK, RUN, write_words
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import leave_lab, open_in_lab
from nnlab.ui.session.typed import of_session

SWEEP = "s"
"""The parameter of the address that holds the sweep."""
FIRST = "rate-or-seed"
"""The recipe that a newcomer finds on the page."""


@dataclass
class SweepState(LabState):
    """State of the page Sweep."""

    KEY: ClassVar[str] = "lab_sweep"

    rows: list[int] = field(default_factory=list)
    """The axes of the form: a number for each, which its widgets bear."""
    made_rows: int = 0
    begun_with: str | None = None
    """The id of the recipe that the form began with; None: an experiment that was carried here."""
    picked: tuple[int, ...] = ()
    """The networks in view beside the tiles, at most two, by their numbers."""
    metric: str | None = None
    """The metric that ranks the networks, as chosen in the views; None: the loss."""
    of: Of = "last"
    problem: str | None = None
    """The reason why the form describes no trainable sweep."""
    is_to_shorten: bool = False
    """An experiment was just carried here, whose budget may be too long for many networks."""
    problem_row: int | None = None
    """The row of the axis with that problem; None: the whole sweep."""
    had: int | None = None
    """The budget of an experiment that was carried here, where the page proposes a smaller one."""
    said: tuple[object, ...] | None = None
    """The values of the form's widgets when they were last read."""
    shown_link: tuple[Sweep, str] | None = None
    """A sweep and its link."""

    @property
    def chosen(self) -> Sweep:
        """The sweep of the draft; it is always there."""
        assert self.sweep is not None, "a page of sweeps has one from its beginning"
        return self.sweep

    def take(self, sweep: Sweep, run_id: str | None = None) -> None:
        """Show another sweep, and its run if it has one; the form is filled anew from it."""
        super().open(sweep.experiment, run_id)
        self.sweep, self.begun_with, self.picked = sweep, sweep_recipe_id(sweep), ()
        recipe = SWEEPS.get(self.begun_with or "")
        self.metric, self.of = recipe.metric if recipe is not None else None, "last"
        self.problem = self.problem_row = self.said = self.had = None
        self.fill_rows()

    def fill_rows(self) -> None:
        """Rows of the form for the axes of the sweep, with new numbers: none says an old value."""
        first = self.made_rows
        self.made_rows += len(self.chosen.axes)
        self.rows = list(range(first, self.made_rows))

    def add_row(self) -> int:
        """One more row of the form; returns its number."""
        self.rows.append(self.made_rows)
        self.made_rows += 1
        return self.rows[-1]


def first_sweep() -> Sweep:
    """Return the sweep that a newcomer finds on the page."""
    return SWEEPS[FIRST].sweep


def sweep_over(experiment: Experiment) -> Sweep:
    """A first sweep over any experiment: its rate and the seed of its weights.

    Of pictures a search over the rate.

    Raises:
        InvalidExperimentError: its networks cannot be swept; says why.
    """
    plain = experiment.with_set("engine", "module")
    rates = Axis(path="training.optimizer.lr", values="log:0.001..1:8")
    try:
        if isinstance(plain.data, Images):
            return Sweep(experiment=plain, axes=(rates,), search=Search(trials=12))
        return Sweep(experiment=plain, axes=(rates, Axis(path="model.seed", values="0..7")))
    except ValidationError as error:
        raise InvalidExperimentError(explain(error, Sweep)) from error


def sweep_state() -> SweepState:
    """The session's; at first what the address says, or the recipe for newcomers."""

    def make() -> SweepState:
        state = SweepState(first_sweep().experiment)
        state.take(first_sweep())
        read_sweep_address(state)
        return state

    return of_session(SweepState, make)


def open_sweep(sweep: Sweep, run_id: str | None = None) -> None:
    """Make the page show a sweep and its run when it is entered next."""
    of_session(SweepState, lambda: SweepState(sweep.experiment)).take(sweep, run_id)
    leave_lab()


def open_run(run: Run) -> str:
    """Make the page that a run belongs to show it when it is entered next. Returns which page.

    Raises:
        NnlabError: the run is gone, cannot be read, or is a recording.
    """
    sweep = run.sweep
    if sweep is None:
        return open_in_lab(run.experiment, run.id)
    open_sweep(sweep, run.id)
    return "sweep"


def read_sweep_address(state: SweepState) -> bool:
    """Let the page show what the address says. Whether it says anything.

    `run=` names a run whose sweep is shown, `s=` a sweep, `x=` an experiment to begin with. What
    cannot be read is the page's notice.
    """
    asked = st.query_params.to_dict()
    run_id, link, plain = asked.get(RUN), asked.get(SWEEP), asked.get(LINK)
    notice = None
    try:
        sweep = None
        if link:
            sweep = sweep_from_link(link)
        elif plain:
            sweep = sweep_over(from_link(plain))
        if run_id:
            run = doors.store().get(run_id)
            run.must_be_of_the_lab()
            found = run.sweep
            if found is not None and (sweep is None or sweep == found):
                state.take(found, run_id)
                return True
        if sweep is not None:
            must_have_nets(sweep)
    except NnlabError as error:
        sweep, notice = None, str(error)
    if sweep is not None:
        state.take(sweep)
        state.is_to_shorten = bool(plain) and not link
    state.notice = notice
    return sweep is not None or notice is not None


def must_have_nets(sweep: Sweep) -> None:
    """Make all networks of a sweep; of a search look at each value.

    Raises:
        InvalidExperimentError: an axis leads nowhere, or a value is not valid there.
    """
    if sweep.search is None:
        _ = sweep.nets
    else:
        must_be_searchable(sweep)


def write_sweep_address(state: SweepState) -> None:
    """Let the address hold the sweep and the run in view."""
    sweep = state.chosen
    if state.shown_link is None or state.shown_link[0] is not sweep:
        state.shown_link = sweep, to_link(sweep)
    is_plain = sweep == first_sweep()
    write_words({SWEEP: None if is_plain else state.shown_link[1], RUN: state.run_id, LINK: None})
