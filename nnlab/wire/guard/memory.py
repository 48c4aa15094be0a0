"""No further pages where the memory of the machine, or of its container, is nearly used up.

An open page takes from 1 to some 20 MB of the server, by what it shows. The host of the workers
ends the largest run before so little is left (`nnlab.runs.workers.memory_watch`).
"""

import time
from collections.abc import Callable

from nnlab.training.machine import control_groups

RESERVE = 200 * 10**6
"""Bytes that stay free for the pages that are open."""
LOOK_SECONDS = 1.0


class Memory:
    """Looked at once a second at most."""

    def __init__(
        self,
        free: Callable[[], float] = control_groups.free,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._free, self._clock = free, clock
        self._looked, self._is_enough = -LOOK_SECONDS, True

    def is_enough(self) -> bool:
        """Whether one more page may be opened."""
        now = self._clock()
        if now - self._looked >= LOOK_SECONDS:
            self._looked, self._is_enough = now, self._free() >= RESERVE
        return self._is_enough
