"""The share of the processor for one person's pages in a shared lab.

All pages run in one process, whose interpreter lock lets one of them compute at a time. A person
who requests pages without a pause, from however many tabs, gets this share; further requests wait.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nnlab.visitor import AT_THE_MACHINE, Visitor
from nnlab.wire.guard.buckets import Buckets

SHARE = 0.1
"""Seconds of processor a second. A page's run takes 0.05 to 0.2: after a hundred clicks without a
pause the next ones come one a second."""
BURST = 10.0
"""Seconds of processor that are there after a pause."""
LONGEST_WAIT = 5.0


class Allowance:
    """The processor time that each person may use. Thread-safe."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        processor: Callable[[], float] = time.thread_time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`clock` and `processor` (of the calling thread) are in seconds."""
        self._processor, self._sleep = processor, sleep
        self._lock = threading.Lock()
        self._left = Buckets(SHARE, BURST, clock)
        """Seconds of processor."""
        self._page = threading.local()

    @contextmanager
    def spent_by(self, visitor: Visitor) -> Iterator[None]:
        """Wait until the visitor has time left, and count what the block uses.

        A block within another one of the same thread is counted with the outer one.
        """
        if visitor is AT_THE_MACHINE or getattr(self._page, "is_counted", False):
            yield
            return
        if (owed := -self._take(visitor.key, 0.0)) > 0:
            self._sleep(min(owed / SHARE, LONGEST_WAIT))
        self._page.is_counted, begun = True, self._processor()
        try:
            yield
        finally:
            self._page.is_counted = False
            self._take(visitor.key, self._processor() - begun)

    def _take(self, key: str, seconds: float) -> float:
        with self._lock:
            return self._left.take(key, seconds)


allowance = Allowance()
"""The allowance of this server."""
