"""A run in the hands of a worker, or about to be."""

import math
import subprocess
import time
from dataclasses import dataclass, field

from nnlab.runs.record import lock
from nnlab.runs.record.log import log_size
from nnlab.runs.store import Run
from nnlab.runs.workers.places import NICE
from nnlab.visitor import AT_THE_MACHINE, Visitor

START_SECONDS = 60.0
"""A worker that has not taken its lock by then has failed to start."""
LOOK_SECONDS = 0.5
"""Seconds between two looks whether the process that a lock names is alive: most remove their
own."""
LOST_SECONDS = 1.0
"""A host that has ended may have made the worker just before, which then ends by itself."""


@dataclass
class WorkerSession:
    """A run's stay with the launcher, from being queued until its worker has ended."""

    run: Run
    since: float
    """Seconds since 1970: controls from before are not its own."""
    log_size: int
    """Bytes of events that earlier sessions wrote."""
    visitor: Visitor = AT_THE_MACHINE
    """The person who started it."""
    came: float = field(default_factory=time.monotonic)
    """Time of queueing, by the monotonic clock."""
    is_queued: bool = True
    """Whether it waits in the queue."""
    handed: float = 0.0
    """Time of handing over to the host, by the monotonic clock."""
    host: subprocess.Popen[str] | None = None
    """The process that it was handed to."""
    tries: int = 0
    """How often it was handed over."""
    seen: float | None = None
    """Time of the last look at it, by the monotonic clock; None: it needs nobody."""
    is_leaving: bool = False
    """Whether it was asked to give its place back."""
    is_idle: bool = False
    """Whether it was asked to pause or end: it uses no processor time now, or soon."""
    nice: int = NICE
    """The `nice` value of its worker."""
    _has_spoken: bool = False
    _looked: float = -math.inf

    def has_spoken(self) -> bool:
        """Whether its worker has written an event, or there is nothing left to write to."""
        if not self._has_spoken:
            is_deleted = not self.run.path.is_dir()
            self._has_spoken = is_deleted or log_size(self.run.path) > self.log_size
        return self._has_spoken

    def begin_anew(self) -> None:
        """Put it back into the queue after its worker is gone.

        What a person asks of it from now on is heard by the next one.
        """
        self.log_size, self._has_spoken = log_size(self.run.path), False
        self.is_queued, self.handed, self.host, self.tries = True, 0.0, None, 0
        self.is_leaving = self.is_idle = False
        if self.seen is not None:
            self.seen = time.monotonic()

    def is_over(self) -> bool:
        """Whether its place is free again."""
        if lock.is_held(self.run.path):
            return False
        if self.has_spoken():
            return True
        if lock.exists(self.run.path):  # by now; if nobody holds it, its worker was killed
            return not lock.is_held(self.run.path)
        patience = LOST_SECONDS if self._has_lost_host() else START_SECONDS
        return time.monotonic() - self.handed > patience

    def seems_over(self) -> bool:
        """Return `is_over`, perhaps late after a kill, at less cost."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS and lock.exists(self.run.path):
            return False
        self._looked = now
        return self.is_over()

    def is_unbegun(self) -> bool:
        """Whether its host ended before a worker took the run."""
        is_begun = self.has_spoken() or lock.exists(self.run.path)
        return self._has_lost_host() and not is_begun

    def _has_lost_host(self) -> bool:
        return self.host is not None and self.host.poll() is not None
