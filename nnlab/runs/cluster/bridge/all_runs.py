"""All runs of a server on its cluster: each is led by a thread of its own."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nnlab.config.data import Data
from nnlab.runs.cluster.bridge.actors import Cluster
from nnlab.runs.cluster.bridge.leading import Leading
from nnlab.runs.cluster.bridge.nodes import Nodes
from nnlab.runs.cluster.bridge.replaying import Replaying
from nnlab.runs.cluster.bridge.shelf import Shelf
from nnlab.runs.cluster.bridge.spares import Replayers, Spares
from nnlab.runs.cluster.lines import (
    DataNews,
    DownNews,
    DropOrder,
    LostNews,
    News,
    NodesNews,
    Order,
    ReplayOrder,
    TrainOrder,
)
from nnlab.runs.cluster.placing import Node
from nnlab.runs.store import Run
from nnlab.texts import _

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""Seconds from one look at the nodes to the next."""
TEND_SECONDS = 0.1
"""Seconds from one look at people's requests to the next."""
MISSED = 3
"""Looks at which the head did not answer, after which it is given up."""
LEAVE_SECONDS = 15.0
"""How long the end of the bridge waits for the last checkpoints of its runs."""
HEAD_LOST = 3
"""The exit status that says so."""


class AllRuns:
    """All runs of a server on its cluster."""

    def __init__(self, cluster: Cluster, say: Callable[[News], None], small: float) -> None:
        """`say` tells the server; `small` are the cores that a run of a small network takes."""
        self._cluster, self._say = cluster, say
        self._nodes = Nodes(cluster)
        self._shelf = Shelf(cluster.keep)
        self._spares = Spares(cluster, small, ahead=1)
        self._replayers = Replayers(cluster, self._spares)
        self._lock = threading.Lock()
        self._led: dict[Path, Leading] = {}
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Look at the nodes, and at what people ask, from now on."""
        self._look()
        for target, name in ((self._watch, "nodes"), (self._tend, "controls")):
            threading.Thread(target=target, name=name, daemon=True).start()

    def obey(self, order: Order) -> None:
        """An order of the server."""
        match order:
            case DropOrder():
                if (led := self._led.get(Path(order.drop))) is not None:
                    led.go_on(None)
            case ReplayOrder():
                self._thread(Replaying(order, self._replayers, self._data).lead, "replay")
            case TrainOrder():
                self._train(order)

    def close(self) -> None:
        """The server is gone: every run saves a checkpoint and ends."""
        self._closed.set()
        for led in list(self._led.values()):
            led.leave()
        until = time.monotonic() + LEAVE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    # Behind the scenes -------------------------------------------------------------------------

    def _train(self, order: TrainOrder) -> None:
        path = Path(order.run)
        with self._lock:
            led = self._led.get(path)
            if led is not None and order.lost is not None:
                led.go_on(order)
                return
            led = Leading(order, self._spares, self._data, self._lost)
            self._led[path] = led
        self._thread(lambda: self._lead(path, led), f"run-{path.name}")

    def _lead(self, path: Path, led: Leading) -> None:
        try:
            led.lead()
        finally:
            with self._lock:
                if self._led.get(path) is led:
                    del self._led[path]

    def _thread(self, target: Any, name: str) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def _lost(self, run: Path, nodes: Sequence[str], why: str) -> None:
        """Report the lost node of a run; where it had several, the one that is gone."""
        try:
            alive = self._cluster.nodes()
        except Exception:  # whatever Ray raises: the head may be gone as well, and is missed soon
            logger.exception("the cluster does not say which of its nodes are alive")
            alive = dict.fromkeys(nodes)
        node = next((one for one in nodes if one not in alive), nodes[0])
        self._nodes.doubt(node)
        self._tell(self._nodes.known())
        self._say(LostNews(lost=str(run), node=node, name=self._nodes.name(node), why=why))

    def _data(self, run: Run, data_dir: Path) -> dict[Data, Any]:
        """Return the references to a run's data sets in the object store."""
        sweep = run.sweep
        sets: dict[Data, None] = (
            {run.experiment.data: None}
            if sweep is None
            else dict.fromkeys(net.experiment.data for net in sweep.nets)
        )
        return {data: self._shelf.ref(data, data_dir) for data in sets}

    def _look(self) -> None:
        self._tell(self._nodes.look())

    def _tell(self, nodes: Sequence[Node]) -> None:
        room = {node.id: node.cpus for node in nodes if node.is_usable}
        self._spares.know(room)
        self._replayers.know(room)
        data = tuple(DataNews(name=laid.name, bytes=laid.bytes) for laid in self._shelf.laid())
        self._say(NodesNews(nodes=tuple(nodes), data=data))

    def _watch(self) -> None:
        missed = 0
        while not self._closed.wait(LOOK_SECONDS):
            missed = missed + 1 if not self._cluster.answers() else self._looked(missed)
            if missed >= MISSED:
                break
        else:
            return
        self._say(DownNews(down=head_lost(self._cluster.head)))
        os._exit(HEAD_LOST)  # Ray cannot connect anew in a process; nothing here is the only copy

    def _looked(self, missed: int) -> int:
        """Look at the nodes. Returns how often in a row that was in vain."""
        try:
            self._look()
        except Exception:  # whatever Ray raises: a bridge that is deaf and mute would help nobody
            logger.exception("the cluster does not say which nodes it has")
            return missed + 1
        return 0

    def _tend(self) -> None:
        while not self._closed.wait(TEND_SECONDS):
            for led in list(self._led.values()):
                try:
                    led.tend()
                except Exception:  # of one run: the others are still to be heard
                    logger.exception("what people ask of %s cannot be passed on", led.run.id)


def head_lost(address: str) -> str:
    """Return the message for a lost head."""
    return _(
        "The head of the Ray cluster at {address} does not answer any more: start it again. Runs"
        " are kept up to their newest checkpoint, and go on by themselves when it is back.",
        address=address,
    )
