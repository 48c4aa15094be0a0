"""After a server was started anew: what its class trained when it ended goes on by itself."""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.owned import OwnedConductors, OwnedLauncher
from nnlab.errors import NnlabError
from nnlab.runs.record.log import last_events
from nnlab.runs.record.status import derive_status
from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.training.events import FitEnded
from nnlab.visitor import Visitor

logger = logging.getLogger(__name__)

RECENT_SECONDS = 3600.0
"""Older runs belong to an earlier lesson, and are not resumed."""
PATIENCE_SECONDS = 30.0
"""The worker of a killed server saves its checkpoint and ends; so long it may take (see
`nnlab.runs.workers.host.WAIT_SECONDS`)."""
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class _Left:
    """A run that somebody of the class trained."""

    run: Run
    visitor: Visitor
    is_search: bool


def go_on(
    room: Classroom,
    store: Store,
    launcher: LocalLauncher,
    conductors: Callable[[], Conductors],
) -> list[Run]:
    """Let those runs go on that members of the class trained when the server ended.

    Each as if its owner pressed Resume: with all its steps, within their fair share of places, and
    not where the class is frozen. What stood still stays so. A run pauses after two minutes where
    nobody comes back to it. Returns when all have been started, after half a minute at most.

    Args:
        room: whose members.
        store: all runs.
        launcher: trains them.
        conductors: lead their searches; asked for where there is one.

    Returns:
        The runs that were started.
    """
    left = left_behind(room, store)
    started: list[Run] = []
    until = time.monotonic() + PATIENCE_SECONDS
    while left and time.monotonic() < until:
        for one in [one for one in left if not one.run.is_training()]:
            left.remove(one)
            # By now it has had its last word: it may have come to its end.
            with contextlib.suppress(NnlabError):
                if not was_training(one.run):
                    continue
                if one.is_search:
                    OwnedConductors(conductors(), one.visitor).start(one.run)
                else:
                    OwnedLauncher(launcher, one.visitor).start(one.run, watched=True)
                started.append(one.run)
        time.sleep(LOOK_SECONDS)
    if started:
        logger.info("%d runs of the class go on after the server's return", len(started))
    return started


def left_behind(room: Classroom, store: Store) -> list[_Left]:
    """The runs of a class that were training, the oldest first."""
    found: list[tuple[str | None, _Left]] = []
    searches: set[str] = set()
    for run in store.recent(time.time() - RECENT_SECONDS):
        if run.is_recorded:  # nobody but its own author can go on with it
            continue
        with contextlib.suppress(NnlabError):  # deleted, or damaged
            meta, sweep = run.meta, run.sweep
            role = room.role_of(meta.owner)
            is_search = sweep is not None and sweep.search is not None
            if is_search:
                searches.add(run.id)
            if role != "stranger" and was_training(run):
                visitor = Visitor(meta.owner, "", role)
                found.append((meta.parent, _Left(run, visitor, is_search)))
    # A search begins its trials itself.
    return [left for parent, left in found if parent not in searches]


def was_training(run: Run) -> bool:
    """Whether it trained, or waited for a place, until its server ended.

    Raises NnlabError as `Run.status`.
    """
    tail = last_events(run.path)
    if tail and isinstance(tail[-1], FitEnded):
        if tail[-1].reason != "server_gone":
            return False
        tail = tail[:-1]
    return derive_status(tail, held=True) in ("running", "starting")
