"""Parts of a sweep in threads of this process, and what crosses the network as bytes."""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from nnlab.config.data import Data
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Sweep
from nnlab.data.registry import load
from nnlab.runs.cluster.given import Given, give
from nnlab.runs.cluster.part import PartWorker
from nnlab.training.ensemble.stacks import data_of

_ONE_AT_A_TIME = Lock()
"""PyTorch's generators are those of the process; a node has one for each part."""


class PartLostError(Exception):
    """A part is gone."""


class ThreadPart:
    """A part whose calls are carried out by a pool of threads."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.dies_at: int | None = None
        """The call at which it is found dead."""
        self._worker, self._pool = PartWorker(), pool

    def call(self, method: str, *arguments: object) -> Callable[[], Any]:
        self.calls.append((method, arguments))
        is_dead = self.dies_at is not None and len(self.calls) > self.dies_at
        return self._pool.submit(self._carry_out, method, crossed(arguments), is_dead).result

    def _carry_out(self, method: str, arguments: Sequence[Any], is_dead: bool) -> Any:
        if is_dead:
            raise PartLostError("node 2")
        with _ONE_AT_A_TIME:
            return crossed(getattr(self._worker, method)(*arguments))


def crossed(value: Any) -> Any:
    """What arrives of a value on another machine."""
    return pickle.loads(pickle.dumps(value))


@contextmanager
def parts_of(count: int) -> Iterator[list[ThreadPart]]:
    """New parts, each with a thread of its own."""
    with ThreadPoolExecutor(count) as pool:
        yield [ThreadPart(pool) for _ in range(count)]


def given_of(sweep: Sweep, data_dir: Path) -> Mapping[Data, Given]:
    """The data of a sweep as nodes are given them."""
    every = data_of(stacks_of(sweep.nets), sweep.nets)
    return {data: give(data, load(data, data_dir)) for data in every}
