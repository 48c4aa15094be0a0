"""The data of runs in the cluster's object store: read once, and fetched once by each node."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnlab.config.data import Data
from nnlab.data.registry import load
from nnlab.runs.cluster.given import Given, give
from nnlab.training.machine.memory import data_must_fit_in_memory, free_memory

MOST_SETS = 16
MOST_BYTES = 4 * 10**9
"""Bytes that the store may hold; beyond that a training run keeps its own data there."""
READ_AT_ONCE = 16


@dataclass(frozen=True)
class Laid:
    """A data set in the store."""

    name: str
    bytes: int
    ref: Any
    """The reference passed to an actor's method in place of the data."""


class Shelf:
    """Which data sets lie in the store. Safe to be used by many threads."""

    def __init__(self, keep: Callable[[Given], Any]) -> None:
        """`keep` lays a value into the store and returns what stands for it."""
        self._keep = keep
        self._reading = [threading.Lock() for _one in range(READ_AT_ONCE)]
        """Locks, so that of several threads that need the same data one reads them."""
        self._lock = threading.Lock()
        self._laid: OrderedDict[Data, Laid] = OrderedDict()

    def ref(self, data: Data, data_dir: Path) -> Any:
        """Return the reference to a data set.

        Raises:
            NnlabError: as `nnlab.data.registry.load`, or it does not fit in the memory.
        """
        with self._reading[hash(data) % READ_AT_ONCE]:
            with self._lock:
                laid = self._laid.get(data)
            if laid is None:
                laid = self._lay(data, data_dir)
            with self._lock:
                self._laid[data] = laid
                self._laid.move_to_end(data)
                self._thin()
        return laid.ref

    def laid(self) -> list[Laid]:
        """The data sets in the store, the most recently used last."""
        with self._lock:
            return list(self._laid.values())

    def _lay(self, data: Data, data_dir: Path) -> Laid:
        data_must_fit_in_memory(data, free_memory())
        given = give(data, load(data, data_dir))
        return Laid(data.kind, given.nbytes, self._keep(given))

    def _thin(self) -> None:
        """Let go of what was used least lately."""
        size = 0
        for place, (data, laid) in enumerate(reversed(list(self._laid.items()))):
            size += laid.bytes
            if place and (place >= MOST_SETS or size > MOST_BYTES):
                del self._laid[data]
