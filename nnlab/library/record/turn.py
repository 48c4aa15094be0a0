"""The time of the next costly action: not too often, and in a bounded share of the time."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median_low

NEWEST = 5
"""The middle one of so many says what it takes: a single one may have waited for the processor or
the disk, which others had meanwhile."""


class Turn:
    """One costly thing and the moment from which on it may be done again."""

    def __init__(
        self,
        least: float,
        share: float,
        sparse: float,
        *,
        clock: Callable[[], float] = time.perf_counter,
        own_time: Callable[[], float] = time.thread_time,
    ) -> None:
        """Two actions lie at least `least` seconds, and `sparse` of the time so far, apart.

        It takes at most `share` of the time. `clock` is of all time, `own_time` of what this thread
        computes.
        """
        self._least, self._share, self._sparse = least, share, sparse
        self._clock, self._own_time = clock, own_time
        self._began = clock()
        self._spent: deque[float] = deque(maxlen=NEWEST)
        self.next = self._began
        """Time of the next action, by the clock."""

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Do it within this; what it takes says when it is due again."""
        began, own = self._clock(), self._own_time()
        try:
            yield
        finally:
            now = self._clock()
            self._spent.append(now - began)
            cost = max(self._own_time() - own, median_low(self._spent))
            gap = max(self._least, self._sparse * (now - self._began), cost / self._share)
            self.next = now + gap
