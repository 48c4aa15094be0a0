"""The history of any run, read once for all who look; only what is new is read again."""

import threading
from functools import lru_cache

from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run


class _Reading:
    def __init__(self, run: Run) -> None:
        self.history = History()
        self.lock = threading.Lock()
        self.reader = EventReader(run.path)


@lru_cache(maxsize=256)
def _reading(run: Run) -> _Reading:
    return _Reading(run)


def run_history(run: Run) -> History:
    """All that happened so far. Needs no network, so that a run that never started has one, too.

    Raises:
        RunNotFoundError: the run was deleted.
    """
    reading = _reading(run)
    with reading.lock:
        reading.history.extend(reading.reader.read_new())
        return reading.history
