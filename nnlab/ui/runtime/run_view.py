"""A run as the server sees it: read once for all its viewers, and only what is new."""

import threading
from copy import deepcopy

from torch import nn

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.models import build, trace
from nnlab.runs.network import must_fit
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.ui import doors
from nnlab.ui.runtime.cache import ByteCache, size_of
from nnlab.ui.runtime.run_history import history_bytes
from nnlab.ui.runtime.snapshot import Snapshot

LIMIT = 512 * 2**20
"""Bytes of all views together: four of the largest networks, or some four hundred of usual ones.
A view that is let go of is read anew by whoever looks next."""
COPIES = 7


class RunView:
    """The history and the newest network of one run. Safe to be used by many sessions at once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.experiment: Experiment = run.experiment
        self.info = describe(self.experiment.data)
        self.history = History()
        self.weights_step = 0
        self.lock = threading.RLock()
        """Held while the history or the network is read or renewed."""
        self._reader = EventReader(run.path)
        self._network: nn.Sequential | None = None
        """Built when it is first asked for: a run whose network is larger than the lab's bound
        (one of an earlier version) can still be looked at."""
        self._live_mtime = 0
        self._newest: tuple[int, Snapshot] | None = None
        """When its weights were written, too: one weight may be set without a step."""

    def refresh(self) -> History:
        """Fold in what was appended since the last look.

        Raises:
            RunNotFoundError: the run was deleted.
        """
        with self.lock:
            self.history.extend(self._reader.read_new())
            return self.history

    def network(self) -> nn.Sequential:
        """The network with the newest weights, in evaluation mode. Hold `lock` while using it.

        Raises:
            NnlabError: it is too large, or the weights cannot be read or do not fit it.
        """
        with self.lock:
            if self._network is None:
                self._network = build(self.experiment.model, self.info.input_shape).eval()
            live = self.run.path / "live.safetensors"
            mtime = live.stat().st_mtime_ns if live.exists() else 0
            if mtime != self._live_mtime:
                loaded = load_live(self.run.path)
                if loaded is not None:
                    step, weights = loaded
                    must_fit(self.run, self._network, weights)
                    self._network.load_state_dict(weights)
                    self.weights_step, self._live_mtime = step, mtime
            return self._network

    def moment(self) -> Snapshot:
        """The network as it is now, with what pages have drawn of it already.

        Raises:
            NnlabError: the weights cannot be read, or do not fit the network.
        """
        with self.lock:
            network = self.network()
            if self._newest is None or self._newest[0] != self._live_mtime:
                self._newest = self._live_mtime, Snapshot(self.weights_step, deepcopy(network))
            return self._newest[1]

    @property
    def bytes_held(self) -> int:
        """At most, about.

        The network, a snapshot of the newest moment and two of earlier ones, each with what
        `explained` copies; the history; the experiment.
        """
        try:
            rows = trace(self.experiment.model.layers, self.info.input_shape)
        except NnlabError:
            rows = []
        numbers = sum(row.kept for row in rows)
        network = 4 * numbers
        return COPIES * network + history_bytes(self.run.path) + size_of(self.experiment)

    def steps_per_second(self) -> float | None:
        """Over the last second or so of training, None before there is enough to tell."""
        step, seconds = (
            self.history.progress.tail("step", 12),
            self.history.progress.tail("seconds", 12),
        )
        if len(step) < 2 or seconds[-1] - seconds[0] < 0.05:
            return None
        return float((step[-1] - step[0]) / (seconds[-1] - seconds[0]))


_views = ByteCache(LIMIT)


def run_view(run_id: str) -> RunView:
    """The shared view of a run.

    Raises:
        RunNotFoundError: there is no such run (any more).
    """
    run = doors.store().get(run_id)
    return _views.get_or_make(run, lambda: RunView(run))
