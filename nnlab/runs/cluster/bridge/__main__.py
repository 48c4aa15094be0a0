"""`python -m nnlab.runs.cluster.bridge`: between a server and a Ray cluster, a process of its own.

It reads orders from its standard input as `nnlab.runs.workers.host` does, has each run trained on a
node, and writes what the node sends into the run's directory. What the server is to know (nodes,
a run whose node was lost, a cluster that is not there) is said on its standard output, a line each
(`nnlab.runs.cluster.lines`). When its standard input ends, its server is gone.
"""

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from nnlab.errors import NnlabError
from nnlab.runs.cluster.bridge.address import reachable
from nnlab.runs.cluster.bridge.first_lines import FirstLines
from nnlab.runs.cluster.lines import LINE_BYTES, DownNews, News, Order, read_order, to_line
from nnlab.runs.cluster.needs import share_of

if TYPE_CHECKING:
    from nnlab.runs.cluster.bridge.actors import Cluster

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 2.0
"""Seconds from one try to connect to the next."""


class Mouth:
    """Standard output, kept for news alone: whatever else is printed goes to standard error."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        sys.stdout = FirstLines(sys.stderr)

    def say(self, news: News) -> None:
        """A line for the server; one that is gone has closed standard input, too."""
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._file.write(to_line(news))
            self._file.flush()


def _orders(into: queue.SimpleQueue[Order | None]) -> None:
    """Orders as they come; None at the end of standard input."""
    try:
        while line := sys.stdin.buffer.readline(LINE_BYTES + 1):
            try:
                into.put(read_order(line))
            except NnlabError as error:  # the next one may be whole
                logger.warning("%s", error)
    finally:
        into.put(None)


def _connected(address: str, mouth: Mouth, is_over: Callable[[], bool]) -> "Cluster | None":
    """The cluster, as soon as it answers; None where the server went before."""
    while not is_over():
        try:
            found = reachable(address)
            from nnlab.runs.cluster.bridge.actors import (
                Cluster,  # Ray reads what `reachable` has set
            )

            return Cluster(found)
        except NnlabError as error:
            mouth.say(DownNews(down=str(error)))
            time.sleep(AGAIN_SECONDS)
    return None


def main(address: str, runs_a_core: int) -> None:
    """Serve orders until standard input ends."""
    mouth = Mouth()
    orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_orders, args=(orders,), name="orders", daemon=True)
    reader.start()
    cluster = _connected(address, mouth, is_over=lambda: not reader.is_alive())
    if cluster is None:
        return
    from nnlab.runs.cluster.bridge.all_runs import AllRuns

    led = AllRuns(cluster, mouth.say, share_of(runs_a_core))
    led.begin()
    while (order := orders.get()) is not None:
        led.obey(order)
    led.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(message)s")
    main(sys.argv[1], int(sys.argv[2]))
