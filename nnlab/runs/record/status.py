"""A run's status, derived from its last events and its lock; stored nowhere.

Only its launcher knows of a run that is `queued` or `starting`.
"""

from collections.abc import Sequence
from typing import Literal

from nnlab.texts import N_
from nnlab.training.events import (
    ControlApplied,
    Event,
    FitEnded,
    FitStarted,
    NetsProgress,
    Progress,
)

Status = Literal[
    "queued",
    "starting",
    "running",
    "paused",
    "finished",
    "stopped",
    "diverged",
    "failed",
    "interrupted",
]

WORDS: dict[Status, str] = {
    "queued": N_("queued"),
    "starting": N_("starting"),
    "running": N_("running"),
    "paused": N_("paused"),
    "finished": N_("finished"),
    "stopped": N_("stopped"),
    "diverged": N_("diverged"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
}
"""Each as a person reads it: `_(WORDS[status])`."""

MOVING: frozenset[Status] = frozenset({"queued", "starting", "running"})
"""Statuses of a run that trains or is about to."""

ALIVE: frozenset[Status] = frozenset({*MOVING, "paused"})
"""Statuses in which more may come without anybody's doing."""

RESUMABLE: frozenset[Status] = frozenset({"paused", "stopped", "interrupted"})
"""Statuses from which a run can resume."""

_ENDED: dict[str, Status] = {
    "completed": "finished",
    "early_stopped": "finished",
    "stopped": "stopped",
    "diverged": "diverged",
    "failed": "failed",
    "released": "paused",
    "server_gone": "interrupted",
}


def derive_status(events: Sequence[Event], *, held: bool) -> Status:
    """The status that the newest events and the lock say.

    `events` are the last ones of the run in their order; those before do not matter.
    """
    ended = events[-1] if events and isinstance(events[-1], FitEnded) else None
    if ended is not None:
        return _ENDED[ended.reason]
    if not held:
        return "interrupted"
    if not events:
        return "starting"
    return "paused" if _is_paused(events) else "running"


def _is_paused(events: Sequence[Event]) -> bool:
    for event in reversed(events):
        if isinstance(event, Progress | NetsProgress):
            return event.paused
        if isinstance(event, ControlApplied) and event.do in ("resume", "step", "epoch"):
            return False
        # Of one network, a line of its progress follows at once; of a search, nothing does.
        if isinstance(event, ControlApplied) and event.do == "pause" and event.error is None:
            return True
        if isinstance(event, FitStarted):  # what came before was another session
            return False
    return False
