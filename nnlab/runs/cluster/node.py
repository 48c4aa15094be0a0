"""A run on a node of a cluster: it trains a directory of its own, and tells what is new in it.

`NodeWorker` knows nothing of Ray. It is made in a process of its own on the node, and its methods
are called in threads of that process. What trains is a thread as well, and never the main one, so
what holds for a whole process in `nnlab.runs.workers.host` is done otherwise here:

- Its `nice` is that of the thread alone, which Linux weighs by itself, and of those that PyTorch
  makes for it: who sends what is new is not held up.
- It hears of no signal. That the server is gone, it is told by `leave`; that the memory is full,
  by `nnlab.runs.cluster.own_memory`.
"""

import contextlib
import logging
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from nnlab.data import registry
from nnlab.files import write_all
from nnlab.runs.cluster.changes import WORKER_LOG, Appended, Change, Watch
from nnlab.runs.cluster.given import Given, taken
from nnlab.runs.cluster.own_memory import OwnMemory, WhileThereIsMemory
from nnlab.runs.cluster.pack import REPLAYS, Pack, unpack
from nnlab.runs.record import control, log
from nnlab.runs.rewind import past
from nnlab.runs.rewind.repeated import Repeating
from nnlab.runs.run import Run
from nnlab.runs.workers.places import NICE
from nnlab.runs.workers.worker import failure, train
from nnlab.training.controls import Controls
from nnlab.training.events import ControlApplied, Event, FitEnded, to_line
from nnlab.training.machine import device as devices

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1 / 25
"""The least seconds between two reports: the run trains in the same process, and waits
meanwhile."""
SIGN_SECONDS = 1.0
"""Seconds without news after which a node sends a sign of life."""
LEAVE_SECONDS = 10.0
"""How long a run may take to end whose reader has gone."""
NO_DATA = "data"
"""A folder that is not there: a node has no data but those that it is given."""


class NodeWorker:
    """One run, or one replay, on a node. All methods may be called at the same time.

    Of a process one of these works at a time: what it sets for the process is its own.
    """

    def __init__(self) -> None:
        _sweep()
        self._lock = threading.Lock()
        self._asked = b""
        """Lines of controls that came before there was a file for them."""
        self._controls: Path | None = None
        self._wanted: Path | None = None
        """The file that shows that somebody waits for a replay."""
        self._left = threading.Event()
        self._last: Event | None = None
        """The newest event, whether the disk took it or not."""

    def ready(self) -> None:
        """Returns once all is imported that a run needs: making one of these does that."""
        logging.getLogger("nnlab").setLevel(logging.INFO)

    def train(self, pack: Pack, order: Mapping[str, Any], *given: Given) -> Iterator[list[Change]]:
        """Train the run until it ends. Yields what is new in its directory.

        At most 25 times a second, and an empty list at least every second; the last one has all
        that is left. What goes wrong is said by the run's last event, as on one machine. A reader
        that closes this lets the run end as `leave` does.

        Args:
            pack: `nnlab.runs.cluster.pack.pack_run`.
            order: `since`, `device`, `threads`, `memory` and `nice` as `nnlab.runs.workers.host`
                has them; `note`, what the run is to say of how it begins; `again`, events
                `control_applied` whose changes are made once more at their steps; `first`, lines
                of controls that are there before it begins. All but `since` and `device` may be
                left out.
            given: the data that it trains on.

        Raises:
            NnlabError: a name in the pack leads elsewhere; a later nnlab wrote the run's events.
        """
        with contextlib.ExitStack() as until_end:
            until_end.enter_context(_having(given))
            try:
                run = unpack(pack, until_end.enter_context(_home()))
                self._open_controls(run.path / control.CONTROL_FILE, order.get("first") or ())
            except OSError as error:  # there is no directory that could say it
                yield [_told(failure(error, pack.newest()))]
                return
            watch, memory = Watch(run.path, "run"), OwnMemory(order.get("memory"), _processes)
            work = partial(self._train, run, order, pack.note, memory)
            yield from self._stream(watch, work, memory)
            rest = watch.rest()
            if isinstance(self._last, FitEnded) and not _has_ended(run):  # on a full disk
                rest.append(_told(self._last))
            yield rest

    def replay(self, pack: Pack, order: Mapping[str, Any], *given: Given) -> Iterator[list[Change]]:
        """Carry out an order of `nnlab.runs.rewind.past`. Yields what is new in its folder.

        As often as `train` does. It ends by itself when `still_wanted` has not been called for
        four seconds.

        Args:
            pack: `nnlab.runs.cluster.pack.pack_replay` of the order.
            order: as `nnlab.runs.rewind.past` makes it, with `threads`.
            given: the data that the run trained on.

        Raises:
            NnlabError: a name in the pack leads elsewhere.
            OSError: there is no room on the node.
        """
        with _home() as home, _having(given):
            run = unpack(pack, home)
            folder = home / REPLAYS
            here = {"replay": str(folder), "run": str(run.path), "data_dir": str(home / NO_DATA)}
            here = {**order, **here}
            self._wanted = past.wanted_file(here)
            self._wanted.touch()
            watch, memory = Watch(folder, "replay"), OwnMemory(order.get("memory"), _processes)
            yield from self._stream(watch, partial(self._replay, here), memory)
            yield watch.rest()

    def ask(self, lines: bytes) -> None:
        """Pass on whole lines of the server's `control.jsonl`; before the run has begun, too."""
        with self._lock:
            if self._controls is None:
                self._asked += lines
            else:
                _append(self._controls, lines)

    def leave(self) -> None:
        """The server goes: the run saves a checkpoint and ends; a replay ends."""
        self._left.set()
        if self._wanted is not None:
            self._wanted.unlink(missing_ok=True)

    def still_wanted(self) -> None:
        """Note that somebody looked again at the run that is replayed."""
        if self._wanted is not None:
            with contextlib.suppress(FileNotFoundError):  # it has ended
                os.utime(self._wanted)

    # Behind the scenes -------------------------------------------------------------------------

    def _open_controls(self, path: Path, first: Sequence[str]) -> None:
        with self._lock:
            lines = "".join(f"{line}\n" for line in first).encode() + self._asked
            if lines:
                _append(path, lines)
            self._controls = path

    def _stream(
        self, watch: Watch, work: Callable[[], None], memory: OwnMemory
    ) -> Iterator[list[Change]]:
        """Yield the changes while `work` runs in a thread. At the end, raises what it raised."""
        pool = ThreadPoolExecutor(1, "nnlab-node")
        over = pool.submit(work)
        told = time.monotonic()
        try:
            while wait([over], LOOK_SECONDS).not_done:
                memory.look()
                changes = watch.take()
                if changes or time.monotonic() - told >= SIGN_SECONDS:
                    yield changes
                    told = time.monotonic()
        finally:
            self.leave()
            wait([over], LEAVE_SECONDS)
            pool.shutdown(wait=False)
        over.result()

    def _train(
        self, run: Run, order: Mapping[str, Any], note: str | None, memory: OwnMemory
    ) -> None:
        with _log_in(run.path / WORKER_LOG):
            _settle(order)
            controls: Controls = control.FileControls(run.path, order["since"], self._left.is_set)
            controls = WhileThereIsMemory(controls, memory)
            again = [ControlApplied.model_validate(one) for one in order.get("again") or ()]
            if again:
                controls = Repeating(again, controls)
            notes = [one for one in (order.get("note"), note) if one]
            for event in train(
                run,
                data_dir=run.path.parent / NO_DATA,
                device=order["device"],
                controls=controls,
                note=" ".join(notes) or None,
            ):
                self._last = event

    def _replay(self, order: Mapping[str, Any]) -> None:
        _settle(order)
        past.replay(order)


