"""The workers of a host that forks: it buries them, and speaks for those that could not."""

import contextlib
import logging
import math
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nnlab.errors import NnlabError
from nnlab.runs.rewind.past import fail
from nnlab.runs.store import Run
from nnlab.runs.workers.memory_watch import MemoryWatch, memory_ran_out
from nnlab.runs.workers.worker import speak_for
from nnlab.texts import _
from nnlab.training.machine import control_groups

logger = logging.getLogger(__name__)

ASKED_TO_END = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
"""Signals that somebody sends on purpose: such a run is interrupted, and says no more."""
KILL_SECONDS = 10.0
"""Seconds in which a kill that the kernel has counted may be that of a worker not yet reaped."""


class Children:
    """Processes that carry out an order each. Never waits for one."""

    def __init__(self) -> None:
        self._orders: dict[int, tuple[Mapping[str, Any], int]] = {}
        """Each child's order, and how long its run's log was before."""
        self._memory = MemoryWatch()
        self._kills, self._unclaimed, self._counted_at = control_groups.kills(), 0, 0.0
        self.bell, self._ring = os.pipe()
        """Can be read from when a child has ended."""
        for end in (self.bell, self._ring):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # of a child that cannot hear it yet

    def add(self, pid: int, order: Mapping[str, Any], log_size: int) -> None:
        """A child was made for this order."""
        self._orders[pid] = order, log_size

    def leave(self) -> None:
        """Close in a child process what belongs to its parent alone."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self.bell)
        os.close(self._ring)

    def wait_seconds(self) -> float:
        """Return the seconds until the next look at the memory; infinite without a child."""
        return self._memory.wait_seconds() if self._orders else math.inf

    def tend(self) -> None:
        """Bury those that have ended, and see to it that memory suffices for the others."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.bell, 512):
                pass
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if not pid:
                break
            order, log_size = self._orders.pop(pid, (None, 0))
            code = os.waitstatus_to_exitcode(status)
            if order is not None and code:
                self._speak_for(pid, order, code, log_size)
        if self._orders:
            self._memory.look(self._orders.keys())

    def _speak_for(self, pid: int, order: Mapping[str, Any], code: int, log_size: int) -> None:
        if code == -signal.SIGKILL and (pid in self._memory.ended or self._was_kernel()):
            error: NnlabError = memory_ran_out()
        elif -code in ASKED_TO_END:
            return
        else:
            error = _broke_off(code)
        logger.warning("process %d (%s) ended with %d: %s", pid, order["run"], code, error)
        try:
            if "replay" in order:
                fail(order, str(error))
            else:
                speak_for(Run(Path(order["run"])), error, log_size)
        except Exception:  # whatever it is, all other workers would end with this host
            logger.exception("nothing can be said of %s", order["run"])

    def _was_kernel(self) -> bool:
        """Whether a kill that the kernel has counted can be this one; each is claimed once."""
        now, counted = time.monotonic(), control_groups.kills()
        if now - self._counted_at > KILL_SECONDS:
            self._unclaimed = 0
        if counted > self._kills:
            self._unclaimed += counted - self._kills
            self._kills, self._counted_at = counted, now
        if not self._unclaimed:
            return False
        self._unclaimed -= 1
        return True


def _broke_off(code: int) -> NnlabError:
    how = signal.Signals(-code).name if code < 0 else _("exit code {code}", code=code)
    return NnlabError(
        _(
            "The process that trained broke off ({how}), which may be for want of memory. The whole"
            " story is in worker.log of this run; its newest checkpoint is kept: resume it.",
            how=how,
        )
    )
