"""`python -m nnlab.runs.workers.host`: a process of its own in which runs train, one child each.

It imports PyTorch once, then reads orders from its standard input, one JSON object a line:
`{"run": "…/runs/ID", "since": 1750000000.0, "data_dir": "…", "device": "auto"}`, or one of
`nnlab.runs.rewind.past` to replay a run. With `fork` it makes a child for each (10 ms); with
`spare`, where forking is missing or unsafe, it carries out the first one itself, and the launcher
keeps one more such process warm. When its standard input ends, its server is gone.
"""

import gc
import json
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WAIT_SECONDS = 30.0
"""How long a worker waits for the one before it, whose server is gone, to save and to leave."""
IDLE_SECONDS = 3.0
"""After so long without an order the host makes ready what only some runs need."""


def main(mode: str) -> None:
    """Serve orders until standard input ends."""
    _preload()
    if mode == "fork":
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries ended children
        _share_memory()
    print("ready", flush=True)
    parent = os.getppid()
    for order in _orders(_preload_digits if mode == "fork" else None):
        if mode != "fork":
            _work(order, parent)
            return
        server = os.getpid()
        if os.fork() == 0:
            status = 1
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _work(order, server)
                status = 0
            except Exception:
                logging.exception("the worker of %s could not go on", order["run"])
            finally:
                os._exit(status)


def _preload() -> None:
    """What every run imports. No multi-threaded operation may run here: its children would hang."""
    import nnlab.runs.rewind.past
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


def _orders(idle: Callable[[], None] | None) -> Iterator[dict[str, Any]]:
    """The orders as they come, until standard input ends.

    Args:
        idle: done once, when none has come for a while; None for nothing.
    """
    with open(
        0, "rb", buffering=0, closefd=False
    ) as lines:  # no buffer: `select` cannot see into one
        while True:
            if idle is not None and not select.select([lines], [], [], IDLE_SECONDS)[0]:
                idle()
                idle = None
            line = lines.readline()
            if not line:
                return
            yield json.loads(line)


def _work(order: dict[str, Any], parent: int) -> None:
    if "replay" in order:
        from nnlab.runs.rewind.past import replay

        _make_way(order)
        replay(order)
        return
    from nnlab.runs.record import lock
    from nnlab.runs.record.control import FileControls
    from nnlab.runs.store import Run
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
    controls = FileControls(run.path, order["since"], is_orphan)
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
