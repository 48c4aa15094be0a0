"""Processes of nodes that do what a test says, without Ray."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nnlab.runs.cluster.bridge.actors import LostError
from nnlab.runs.cluster.lines import LostNode, TrainOrder


class Process:
    """Stands for a `Worker`: says what it is given, then waits until it is killed or told to go."""

    node = "node-1"

    def __init__(self, *items: Any, is_silent: bool = False) -> None:
        self.items, self.is_silent = items, is_silent
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.begun, self.killed, self.over = threading.Event(), threading.Event(), threading.Event()

    def stream(self, method: str, *args: Any) -> Iterator[Any]:
        self.calls.append((method, args))
        self.begun.set()
        yield from self.items
        while not self.over.wait(0.01):
            if self.killed.is_set():
                raise LostError("it was killed")

    def call(self, method: str, *args: Any) -> Callable[[], Any]:
        self.calls.append((method, args))
        self.begun.set()

        def promise() -> Any:
            self.killed.wait(60)
            raise LostError("it was killed")

        return promise

    def kill(self) -> None:
        self.killed.set()

    def order(self) -> dict[str, Any]:
        """What it was told of the run."""
        self.begun.wait(10)
        return next(args[1] for method, args in self.calls if method == "train")


class Places:
    """Gives the processes one after another."""

    def __init__(self, *processes: Process) -> None:
        self.processes, self.back = list(processes), list[tuple[Process, bool]]()

    def take(self, node: str, cpus: float, gpus: float, kind: type = object) -> Any:
        return self.processes.pop(0)

    def give_back(self, worker: Any, *, is_well: bool) -> None:
        self.back.append((worker, is_well))


def train_order(run: Path, *nodes: str, lost: str | None = None) -> TrainOrder:
    return TrainOrder(
        run=str(run),
        since=0.0,
        data_dir="data",
        device="cpu",
        nice=5,
        memory=None,
        threads=1,
        nodes=nodes or ("node-1",),
        cpus=0.25,
        gpus=0.0,
        lost=None if lost is None else LostNode(node=lost),
    )
