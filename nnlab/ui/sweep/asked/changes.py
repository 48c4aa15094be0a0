"""Another sweep in place of the one in view: by the form, a recipe, Back or a link."""

from typing import Any

from nnlab.config import Experiment, Images, Sweep
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.runs.record.status import ALIVE
from nnlab.runs.search.check import must_be_searchable
from nnlab.texts import _
from nnlab.training.check import plan
from nnlab.training.machine.memory import free_memory, must_fit_in_memory, sweep_must_fit_in_memory
from nnlab.ui.lab.run_commands import ask, current_status
from nnlab.ui.runtime.datasets import validation_of
from nnlab.ui.session.lab_state import LeftRun
from nnlab.ui.session.sweep_state import SweepState
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.sweep.asked.axis_problem import row_problem
from nnlab.ui.sweep.asked.axis_rows import read_axes
from nnlab.ui.sweep.asked.search_form import NAMES, read_search


def take_instead(state: SweepState, sweep: Sweep) -> None:
    """Show another sweep, and fill the form anew from it; the run in view ends, and is kept."""
    left = _leave(state)
    state.take(sweep)
    state.left = left


def follow_form(state: SweepState) -> None:
    """Let the page show the sweep that the form says; where it says none, why not."""
    said = form_said(state)
    if said == state.said:
        return
    state.said = said
    try:
        sweep = read_form(state)
        must_be_trainable(sweep)
    except NnlabError as error:
        state.problem_row, state.problem = row_problem(state) or (None, str(error))
        return
    state.problem = state.problem_row = None
    if sweep == state.sweep:
        return
    left = _leave(state)
    state.sweep, state.draft, state.picked, state.notice = sweep, sweep.experiment, (), None
    state.run_id, state.left = None, left


def must_be_trainable(sweep: Sweep) -> None:
    """Make the networks, look at them beside their data, and at the memory that they take.

    Raises:
        InvalidExperimentError: an axis leads nowhere, or a value is not valid there.
        NnlabError: the data cannot be had, a network does not fit them, or there is no memory.
    """
    if sweep.search is None:
        sweep_must_fit_in_memory(sweep, free_memory())
        return
    must_be_searchable(sweep)
    experiment = sweep.experiment
    planned = plan(experiment, describe(experiment.data), sizes(experiment.data)[0])
    must_fit_in_memory(experiment, planned, free_memory())
    if isinstance(experiment.data, Images):
        validation_of(experiment.data)  # it is here


def _leave(state: SweepState) -> LeftRun | None:
    """End the run in view. What the page says of it from now on."""
    if state.run_id is None:
        return state.left
    if current_status(state) in ALIVE:
        ask(state, "stop")
    return LeftRun(state.run_id, state.draft)


# The sweep that the widgets say -------------------------------------------------------------------


def form_said(state: SweepState) -> tuple[object, ...]:
    """Return the values of all widgets: different whenever something was changed."""
    names = [f"axis_{part}_{row}" for row in state.rows for part in ("path", "values")]
    names += ["budget", "sampled", "sample_count", *(f"search_{name}" for name in NAMES)]
    return tuple(widgets.get(name) for name in names)


def read_form(state: SweepState) -> Sweep:
    """The sweep that the widgets say.

    Raises:
        InvalidExperimentError: they say none.
    """
    before = state.chosen
    said: dict[str, Any] = {
        "experiment": _base(before.experiment),
        "axes": read_axes(state),
    }
    if not isinstance(before.experiment.data, Images):
        if widgets.get("sampled"):
            seed = before.sample.seed if before.sample else 0
            said["sample"] = {"count": widgets.get("sample_count", 32), "seed": seed}
    else:
        said["search"] = read_search(before.search)
    if not said["axes"]:
        raise InvalidExperimentError(_("Nothing varies yet: add an axis."))
    return Sweep.from_dict(said)


def _base(experiment: Experiment) -> dict[str, Any]:
    name = "epochs" if experiment.training.epochs is not None else "steps"
    budget = widgets.get("budget") or getattr(experiment.training, name)
    if budget != getattr(experiment.training, name):
        experiment = experiment.with_set(f"training.{name}", budget)
    return experiment.model_dump(mode="json", exclude_defaults=True)
