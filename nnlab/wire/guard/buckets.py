"""Token buckets: so many a second, and so many at once after a pause."""

import time
from collections import OrderedDict
from collections.abc import Callable

MAX_KEYS = 10_000
"""Whoever was not heard of for longest is forgotten: their bucket is full again."""


class Buckets:
    """One for each key.

    Args:
        rate: tokens a second.
        burst: tokens at most.
        clock: seconds.
    """

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Each key's time of the last look, and the tokens it had then."""

    def take(self, key: str, amount: float) -> float:
        """Take so many, be they there or not. Returns those that are left, below 0 if not."""
        now = self._clock()
        then, level = self._buckets.pop(key, (now, self._burst))
        level = min(self._burst, level + (now - then) * self._rate) - amount
        self._buckets[key] = now, level
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        return level

    def wait(self, key: str, most: float = float("inf")) -> float:
        """Take a token. Returns the seconds until it is there, 0 where one is left.

        Where that is longer than `most` none is taken.
        """
        seconds = max(0.0, (1 - self.take(key, 0)) / self._rate)
        if seconds <= most:
            self.take(key, 1)
        return seconds
