"""Commands to runs: make one, start it, ask it for something, let it follow a changed form."""

import time
from collections.abc import Mapping

from nnlab.config import Experiment, Sweep
from nnlab.config.live_fields import live_changes
from nnlab.errors import NnlabError
from nnlab.recipes import recipe_id
from nnlab.recipes.sweeps import sweep_recipe_id
from nnlab.runs.record.status import ALIVE, RESUMABLE, Status
from nnlab.runs.store import Run
from nnlab.training.controls import Action
from nnlab.ui import doors
from nnlab.ui.forms.away import goes_on_alone
from nnlab.ui.lab.pace import chosen_pace, tell_pace
from nnlab.ui.run_names import sweep_title, title
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.session.lab_state import LabState, LeftRun
from nnlab.ui.visitors import owner, visitor

ANSWER_SECONDS = 0.25
"""How long a click waits for the worker's answer, so that the very next frame shows it."""


# Any run -----------------------------------------------------------------------------------------


def make_run(
    experiment: Experiment,
    *,
    name: str | None = None,
    first: Action | None = None,
    changes: Mapping[str, object] | None = None,
    watched: bool | None = None,
    sweep: Sweep | None = None,
) -> Run:
    """A new run, handed to a worker. It remembers the recipe whose very experiment it is.

    Args:
        experiment: what it trains.
        name: without it, what it trains in words.
        first: what it does before all else: `pause`, `step`.
        changes: by path, made before its first step.
        watched: as `start` takes it.
        sweep: what varies, where the run trains many networks.

    Raises:
        NnlabError: the run cannot be made, or not be started.
    """
    doors.make_room()
    run = doors.store().create(
        experiment,
        name=name or (title(experiment) if sweep is None else sweep_title(sweep)),
        owner=owner(),
        recipe=recipe_id(experiment) if sweep is None else sweep_recipe_id(sweep),
        sweep=sweep,
    )
    for path, value in (changes or {}).items():
        doors.tell(run, path=path, value=value)
    if pace := chosen_pace(experiment):
        doors.tell(run, pace=pace)
    start_new(run, first, watched=watched)
    return run


def start_new(run: Run, first: Action | None = None, *, watched: bool | None = None) -> None:
    """Start a new run as `start`, and remove it if it cannot be started."""
    try:
        start(run, first, watched=watched)
    except NnlabError:
        doors.store().delete(run.id)
        raise


def start(run: Run, first: Action | None = None, *, watched: bool | None = None) -> None:
    """Hand a run to a worker; a search to a conductor, which begins runs of its own.

    Args:
        run: which.
        first: what it does before all else.
        watched: it pauses when nobody looks at it any more; None: as the switch of its page says.

    Raises:
        NnlabError: it is under way already, or gone, or there is no place for it to wait; or it
            would open a test set that a challenge of the class seals.
    """
    if watched is None:
        watched = not goes_on_alone(run.experiment)
    sweep = run.sweep
    if sweep is not None and sweep.search is not None:
        doors.conductors().start(run, visitor())
        return
    doors.launcher().start(run, first, watched=watched, visitor=visitor())


def resume(run: Run) -> None:
    """Let a run go on: the worker that holds it, or a new one from its newest checkpoint.

    Raises:
        NnlabError: it is under way already, or gone.
    """
    if run.is_training():
        doors.launcher().ask(run, "resume")
    else:
        start(run)


# The run that a page shows -----------------------------------------------------------------------


def current_status(state: LabState) -> Status | None:
    """The status of the run that the page shows; None where it shows none.

    A run that is gone (deleted in another tab) is let go of, with a word.
    """
    if state.run_id is None:
        return None
    try:
        return doors.launcher().status(doors.store().get(state.run_id))
    except NnlabError as error:
        state.run_id, state.notice = None, str(error)
        return None


def is_own(state: LabState) -> bool:
    """Whether the visitor may change the run in view; also where the page shows none."""
    return doors.owner_in_view(state.run_id) is None


def view_of(state: LabState) -> RunView | None:
    """The run that the page shows, marked as watched; None where it shows none."""
    if state.run_id is None:
        return None
    view = run_view(state.run_id)
    doors.launcher().watch(view.run)
    return view


