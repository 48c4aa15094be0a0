"""A thread that follows a run and tells a notebook's page of it, beside the cell that trains."""

import math
import threading
import time
from collections.abc import Callable

from nnlab.errors import NnlabError
from nnlab.notebook.news import News
from nnlab.runs.record.status import ALIVE, Status

PACE_SECONDS = 0.1
"""Least time between two pieces of news, in seconds."""
BYTES_A_SECOND = 1_000_000
"""Larger news come more seldom."""
STATUS_SECONDS = 1.0
PICTURE_SECONDS = 1.0
PICTURE_SHARE = 0.1
"""Limit for the share of time spent on pictures that the kernel computes."""
REPEAT_SECONDS, MOST_REPEAT_SECONDS = 0.5, 16.0
"""Shortest and longest time until everything is told once more, in seconds; doubled each time."""
STARTS_SECONDS = 30.0
"""How long a run that nobody holds yet is waited for."""


class Follower:
    """Ends with the run, with its widget, or when it is told to."""

    def __init__(
        self,
        news: News,
        *,
        is_heard: Callable[[], bool],
        draw: Callable[[News, Status], None] | None = None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """`draw` computes and tells a picture; `ended` is called once, when the run has ended."""
        self._news, self._is_heard, self._draw, self._ended = news, is_heard, draw, ended
        self._stop, self._again, self._over = (threading.Event() for _event in range(3))
        self._began, self._asked, self._repeats = 0.0, -math.inf, math.inf
        self._standing: Status = "starting"
        self._thread = threading.Thread(
            target=self._follow, name=f"notebook {news.run.id}", daemon=True
        )

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Stop following the run."""
        self._stop.set()

    def again(self) -> None:
        """Tell everything once more: the page has missed something."""
        self._again.set()

    @property
    def is_alive(self) -> bool:
        """Whether it still follows."""
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait until all was told of a run that has ended, at most for so long."""
        self._over.wait(seconds)

    def pause(self, seconds: float) -> None:
        """Wait in the follower's thread, unless it is told to stop."""
        self._stop.wait(seconds)

    def _follow(self) -> None:
        self._began = drawn_at = time.monotonic()
        self._repeats = self._began + REPEAT_SECONDS
        try:
            while not self._stop.is_set() and self._is_heard():
                if self._again.is_set():
                    self._again.clear()
                    self._news.again()
                elif time.monotonic() >= self._repeats:
                    self._news.repeat()
                    self._repeats += min(MOST_REPEAT_SECONDS, self._repeats - self._began)
                status = self._status()
                size = self._news.tell(status)
                if self._draw is not None and time.monotonic() >= drawn_at:
                    drawn_at = self._drawn(self._draw, status)
                if status not in ALIVE and not size:  # all was told
                    self._over.set()
                    self._ended()
                    return
                self._stop.wait(max(PACE_SECONDS, size / BYTES_A_SECOND))
        except (NnlabError, OSError):
            return  # the run is gone, or cannot be read: what was drawn of it stays

    def _drawn(self, draw: Callable[[News, Status], None], status: Status) -> float:
        """Draw a picture. Returns when the next one is due."""
        began = time.monotonic()
        draw(self._news, status)
        now = time.monotonic()
        return began + max(PICTURE_SECONDS, (now - began) / PICTURE_SHARE)

    def _status(self) -> Status:
        """Return the run's status, asked anew after a second or an event that may change it."""
        now = time.monotonic()
        if not self._news.is_telling and now - self._asked < STATUS_SECONDS:
            return self._standing
        self._asked, status = now, self._news.run.status()
        is_young = now - self._began < STARTS_SECONDS
        is_to_come = status == "interrupted" and self._news.is_new and is_young
        self._standing = "starting" if is_to_come else status
        return self._standing