@contextlib.contextmanager
def _having(given: tuple[Given, ...]) -> Iterator[None]:
    """Within this context the process holds the data of one run; the next run may have others."""
    for one in given:
        data, splits = taken(one)
        registry.given[data.model_dump_json()] = splits
    try:
        yield
    finally:
        registry.given.clear()


def _settle(order: Mapping[str, Any]) -> None:
    """Apply the run's limits of the machine to the thread that trains it."""
    devices.most_threads = order.get("threads")
    if sys.platform.startswith("linux"):  # elsewhere it would be the whole process
        os.nice(max(0, order.get("nice", NICE) - os.nice(0)))  # the cluster has its own, too


def _append(path: Path, lines: bytes) -> None:
    with path.open("ab", buffering=0) as file:
        write_all(file, lines)


def _told(event: Event) -> Appended:
    return Appended(log.EVENTS_FILE, to_line(event).encode() + b"\n")


def _has_ended(run: Run) -> bool:
    return isinstance(log.newest(log.read_head_and_tail(run.path)[1]), FitEnded)


@contextlib.contextmanager
def _log_in(path: Path) -> Iterator[None]:
    """Copy this thread's log into a file, too."""
    thread = threading.get_ident()
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    handler.addFilter(lambda record: record.thread == thread)
    told = logging.getLogger("nnlab")
    told.addHandler(handler)
    try:
        yield
    finally:
        told.removeHandler(handler)
        handler.close()


def _prefix(process: int | str) -> str:
    """Begins the names of folders of a process: of this machine, or this container."""
    return f"nnlab-{process}-{platform.node()}-"


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    """A folder of this process for a while."""
    home = Path(tempfile.mkdtemp(prefix=_prefix(os.getpid())))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _homes() -> Iterator[tuple[int, Path]]:
    """The folders of this machine's processes, be they alive or not."""
    for home in Path(tempfile.gettempdir()).glob(_prefix("*") + "*"):
        process = home.name.split("-")[1]
        if process.isdecimal():
            yield int(process), home


def _processes() -> set[int]:
    """Return the processes that train or replay here."""
    return {process for process, _home in _homes()}


def _sweep() -> None:
    """Remove the folders that killed processes left."""
    for process, home in _homes():
        if not psutil.pid_exists(process):
            shutil.rmtree(home, ignore_errors=True)
