"""Idle processes on the nodes, which have imported PyTorch: the next run begins there at once."""

import threading

from nnlab.runs.cluster.bridge.actors import Cluster, Worker
from nnlab.runs.cluster.seat import Seat


class Spares:
    """Some are made ahead; a process whose run has ended waits for the next one, too."""

    MOST = 4
    """Of a node, idle."""

    def __init__(self, cluster: Cluster, cpus: float, ahead: int) -> None:
        """`cpus` is what most runs take; so many of each node are made before anybody asks."""
        self._cluster, self._cpus, self._ahead = cluster, cpus, ahead
        self._lock = threading.Lock()
        self._idle: dict[str, list[Worker]] = {}
        self._used: dict[str, float] = {}
        """Processor that the runs of each node have."""
        self._room: dict[str, float] = {}

    def know(self, room: dict[str, float]) -> None:
        """The nodes there are, with their cores: those that left lose their spares."""
        with self._lock:
            self._room = room
            for node in self._idle.keys() - room.keys():
                for worker in self._idle.pop(node):
                    worker.kill()
        self.fill()

    def fill(self) -> None:
        """Make what is to be ready ahead, where a node has room for it."""
        with self._lock:
            for node in self._room:
                idle = self._idle.setdefault(node, [])
                while len(idle) < self._ahead and self._free(node) >= self._cpus:
                    made = self._cluster.worker(node, self._cpus, 0)
                    made.call("ready")
                    idle.append(made)

    def take(self, node: str, cpus: float, gpus: float, kind: type = Seat) -> Worker:
        """A process for a run: an idle one of that size, or a new one. `kind` is its class."""
        with self._lock:
            idle = self._idle.get(node, [])
            same = (cpus, gpus, kind) == (self._cpus, 0, Seat)
            found = idle.pop(0) if same and idle else None
            if found is None:
                while idle and self._free(node) < cpus:  # they hold what Ray would give it
                    idle.pop().kill()
                found = self._cluster.worker(node, cpus, gpus, kind)
            self._used[node] = self._used.get(node, 0.0) + cpus
        return found

    def give_back(self, worker: Worker, *, is_well: bool) -> None:
        """Its run has ended: it stays for the next where there are few, else it ends."""
        with self._lock:
            node = worker.node
            self._used[node] -= worker.cpus
            idle = self._idle.setdefault(node, [])
            is_usual = (worker.cpus, worker.gpus, worker.kind) == (self._cpus, 0, Seat)
            if not is_well:  # its node may be gone, and they with it
                idle.clear()
            stays = is_well and is_usual and node in self._room and len(idle) < self.MOST
            if stays:
                idle.append(worker)
        if not stays:
            worker.kill()
        self.fill()

    def _free(self, node: str) -> float:
        held = len(self._idle.get(node, ())) * self._cpus + self._used.get(node, 0.0)
        return self._room.get(node, 0.0) - held
