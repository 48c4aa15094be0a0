"""Ends a worker in time when memory runs short, the largest first, before the kernel has to.

The host looks, for all its workers: so one ends, and the others go on with what it leaves.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Collection, Sequence

from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.training.controls import Control, Controls
from nnlab.training.machine.memory import free_memory, status_bytes, total_memory

RESERVE_BYTES, RESERVE_SHARE = 256 * 10**6, 0.05
"""Memory that stays free: so many bytes, on small machines this share of the total."""
LOOK_SECONDS, LOOK_SECONDS_WHEN_SHORT = 1.0, 0.1
GRACE_SECONDS = 2.0
"""How long a worker that was asked to end may take: it hears of it between two steps."""
GUILTY_SHARE = 0.25
"""Share of the reserve below which a worker is left alone, since ending it would not help."""


class MemoryFullError(NnlabError):
    """The machine's memory ran out, and this run was the one to end."""


def memory_ran_out() -> MemoryFullError:
    """Return the error of a run whose worker was ended for memory."""
    return MemoryFullError(
        _(
            "The machine's memory ran out, and this run held the most of it: take a smaller"
            " training.batch_size or network, or let fewer runs train at once, then resume it. Its"
            " newest checkpoint is kept."
        )
    )


class MemoryWatch:
    """Looks at the memory that is left, in the host."""

    def __init__(
        self,
        free: Callable[[], int] = free_memory,
        held: Callable[[int], int] | None = None,
        clock: Callable[[], float] = time.monotonic,
        kill: Callable[[int, signal.Signals], None] = os.kill,
    ) -> None:
        """Bytes that are free, bytes that a process holds alone, seconds, and how to signal."""
        self._free, self._held, self._clock, self._kill = free, held or _held_alone, clock, kill
        self.reserve = int(min(RESERVE_BYTES, total_memory() * RESERVE_SHARE))
        self.ended: set[int] = set()
        """Processes that had to be ended from outside."""
        self._asked: int | None = None
        self._until = 0.0
        self._next_look = 0.0

    def wait_seconds(self) -> float:
        """Return the seconds until it is time to look again."""
        return max(0.0, self._next_look - self._clock())

    def look(self, workers: Collection[int]) -> None:
        """Ask the largest of these processes to end if memory is short, when it is time to look.

        One that does not within two seconds (a step that takes long) is ended.
        """
        now = self._clock()
        if now < self._next_look:
            return
        self.ended &= set(workers)
        is_short = self._free() < self.reserve
        self._next_look = now + (LOOK_SECONDS_WHEN_SHORT if is_short else LOOK_SECONDS)
        if not is_short:
            self._asked = None
        elif self._asked is None or self._asked not in workers:
            self._ask_largest(workers, now)
        elif now > self._until:
            self._send(self._asked, signal.SIGKILL)
            self.ended.add(self._asked)

    def _ask_largest(self, workers: Collection[int], now: float) -> None:
        sizes = {pid: self._held(pid) for pid in workers}
        largest = max(sizes, key=lambda pid: sizes[pid], default=None)
        if largest is None or sizes[largest] < self.reserve * GUILTY_SHARE:
            self._asked = None
            return
        self._asked, self._until = largest, now + GRACE_SECONDS
        self._send(largest, signal.SIGUSR1)

    def _send(self, pid: int, what: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._kill(pid, what)


class UntilAsked(Controls):
    """The worker's end: its controls, until the host asks it to make room."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls
        self._is_asked = False
        signal.signal(signal.SIGUSR1, self._hear)

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """See `Controls.poll`. Raises MemoryFullError: the host asks this run to end."""
        if self._is_asked:
            raise memory_ran_out()
        return self._controls.poll(step, paused=paused)

    def _hear(self, _signal: int, _frame: object) -> None:
        self._is_asked = True  # nothing else: a file may be half written at this moment


def _held_alone(pid: int) -> int:
    """Bytes that a forked process does not share with its host (about: of pages in memory)."""
    return max(0, _anonymous(pid) - _anonymous(os.getpid()))


def _anonymous(pid: int) -> int:
    try:
        return status_bytes("RssAnon", pid)
    except OSError:  # it is gone
        return 0
