"""Another sweep in place of the one in view: by the form, a recipe, Back or a link."""

from nnlab.config import Sweep
from nnlab.config.stacks import stacks_of
from nnlab.errors import NnlabError
from nnlab.runs.record.status import ALIVE
from nnlab.training.check import plan
from nnlab.ui.lab.run_commands import ask, current_status
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.lab_state import LeftRun
from nnlab.ui.session.sweep_state import SweepState
from nnlab.ui.sweep.form_reading import form_said, read_form


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
        state.problem = str(error)
        return
    state.problem = None
    if sweep == state.sweep:
        return
    left = _leave(state)
    state.sweep, state.draft, state.picked, state.notice = sweep, sweep.experiment, (), None
    state.run_id, state.left = None, left


def must_be_trainable(sweep: Sweep) -> None:
    """Look at the first network of each stack, beside its data.

    Raises:
        NnlabError: its data cannot be had, or the network does not fit them.
    """
    for stack in stacks_of(sweep.nets):
        splits = splits_of(stack.experiment.data)
        plan(stack.experiment, splits.info, len(splits.train))


def _leave(state: SweepState) -> LeftRun | None:
    """End the run in view. What the page says of it from now on."""
    if state.run_id is None:
        return state.left
    if current_status(state) in ALIVE:
        ask(state, "stop")
    return LeftRun(state.run_id, state.draft)
