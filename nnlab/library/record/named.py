"""A recorded run's name, and another one where a living recording has it already."""

import contextlib

from torch import nn

from nnlab.errors import NnlabError, shown
from nnlab.library.record.once_warnings import OnceWarnings
from nnlab.runs.record import lock
from nnlab.runs.run import Run
from nnlab.runs.store import MAX_NAME, Store
from nnlab.texts import _


def checked_name(name: object, model: nn.Module, said: OnceWarnings) -> str:
    """The name as a run can have it; the module's class in its place where it is none."""
    usual = type(model).__name__[:MAX_NAME]
    if isinstance(name, str) and (kept := " ".join(name.split())) and kept.isprintable():
        if len(kept) <= MAX_NAME:
            return kept
        usual = kept[:MAX_NAME].rstrip()
    said(
        "name",
        _(
            "A run's name has 1 to {most} printable characters, got {received}: it is recorded as"
            " {name}; give another.",
            most=MAX_NAME,
            received=shown(name),
            name=shown(usual),
        ),
    )
    return usual


def told_apart(run: Run, said: OnceWarnings) -> None:
    """Rename a run, which is locked, where an older recording that goes on has its name.

    Of two that begin at once each sees the other, and the younger one gives way.

    Raises:
        NnlabError: it cannot be written.
    """
    own = run.meta
    older = []
    for other in Store(run.path.parent).recent(0):
        with contextlib.suppress(NnlabError):
            if other != run and other.is_recorded and lock.is_held(other.path):
                meta = other.meta
                if (meta.created, other.id) < (own.created, run.id):
                    older.append(meta.name)
    if own.name not in older:
        return
    number = older.count(own.name) + 1
    while (name := _numbered(own.name, number)) in older:
        number += 1
    run.change_meta(name=name)
    said(
        "same_name",
        _(
            "Another recording that goes on is called {name}: this one is recorded as {other};"
            " close the other one first, or give another name.",
            name=shown(own.name),
            other=shown(name),
        ),
    )


def _numbered(name: str, number: int) -> str:
    end = f" ({number})"
    return name[: MAX_NAME - len(end)] + end
