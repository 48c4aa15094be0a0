"""Changes that other tabs make to the run in view: draft and run name follow them."""

from nnlab.config.live_fields import live_changes
from nnlab.errors import RunNotFoundError
from nnlab.runs.record.history import History
from nnlab.runs.record.status import ALIVE, RESUMABLE, Status
from nnlab.runs.store import Run
from nnlab.training.events import ControlApplied
from nnlab.ui import doors
from nnlab.ui.lab.branching import effective
from nnlab.ui.run_names import is_title, title
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import refill


def keep_up(state: LabState, status: Status | None) -> bool:
    """Let the draft say what the run in view trains with now. Whether the form has to follow.

    What this session asked for itself and the run has not answered yet is waited for. Of a run that
    has no worker a draft that says its very experiment takes over what was changed since; what it
    says otherwise, as after a reload, the run hears when it goes on.

    Args:
        state: of the page.
        status: of the run in view.

    Raises:
        NnlabError: the run was deleted, or its first checkpoint cannot be read.
    """
    if state.run_id is None or state.heard is not None:
        return False
    view = run_view(state.run_id)
    history = view.refresh()
    changes = _live_changes(history)
    is_training = view.run.is_training()
    if status in ALIVE and not is_training:
        return False  # its worker is on its way
    answered = {control.id for control in list(history.controls)}
    state.unanswered = state.unanswered - answered if is_training else set()
    if state.unanswered or state.seen == (state.run_id, len(changes)):
        return False
    is_new = state.seen is None or state.seen[0] != state.run_id
    state.seen = state.run_id, len(changes)
    _name(view.run, history, changes)
    now = effective(view.run, history, history.step)
    theirs = live_changes(state.draft, now)
    if not theirs:
        return False
    if is_training or (is_new and state.draft == view.experiment):
        state.draft = now
        refill()
        return True
    is_told = state.untold is not None and state.untold[0] == state.run_id
    if is_new and not is_told and status in RESUMABLE:
        state.untold = state.run_id, live_changes(now, state.draft) or {}
    return False


def _live_changes(history: History) -> list[ControlApplied]:
    return [c for c in list(history.controls) if c.set is not None and c.error is None]


def _name(run: Run, history: History, changes: list[ControlApplied]) -> None:
    """A name that only says what is trained says its changes, too; one that a person gave stays."""
    experiment = run.experiment
    try:
        meta = run.meta
        given = meta.name
        if changes and doors.may_change(meta) and is_title(given, experiment):
            name = title(experiment, effective(run, history, history.step))
            if name != given:
                doors.store().change_meta(run.id, name=name)
    except RunNotFoundError:  # deleted, as the page says
        return
