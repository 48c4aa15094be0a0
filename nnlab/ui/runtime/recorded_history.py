"""The history of a recorded run, read once for all who look; only what is new is read again."""

import threading
from pathlib import Path

from nnlab.runs.record.log import EventReader
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.store import Run
from nnlab.ui.runtime.cache import ByteCache
from nnlab.ui.runtime.run_history import history_bytes

LIMIT = 64 * 2**20
"""Bytes of all of them together; one that is let go of is read anew when it is asked for."""


class _Reading:
    def __init__(self, path: Path) -> None:
        self.history = RecordedHistory()
        self._path = path
        self._reader = EventReader(path)
        self._lock = threading.Lock()

    @property
    def bytes_held(self) -> int:
        return history_bytes(self._path)

    def refresh(self) -> None:
        """Read what is new."""
        with self._lock:
            self.history.extend(self._reader.read_new())


_readings = ByteCache(LIMIT)


def recorded_history(run: Run) -> RecordedHistory:
    """Return everything recorded so far.

    Raises:
        RunNotFoundError: the run was deleted.
        RunDamagedError: its events cannot be read.
    """
    reading = _readings.get_or_make(run, lambda: _Reading(run.path))
    reading.refresh()
    return reading.history
