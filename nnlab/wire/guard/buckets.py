"""Token buckets: so many a second, and so many at once after a pause."""

import time
from collections import OrderedDict
from collections.abc import Callable

MAX_KEYS = 10_000
"""Whoever was not heard of for longest is forgotten: their bucket is full again."""


class Bucket:
    """Of one who asks."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._level, self._then = burst, clock()

    def wait(self, most: float = float("inf")) -> float:
        """Take a token. Returns the seconds until it is there, 0 where one is left.

        Where that is longer than `most` none is taken.
        """
        now = self._clock()
        self._level = min(self._burst, self._level + (now - self._then) * self._rate)
        self._then = now
        seconds = max(0.0, (1 - self._level) / self._rate)
        if seconds <= most:
            self._level -= 1
        return seconds


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
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, key: str, most: float = float("inf")) -> float:
        """As `Bucket.wait`, of this key's."""
        bucket = self._buckets.pop(key, None) or Bucket(self._rate, self._burst, self._clock)
        self._buckets[key] = bucket
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        return bucket.wait(most)