def begin(state: LabState, first: Action | None = None) -> None:
    """A new run of the draft, or of its sweep, in view; what goes wrong is the page's notice."""
    if current_status(state) in ALIVE:  # two clicks came together: the first has begun it
        return
    try:
        run = make_run(state.draft, first=first, sweep=state.sweep)
    except NnlabError as error:
        state.notice = str(error)
    else:
        state.run_id, state.notice = run.id, None
        state.forget_left()


def go_on(state: LabState, first: Action | None = None) -> None:
    """Let the run in view go on, with what was changed while it stood still."""
    try:
        run = doors.store().get(state.run_id or "")
        state.forget_left()
        if run.is_training():
            ask(state, first or "resume")
        else:
            start(run, first)
            tell_pace(run)
            changes = _untold(state)
            state.untold = None
            for path, value in changes.items():
                state.unanswered.add(doors.launcher().ask(run, path=path, value=value).id)
    except NnlabError as error:
        state.notice = str(error)


def take_one(state: LabState, action: Action) -> None:
    """Run one batch (`step`) or an epoch to its end, and pause there; begin a run if need be."""
    status = current_status(state)
    if status in RESUMABLE:
        go_on(state, action)
    elif status == "running":
        ask(state, action)
    else:
        begin(state, action)


def ask(state: LabState, do: Action | None = None, *, path: str = "", value: object = None) -> None:
    """Ask the run for something, and wait a moment for its answer."""
    if state.run_id is None:
        return
    try:
        run = doors.store().get(state.run_id)
        control = doors.launcher().ask(run, do, path=path, value=value)
        if do is None:
            state.unanswered.add(control.id)
        _wait_for_answer(run_view(run.id), control.id, stands_still=do in ("pause", "step"))
    except NnlabError as error:
        state.notice = str(error)


def let_go(state: LabState) -> None:
    """Stop what the page shows, if it trains, and show the untrained draft again.

    The run itself stays, with all that it has learned, on the page of runs. Another's trains on.
    """
    if current_status(state) in ALIVE and is_own(state):
        ask(state, "stop")
    state.run_id = state.notice = None
    state.forget_left()


def begin_anew(state: LabState, draft: Experiment, before: Experiment) -> None:
    """Show a draft in place of the run in view, which ends; the page says that it is kept.

    Args:
        state: of the page.
        draft: what it shows from now on.
        before: what the form said of the run in view.
    """
    was_training, run_id = current_status(state) in ALIVE and is_own(state), state.run_id
    let_go(state)
    state.draft = draft
    if run_id is not None:
        state.left = LeftRun(run_id, before)
        state.is_to_begin = was_training and state.keeps_training


def follow(state: LabState, draft: Experiment, *, blocked: bool = False) -> None:
    """The form says `draft` now: what can change live goes to the run, all else begins anew.

    Another's run hears of nothing: any change begins anew.

    Args:
        state: of the page; its draft becomes `draft`.
        draft: what the form says.
        blocked: the draft cannot be trained; the run in view stays until it can.
    """
    before, state.draft = state.heard or state.draft, draft
    state.heard = before if blocked else None
    if blocked or draft == before or current_status(state) is None or state.run_id is None:
        return
    if not is_own(state) or live_changes(run_view(state.run_id).experiment, draft) is None:
        begin_anew(state, draft, before)
    else:
        _tell(state, live_changes(before, draft))


def _tell(state: LabState, changes: Mapping[str, object] | None) -> None:
    """Send live changes to a training run at once, to a paused one when it is resumed.

    One that has ended does not: a new one begins with them.
    """
    status = current_status(state)
    if not changes or status is None or state.run_id is None:
        return
    if doors.store().get(state.run_id).is_training():
        for path, value in changes.items():
            ask(state, path=path, value=value)
    elif status in RESUMABLE or status in ALIVE:
        state.untold = (state.run_id, {**_untold(state), **changes})


def _untold(state: LabState) -> dict[str, object]:
    """Live changes that were not yet sent to the run in view."""
    found = state.untold
    return found[1] if found is not None and found[0] == state.run_id else {}


def _wait_for_answer(view: RunView, control_id: str, *, stands_still: bool) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        history = view.refresh()
        answered = any(control.id == control_id for control in history.controls[-5:])
        if history.ended is not None or (answered and (history.paused or not stands_still)):
            return
        time.sleep(0.01)
