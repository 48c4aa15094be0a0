"""A process on a node, which trains or replays one run after another."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from nnlab.runs.cluster.changes import Change
from nnlab.runs.cluster.given import Given
from nnlab.runs.cluster.node import NodeWorker
from nnlab.runs.cluster.pack import Pack


class Seat:
    """Has a `NodeWorker` for each run that it is given, one run at a time.

    Who asks for something names the run: it may come before the run has begun, or late.
    """

    def __init__(self) -> None:
        self._workers: defaultdict[str, NodeWorker] = defaultdict(NodeWorker)

    def ready(self) -> None:
        """Returns once all is imported that a run needs."""
        NodeWorker().ready()

    def train(self, pack: Pack, order: Mapping[str, Any], *given: Given) -> Iterator[list[Change]]:
        """See `NodeWorker.train`."""
        try:
            yield from self._workers[pack.run].train(pack, order, *given)
        finally:
            self._workers.clear()

    def replay(self, pack: Pack, order: Mapping[str, Any], *given: Given) -> Iterator[list[Change]]:
        """See `NodeWorker.replay`."""
        try:
            yield from self._workers[pack.run].replay(pack, order, *given)
        finally:
            self._workers.clear()

    def ask(self, run: str, lines: bytes) -> None:
        """See `NodeWorker.ask`."""
        self._workers[run].ask(lines)

    def leave(self, run: str) -> None:
        """See `NodeWorker.leave`."""
        self._workers[run].leave()

    def still_wanted(self, run: str) -> None:
        """See `NodeWorker.still_wanted`."""
        self._workers[run].still_wanted()
