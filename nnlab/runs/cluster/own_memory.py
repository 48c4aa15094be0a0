"""The memory limit of a run on its node, in a process that it shares.

On one machine a worker is refused what is beyond its limit, and says so as its last word. On a node
the threads of the cluster's own software live in the same process, and end it where they are
refused anything: nobody would say why, and the run would be lost with its node. So here a run is
asked to end at its limit, between two steps, and the system refuses what is a reserve beyond it: a
single step that wants much at once.

Where the node's memory runs out for all, the run that holds most of it ends in time, as on one
machine (`nnlab.runs.workers.memory_watch`): each run looks whether it is that one. Before the
kernel has to, Ray ends processes where less than a twentieth is free, so they look at more.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence

from nnlab.runs.workers.memory_limit import limit_own
from nnlab.runs.workers.memory_watch import LOOK_SECONDS_WHEN_SHORT, MemoryWatch, memory_ran_out
from nnlab.training.controls import Control, Controls
from nnlab.training.machine import control_groups
from nnlab.training.machine.memory import data_bytes, status_bytes, total_memory

RESERVE_BYTES = 256 * 10**6
"""Beyond a run's limit, for the threads that share its process."""
FREE_SHARE = 0.07
"""Share of a node's memory that must stay free: below it the largest run ends."""


class OwnMemory:
    """How much of the memory this process has taken. One thread looks, another asks."""

    def __init__(
        self,
        allowance: int | None,
        others: Callable[[], Collection[int]],
        watch: MemoryWatch | None = None,
    ) -> None:
        """Limits this process, where the system does that.

        Args:
            allowance: the bytes that the run may take; None: half of all there is.
            others: the processes that train on this node, this one among them.
            watch: tells which of them has to end.
        """
        self._most = limit_own(allowance, reserve=RESERVE_BYTES)
        self._others = others
        unused = _held(os.getpid())  # each process has as much before its run begins, about
        self._watch = watch or MemoryWatch(
            free=lambda: int(control_groups.free()),  # of the node, whatever this run may take
            held=lambda process: max(0, _held(process) - unused),
            kill=self.hear,
        )
        self._watch.reserve = int(total_memory() * FREE_SHARE)
        self._next_look = 0.0
        self.is_full = False
        """The run has taken what it may."""
        self.is_needed = False
        """The node's memory ran out, and this run holds the most of it."""

    def look(self) -> None:
        """Ten times a second, however often it is called."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS_WHEN_SHORT
        if self._most is not None and data_bytes() > self._most:
            self.is_full = True
        if self._watch.wait_seconds() <= 0:
            self._watch.look(self._others())

    def hear(self, process: int, _what: signal.Signals) -> None:
        """This process has to end. Of another one, that one hears by itself."""
        self.is_needed |= process == os.getpid()


class WhileThereIsMemory(Controls):
    """The controls of a run, until its memory is full."""

    def __init__(self, controls: Controls, memory: OwnMemory) -> None:
        self._controls, self._memory = controls, memory

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """See `Controls.poll`.

        Raises:
            MemoryError: the run has taken what it may.
            MemoryFullError: the node has no more, and this run holds the most of it.
        """
        if self._memory.is_full:
            raise MemoryError
        if self._memory.is_needed:
            raise memory_ran_out()
        return self._controls.poll(step, paused=paused)


def _held(process: int) -> int:
    """Bytes that a process holds in memory and no file; 0 where that cannot be known."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        return status_bytes("RssAnon", process)
    except OSError:  # it is gone
        return 0
