"""Buttons that copy another person's run: its experiment, or a branch from its newest step."""

from nnlab.errors import NnlabError
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.lab.branching import make_branch
from nnlab.ui.lab.run_commands import make_run
from nnlab.ui.runtime.run_history import run_history
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import take_up


def own_copy(run: Run) -> Run:
    """A new run of the visitor's with the experiment of another, handed to a worker.

    Raises:
        NnlabError: the other may not be seen any more, or the new one cannot be made.
    """
    doors.must_see(run)
    return make_run(run.experiment, sweep=run.sweep)


def make_own(state: LabState) -> None:
    """A run of the same experiment in view in place of the other's. In a callback."""
    try:
        own = own_copy(doors.store().get(state.run_id or ""))
    except NnlabError as error:
        state.notice = str(error)
    else:
        _show(state, own)


def branch_own(state: LabState) -> None:
    """A run that goes on from the newest step of the other's, in view. In a callback."""
    try:
        run = doors.store().get(state.run_id or "")
        history = run_history(run)
        if history.started is None:
            raise NnlabError(_("It has not begun: there is no step to go on from."))
        diverged = history.diverged
        step = history.step if diverged is None else (diverged.last_good_step or 0)
        own = make_branch(run, history, step, {})
    except NnlabError as error:
        state.notice = str(error)
    else:
        _show(state, own)


def _show(state: LabState, run: Run) -> None:
    if state.sweep is None:
        take_up(state, run.experiment, run.id)
    else:
        state.run_id, state.notice = run.id, None
        state.forget_left()
