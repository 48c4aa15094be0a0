"""The history of any sweep, read once for all who look; only what is new is read again."""

import threading

from nnlab.runs.record.log import EventReader
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.ui.runtime.cache import ByteCache
from nnlab.ui.runtime.run_history import history_bytes

LIMIT = 128 * 2**20
"""Bytes of all of them together; one that is let go of is read anew when it is asked for."""


class _Reading:
    def __init__(self, run: Run) -> None:
        sweep = run.sweep
        is_search = sweep is not None and sweep.search is not None
        self.history = SearchHistory() if is_search else SweepHistory()
        self.lock = threading.Lock()
        self.reader = EventReader(run.path)
        self.path = run.path

    @property
    def bytes_held(self) -> int:
        return history_bytes(self.path)


_readings = ByteCache(LIMIT)


def sweep_history(run: Run) -> SweepHistory | SearchHistory:
    """All that happened so far to the networks of a sweep, or to the trials of a search.

    Raises:
        RunNotFoundError: the run was deleted.
    """
    reading = _readings.get_or_make(run, lambda: _Reading(run))
    with reading.lock:
        reading.history.extend(reading.reader.read_new())
        return reading.history
