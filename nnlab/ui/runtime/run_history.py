"""The history of any run, read once for all who look; only what is new is read again."""

import threading
from pathlib import Path

from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader, log_size
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.ui.runtime.cache import ByteCache

LIMIT = 128 * 2**20
"""Bytes of all histories together; one that is let go of is read anew when it is asked for."""
LEAST = 2**18
"""Bytes of a history that has hardly begun: it will grow."""


class _Reading:
    """The events of one run, folded as those of one network and, of a sweep, of its networks."""

    def __init__(self, run: Run) -> None:
        sweep = run.sweep
        self.history = History()
        self.nets: SweepHistory | SearchHistory | None = None
        if sweep is not None:
            self.nets = SweepHistory() if sweep.search is None else SearchHistory()
        self._lock = threading.Lock()
        self._reader = EventReader(run.path)
        self._path = run.path

    @property
    def bytes_held(self) -> int:
        return history_bytes(self._path)

    def refresh(self) -> None:
        """Read what is new."""
        with self._lock:
            events = self._reader.read_new()
            self.history.extend(events)
            if self.nets is not None:
                self.nets.extend(events)


_readings = ByteCache(LIMIT)


def history_bytes(run: Path) -> int:
    """Return the approximate memory of a run's history: twice its log, or at least 256 kB."""
    return max(LEAST, 2 * log_size(run))


def run_history(run: Run) -> History:
    """Return the history so far. Needs no network, so a run that never started has one, too.

    Raises:
        RunNotFoundError: the run was deleted.
    """
    return _newest(run).history


def sweep_history(run: Run) -> SweepHistory | SearchHistory:
    """Return the history so far of a sweep's networks, or of a search's trials.

    Raises:
        RunNotFoundError: the run was deleted.
    """
    nets = _newest(run).nets
    assert nets is not None, "asked of sweeps alone"
    return nets


def _newest(run: Run) -> _Reading:
    reading = _readings.get_or_make(run, lambda: _Reading(run))
    reading.refresh()
    return reading
