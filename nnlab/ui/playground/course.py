"""Marks on the Playground's curves: the step in view, live changes, the parent run."""

from functools import lru_cache

from nnlab.config.live_fields import BRANCH_FIELDS
from nnlab.errors import NnlabError
from nnlab.figures.arrays import ceiling
from nnlab.figures.curve_annotations import Change, Course, Parent
from nnlab.runs.record.history import History
from nnlab.runs.store import Run
from nnlab.texts import _, number
from nnlab.ui import doors
from nnlab.ui.playground.frame import Frame
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.run_history import run_history


def say_change(path: str, value: object) -> str:
    """`learning rate = 0.01`."""
    field = BRANCH_FIELDS.get(path)
    name = path if field is None else _(field.label)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{name} = {number(value, 4)}" if is_number else f"{name} = {value}"


def course_of(frame: Frame) -> Course:
    """The moment looked at, and what was changed while the run trained."""
    history = frame.history
    changes = [
        Change(control.step, say_change(str(control.set["path"]), control.set["value"]))
        for control in list(history.controls)
        if control.set is not None and control.error is None
    ]
    return Course(frame.past, history.step, changes)


def parent_of(frame: Frame) -> Run | None:
    """The run that the shown one branched from; None where it did not, or that one was deleted."""
    return _parent(frame.view.run) if frame.view is not None else None


def parent_curves(frame: Frame, quantity: str) -> Parent | None:
    """The parent's curves of `loss` or `accuracy`; None where there is no parent."""
    parent = parent_of(frame)
    if parent is None:
        return None
    try:
        history = run_history(parent)
    except NnlabError:  # it was deleted meanwhile; the panel says so
        return None
    found = _curves(parent, history.step, quantity)
    return found._replace(top=_top(frame, history, found)) if quantity == "loss" else found


def _top(frame: Frame, history: History, parent: Parent) -> float | None:
    """Return the limit at which the chart of both is cut; None if neither diverged."""
    ours = [frame.history.curve(name)[1] for name in ("train_loss", "val_loss")]
    runs = ((history, [parent.train, parent.val]), (frame.history, ours))
    calm = [curve for run, curves in runs if run.diverged is None for curve in curves]
    wild = [curve for run, curves in runs if run.diverged is not None for curve in curves]
    return ceiling(calm, wild, log=frame.state.look.log_loss)


@kept
def _curves(parent: Run, _step: int, quantity: str) -> Parent:
    """Both curves by step, made anew when the parent has come further."""
    history = run_history(parent)
    return Parent(*history.curve(f"train_{quantity}"), *history.curve(f"val_{quantity}"))


def _parent(run: Run) -> Run | None:
    name = _parent_id(run)
    if name is None:
        return None
    try:
        return doors.store().get(name)
    except NnlabError:
        return None


@lru_cache(maxsize=256)
def _parent_id(run: Run) -> str | None:
    return run.meta.parent
