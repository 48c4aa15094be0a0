"""`python -m nnlab.runs.workers.host`: a process of its own in which runs train, one child each.

It imports PyTorch once, then reads orders from its standard input, one JSON object a line:
`{"run": "…/runs/ID", "since": 1750000000.0, "data_dir": "…", "device": "auto", "nice": 5}`, with
`"threads"`, in which it computes at most where its experiment does not say; or one of
`nnlab.runs.rewind.past` to replay a run; both with `"memory"`, the bytes that each may take. With
`fork` it makes a child for each (10 ms), and speaks for the one that is killed for want of memory;
with `spare`, where forking is missing or unsafe, it carries out the first one itself, and the
launcher keeps one more such process warm. When its standard input ends, its server is gone.

What a process may take of the memory, and on which systems: `nnlab.runs.workers.memory_limit`.
"""

import gc
import json
import logging
import math
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nnlab.runs.workers.children import Children
    from nnlab.training.controls import Controls

WAIT_SECONDS = 30.0
"""How long a worker waits for the one before it, whose server is gone, to save and to leave."""
IDLE_SECONDS = 3.0
"""Seconds without an order after which the host prepares what only some runs need."""


def main(mode: str) -> None:
    """Serve orders until standard input ends."""
    _preload()
    if mode == "fork":
        _share_memory()
        _fork_for_each()
        return
    print("ready", flush=True)
    line = sys.stdin.readline()
    if line:
        _work(json.loads(line), os.getppid())


def _fork_for_each() -> None:
    from nnlab.runs.record.log import log_size
    from nnlab.runs.workers.children import Children

    children, server = Children(), os.getpid()
    print("ready", flush=True)
    for order in _orders(children, _preload_digits):
        size = log_size(Path(order["run"]))
        pid = os.fork()
        if pid:
            children.add(pid, order, size)
            continue
        status = 1
        try:
            children.leave()
            _work(order, server)
            status = 0
        except Exception:
            logging.exception("the worker of %s could not go on", order["run"])
        finally:
            os._exit(status)


def _preload() -> None:
    """Import what every run needs.

    No multi-threaded operation may run here: its children would hang.
    """
    import nnlab.runs.rewind.past
    import nnlab.runs.workers.children
    import nnlab.runs.workers.worker  # noqa: F401


def _preload_digits() -> None:
    """The digits, centred: some tenths of a second that the first click is not to wait for."""
    from nnlab.data.images import READERS

    READERS["digits"](Path(), "train")
    _share_memory()


def _share_memory() -> None:
    """Children share what there is by now, as long as no collection of garbage touches it."""
    gc.collect()
    gc.freeze()


def _orders(children: "Children", idle: Callable[[], None]) -> Iterator[dict[str, Any]]:
    """The orders as they come, until standard input ends. Between them it tends the children.

    Args:
        children: what came of earlier orders.
        idle: done once, when none has come for a while.
    """
    idle_at = time.monotonic() + IDLE_SECONDS
    with open(
        0, "rb", buffering=0, closefd=False
    ) as lines:  # no buffer: `select` cannot see into one
        while True:
            wait = min(children.wait_seconds(), max(0.0, idle_at - time.monotonic()))
            timeout = None if math.isinf(wait) else wait
            ready = select.select([lines, children.bell], [], [], timeout)[0]
            children.tend()
            if lines in ready:
                line = lines.readline()
                if not line:
                    return
                yield json.loads(line)
                idle_at = idle_at if math.isinf(idle_at) else time.monotonic() + IDLE_SECONDS
            elif time.monotonic() >= idle_at:
                idle()
                idle_at = math.inf


def _work(order: dict[str, Any], parent: int) -> None:
    from nnlab.runs.workers import memory_limit

    memory_limit.go_first()
    memory_limit.limit_own(order.get("memory"))
    if order.get("threads"):
        from nnlab.training.machine import device

        device.most_threads = order["threads"]
    if "replay" in order:
        from nnlab.runs.rewind.past import replay

        _make_way(order)
        replay(order)
        return
    from nnlab.runs.record import lock
    from nnlab.runs.record.control import FileControls
    from nnlab.runs.store import Run
    from nnlab.runs.workers.memory_watch import UntilAsked
    from nnlab.runs.workers.worker import train

    def is_orphan() -> bool:
        return os.getppid() != parent

    run = Run(Path(order["run"]))
    # The launcher hands no run to two workers, but the worker of a killed server may still hold
    # it, or begin only now: it finds its parent gone, and makes way.
    until = time.monotonic() + WAIT_SECONDS
    while lock.is_held(run.path) and not is_orphan() and time.monotonic() < until:
        time.sleep(0.02)
    if is_orphan():
        return
    log = os.open(run.path / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    _make_way(order)
    controls: Controls = FileControls(run.path, order["since"], is_orphan)
    if hasattr(signal, "SIGUSR1"):
        controls = UntilAsked(controls)
    for _ in train(
        run, data_dir=Path(order["data_dir"]), device=order["device"], controls=controls
    ):
        pass


def _make_way(order: dict[str, Any]) -> None:
    from nnlab.runs.workers.places import NICE

    if hasattr(os, "nice"):
        os.nice(order.get("nice", NICE))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "fork")
