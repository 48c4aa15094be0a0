"""A log that nobody can flood: of one kind of line so many a minute, and then how many there were.

A kind is a logger and its text before values are put in.
"""

import logging
import time
from collections.abc import Callable

LINES_A_MINUTE = 10
MAX_KINDS = 200
"""Kinds told apart; all further ones are one."""
OF_VISITORS = ("uvicorn", "websockets", "streamlit", "nnlab", "asyncio")
"""Loggers, with all below them, that write what visitors cause."""


class Quiet(logging.Filter):
    """Lets so many records of each kind pass in a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[str, tuple[float, int]] = {}
        """Each kind's beginning of its minute, and the lines in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it passes. The first after a minute of too many tells how many were left out."""
        kind = f"{record.name} {str(record.msg)[:60]}"
        if kind not in self._kinds and len(self._kinds) >= MAX_KINDS:
            kind = ""
        now = self._clock()
        began, count = self._kinds.get(kind, (now, 0))
        if now - began >= 60:
            if count > LINES_A_MINUTE:
                record.msg = f"{record.msg} ({count - LINES_A_MINUTE:,} more like it before)"
            began, count = now, 0
        self._kinds[kind] = began, count + 1
        return count < LINES_A_MINUTE


def keep_quiet() -> None:
    """Limit all loggers that write lines caused by visitors. Repeated calls do nothing."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith(OF_VISITORS)]
    # A logger's filter sees what is written to itself, not to those below it.
    for name in {*names, *OF_VISITORS, "nnlab.wire", "uvicorn.error"}:
        logger = logging.getLogger(name)
        if not any(isinstance(known, Quiet) for known in logger.filters):
            logger.addFilter(Quiet())
