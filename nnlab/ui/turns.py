"""Turns: the pages of one person run two at a time, so that they leave the interpreter to others.

Each run of a page is a thread of the one process. Who opens forty tabs that all run at once would
have forty of its threads, and everybody else one.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from nnlab.visitor import AT_THE_MACHINE, Visitor

AT_ONCE = 2
PATIENCE_SECONDS = 10.0
"""After so long a page runs all the same: one that waits for a slow panel of another tab is shown
late, but shown."""


class Turns:
    """How many pages of each person run now."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: Counter[str] = Counter()
        self._own = threading.local()

    @contextmanager
    def take(self, visitor: Visitor) -> Iterator[None]:
        """Wait for a turn, and have it for a while. A part of a page has that of its page."""
        if visitor is AT_THE_MACHINE or getattr(self._own, "has_turn", False):
            yield
            return
        with self._changed:
            self._changed.wait_for(
                lambda: self._running[visitor.key] < AT_ONCE, timeout=PATIENCE_SECONDS
            )
            self._running[visitor.key] += 1
        self._own.has_turn = True
        try:
            yield
        finally:
            self._own.has_turn = False
            with self._changed:
                self._running[visitor.key] -= 1
                if not self._running[visitor.key]:
                    del self._running[visitor.key]
                self._changed.notify_all()


turns = Turns()
"""The server's."""
