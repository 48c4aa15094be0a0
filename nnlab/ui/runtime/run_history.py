"""The history of any run, read once for all who look; only what is new is read again."""

import threading
from pathlib import Path

from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader, log_size
from nnlab.runs.store import Run
from nnlab.ui.runtime.cache import ByteCache

LIMIT = 128 * 2**20
"""Bytes of all histories together; one that is let go of is read anew when it is asked for."""
LEAST = 2**18
"""Bytes of a history that has hardly begun: it will grow."""


class _Reading:
    def __init__(self, run: Run) -> None:
        self.history = History()
        self.lock = threading.Lock()
        self.reader = EventReader(run.path)
        self.path = run.path

    @property
    def bytes_held(self) -> int:
        return history_bytes(self.path)


_readings = ByteCache(LIMIT)


def history_bytes(run: Path) -> int:
    """What the history of a run in that directory takes, about: twice its log, or 256 kB."""
    return max(LEAST, 2 * log_size(run))


def run_history(run: Run) -> History:
    """All that happened so far. Needs no network, so that a run that never started has one, too.

    Raises:
        RunNotFoundError: the run was deleted.
    """
    reading = _readings.get_or_make(run, lambda: _Reading(run))
    with reading.lock:
        reading.history.extend(reading.reader.read_new())
        return reading.history
