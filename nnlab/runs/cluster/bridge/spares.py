"""Idle processes on the nodes, which have imported PyTorch: the next run begins there at once."""

import threading
import time
from collections.abc import Sequence

from nnlab.runs.cluster.bridge.actors import Cluster, Worker
from nnlab.runs.cluster.seat import Seat


class Spares:
    """Some are made ahead; a process whose run has ended waits for the next one, too."""

    MOST, SECONDS = 4, 20.0
    """Limits for a node's idle processes, and for how long surplus ones stay.

    They hold cores of the cluster, which others may need.
    """

    def __init__(self, cluster: Cluster, cpus: float, ahead: int) -> None:
        """`cpus` is what most runs take; so many of each node are made before anybody asks."""
        self._cluster, self._cpus, self._ahead = cluster, cpus, ahead
        self._lock = threading.Lock()
        self._idle: dict[str, list[Worker]] = {}
        self._since: dict[Worker, float] = {}
        """Since when each of them has been idle, by the monotonic clock."""
        self._used: dict[str, float] = {}
        """Processor that the runs of each node have."""
        self._room: dict[str, float] = {}

    def know(self, room: dict[str, float]) -> None:
        """The nodes there are, with their cores: those that left lose their spares."""
        with self._lock:
            self._room = room
            for node in self._idle.keys() - room.keys():
                self._end(self._idle.pop(node))
            now = time.monotonic()
            for node, idle in self._idle.items():
                more = idle[: max(0, len(idle) - self._ahead)]
                old = [worker for worker in more if now - self._since[worker] > self.SECONDS]
                self._idle[node] = [worker for worker in idle if worker not in old]
                self._end(old)
        self.fill()

    def fill(self) -> None:
        """Make what is to be ready ahead, where a node has room for it."""
        with self._lock:
            for node in self._room:
                idle = self._idle.setdefault(node, [])
                while len(idle) < self._ahead and self._free(node) >= self._cpus:
                    made = self._cluster.worker(node, self._cpus, 0)
                    made.call("ready")
                    self._keep(node, made)

    def take(self, node: str, cpus: float, gpus: float, kind: type = Seat) -> Worker:
        """A process for a run: an idle one of that size, or a new one. `kind` is its class."""
        with self._lock:
            idle = self._idle.get(node, [])
            same = (cpus, gpus, kind) == (self._cpus, 0, Seat)
            found = idle.pop() if same and idle else None  # the others have been idle for longer
            if found is None:
                while idle and self._free(node) < cpus:  # they hold what Ray would give it
                    self._end([idle.pop(0)])
                found = self._cluster.worker(node, cpus, gpus, kind)
            self._hand_out(found)
        return found

    def take_idle(self, node: str) -> Worker | None:
        """An idle process, which will be given back; None where there is none."""
        with self._lock:
            if not (idle := self._idle.get(node)):
                return None
            found = idle.pop()
            self._hand_out(found)
        return found

    def give_back(self, worker: Worker, *, is_well: bool) -> None:
        """Give back the process of a run that has ended: it stays if few are idle, else it ends."""
        with self._lock:
            node = worker.node
            self._used[node] -= worker.cpus
            idle = self._idle.setdefault(node, [])
            is_usual = (worker.cpus, worker.gpus, worker.kind) == (self._cpus, 0, Seat)
            if not is_well:  # its node may be gone, and they with it
                self._end(idle)
                self._idle[node] = idle = []
            stays = is_well and is_usual and node in self._room and len(idle) < self.MOST
            if stays:
                self._keep(node, worker)
        if not stays:
            worker.kill()
        self.fill()

    def _hand_out(self, worker: Worker) -> None:
        self._since.pop(worker, None)
        self._used[worker.node] = self._used.get(worker.node, 0.0) + worker.cpus

    def _keep(self, node: str, worker: Worker) -> None:
        self._idle[node].append(worker)
        self._since[worker] = time.monotonic()

    def _end(self, workers: Sequence[Worker]) -> None:
        for worker in workers:
            self._since.pop(worker, None)
            worker.kill()

    def _free(self, node: str) -> float:
        held = len(self._idle.get(node, ())) * self._cpus + self._used.get(node, 0.0)
        return self._room.get(node, 0.0) - held


class Replayers:
    """Processes for replays, for which somebody waits: what is idle, or one that takes no cores."""

    def __init__(self, cluster: Cluster, spares: Spares) -> None:
        """`spares` are those of runs."""
        self._spares, self._own = spares, Spares(cluster, 0.0, ahead=0)

    def know(self, room: dict[str, float]) -> None:
        """See `Spares.know`."""
        self._own.know(room)

    def take(self, node: str) -> Worker:
        """A process for a replay."""
        idle = self._own.take_idle(node) or self._spares.take_idle(node)
        return idle or self._own.take(node, 0.0, 0.0)

    def give_back(self, worker: Worker, *, is_well: bool) -> None:
        """Give back the process of a replay that is over."""
        (self._spares if worker.cpus else self._own).give_back(worker, is_well=is_well)
