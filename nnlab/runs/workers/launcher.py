"""Starts runs, queues what is too much, and passes on what people ask of them."""

import atexit
import contextlib
import json
import logging
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.files import must_be_writable
from nnlab.runs.disk import make_room
from nnlab.runs.record import lock
from nnlab.runs.record.control import ask
from nnlab.runs.record.log import FILE, read_head_and_tail
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run, Store
from nnlab.settings import SHARED_CORES, Settings
from nnlab.texts import _
from nnlab.training.controls import Action, Control

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.1
START_SECONDS = 60.0
"""A worker that has not taken its lock by then has failed to start."""
LOST_SECONDS = 1.0
"""A host that has ended may have made the worker just before, which then ends by itself."""
TRIES = 2
"""How often a run is handed to a host: one that is killed takes an unread order with it."""
UNWATCHED_SECONDS = 120.0


class Launcher(Protocol):
    """Where runs train: processes on this machine, or a cluster."""

    def start(self, run: Run, first: Action | None = None, *, watched: bool = False) -> None:
        """Train the run, from its newest checkpoint if it has one, as soon as there is a place.

        `first` is obeyed before the first batch (`step`, `epoch`). A `watched` run pauses itself
        when `watch` has not been called for it for two minutes.

        Raises:
            NnlabError: the run is under way or waits already, its directory cannot be written, or
                all runs take more than NNLAB_MAX_DISK and no checkpoint is left that could go.
            RunNotFoundError: it was deleted.
            RunTooNewError: a later nnlab wrote its events.
        """
        ...

    def ask(
        self,
        run: Run,
        do: Action | None = None,
        *,
        path: str = "",
        value: object = None,
        pace: float | None = None,
    ) -> Control:
        """Ask a run for something. A run that waits in the queue is taken out by `stop`.

        Raises:
            RunNotFoundError: the run was deleted.
        """
        ...

    def status(self, run: Run) -> Status:
        """The run's status, `queued` and `starting` included."""
        ...

    def pending(self) -> dict[str, Status]:
        """The ids of the runs that are `queued` or `starting`."""
        ...

    def queue_place(self, run: Run) -> int | None:
        """1 for the run that comes next, None for one that does not wait."""
        ...

    def watch(self, run: Run) -> None:
        """Somebody looks at this run."""
        ...


@dataclass
class _Sitting:
    """A run in the hands of a worker, or about to be."""

    run: Run
    since: float
    """Seconds since 1970: controls from before are not its own."""
    log_size: int
    """Bytes of events that earlier sittings wrote."""
    handed: float = 0.0
    """When it was handed to the host, by the monotonic clock."""
    host: subprocess.Popen[str] | None = None
    """The process that it was handed to."""
    tries: int = 0
    """How often it was handed over."""

    def has_spoken(self) -> bool:
        """Whether its worker has written an event, or there is nothing left to write to."""
        return not self.run.path.is_dir() or _log_size(self.run) > self.log_size

    def is_over(self) -> bool:
        """Whether its place is free again."""
        if lock.is_held(self.run.path):
            return False
        if self.has_spoken():
            return True
        if lock.exists(self.run.path):  # by now; if nobody holds it, its worker was killed
            return not lock.is_held(self.run.path)
        patience = LOST_SECONDS if self._has_lost_host() else START_SECONDS
        return time.monotonic() - self.handed > patience

    def is_unbegun(self) -> bool:
        """Whether its host ended before a worker took the run."""
        is_begun = self.has_spoken() or lock.exists(self.run.path)
        return self._has_lost_host() and not is_begun

    def _has_lost_host(self) -> bool:
        return self.host is not None and self.host.poll() is not None


def host_mode() -> str:
    """`fork` where that is safe, else `spare`. See `nnlab.runs.workers.host`."""
    return "fork" if sys.platform.startswith("linux") else "spare"


def _close_stdin(host: subprocess.Popen[str]) -> None:
    """Tell a host, dead or alive, that there is nothing more to come."""
    if host.stdin is not None and not host.stdin.closed:
        with contextlib.suppress(BrokenPipeError):
            host.stdin.close()


def _log_size(run: Run) -> int:
    log = run.path / FILE
    return log.stat().st_size if log.is_file() else 0


class LocalLauncher:
    """Worker processes on this machine, made by a host process of its own. See `Launcher`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._queue: list[_Sitting] = []
        self._active: dict[str, _Sitting] = {}
        self._seen: dict[str, float] = {}
        self._mode = host_mode()
        self._host = self._warm_host()
        self._spent: list[subprocess.Popen[str]] = []
        """Spare processes that train; kept so that the ended ones are buried."""
        self._closed = threading.Event()
        threading.Thread(target=self._tend, name="nnlab-launcher", daemon=True).start()
        atexit.register(self.close)

    def start(self, run: Run, first: Action | None = None, *, watched: bool = False) -> None:
        """See `Launcher.start`."""
        if not run.path.is_dir():
            raise RunNotFoundError(_("The run {run} was deleted.", run=run.id))
        must_be_writable(run.path, _("The run {run}", run=run.id))
        read_head_and_tail(run.path)
        make_room(Store(run.path.parent), self._settings.max_disk, {run.id, *self.pending()})
        with self._lock:
            self._free_places()
            waits = any(sitting.run == run for sitting in self._queue)
            if waits or run.id in self._active or lock.is_held(run.path):
                raise NnlabError(_("The run {run} is under way already.", run=run.id))
            size = _log_size(run)
            # A first sitting obeys all that was asked before: a branch begins with its changes.
            sitting = _Sitting(run, time.time() if size else 0.0, size)
            if first is not None:
                ask(run.path, first)
            lock.clear_stale(run.path)
            self._queue.append(sitting)
            self._fill_places()
            if watched:
                self._seen[run.id] = time.monotonic()

    def ask(
        self,
        run: Run,
        do: Action | None = None,
        *,
        path: str = "",
        value: object = None,
        pace: float | None = None,
    ) -> Control:
        """See `Launcher.ask`."""
        if do == "stop":
            with self._lock:
                waiting = [sitting for sitting in self._queue if sitting.run != run]
                was_waiting, self._queue = len(waiting) < len(self._queue), waiting
            if was_waiting:  # nothing is written: a later start must not find an old stop
                return Control(id="queue", at=time.time(), do="stop")
        return ask(run.path, do, path=path, value=value, pace=pace)

    def status(self, run: Run) -> Status:
        """See `Launcher.status`."""
        return self.pending().get(run.id) or run.status()

    def pending(self) -> dict[str, Status]:
        """See `Launcher.pending`."""
        with self._lock:
            pending: dict[str, Status] = {sitting.run.id: "queued" for sitting in self._queue}
            active = list(self._active.values())
        return pending | {s.run.id: "starting" for s in active if not s.has_spoken()}

    def queue_place(self, run: Run) -> int | None:
        """See `Launcher.queue_place`."""
        with self._lock:
            waiting = [sitting.run for sitting in self._queue]
        return waiting.index(run) + 1 if run in waiting else None

    def watch(self, run: Run) -> None:
        """See `Launcher.watch`."""
        if run.id in self._seen:
            self._seen[run.id] = time.monotonic()

    def replay(self, order: Mapping[str, object]) -> None:
        """Have a run replayed beside those that train; `nnlab.runs.rewind.past` makes `order`."""
        with self._lock:
            self._hand(order)

    def close(self) -> None:
        """End the host; workers notice, save a checkpoint and end."""
        self._closed.set()
        with self._lock:
            self._end_host()

    # Behind the scenes -------------------------------------------------------------------------

    def _warm_host(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "nnlab.runs.workers.host", self._mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).parents[3],
            env={**SHARED_CORES, **os.environ},
            start_new_session=True,  # Ctrl-C in the terminal is for the server; the host follows
        )

    def _end_host(self) -> None:
        _close_stdin(self._host)
        self._host.terminate()  # it may still be importing, and holds nothing to save
        self._host.wait()

    def _fill_places(self) -> None:
        """Hand waiting runs to workers while there is a place."""
        while self._queue and len(self._active) < self._settings.max_runs:
            sitting = self._queue.pop(0)
            if sitting.run.path.is_dir():
                self._hand_over(sitting)
                self._active[sitting.run.id] = sitting

    def _hand_over(self, sitting: _Sitting) -> None:
        order = {
            "run": str(sitting.run.path.resolve()),
            "since": sitting.since,
            "data_dir": str(self._settings.data_dir.resolve()),
            "device": self._settings.device,
        }
        sitting.host = self._hand(order)
        sitting.handed = time.monotonic()
        sitting.tries += 1

    def _hand(self, order: Mapping[str, object]) -> subprocess.Popen[str]:
        """Give the host an order; returns the process that took it."""
        line = json.dumps(order) + "\n"
        try:
            self._send(line)
        except BrokenPipeError:
            logger.warning("the host of the workers had ended: starting another")
            _close_stdin(self._host)
            self._host = self._warm_host()
            self._send(line)
        taken = self._host
        if self._mode == "spare":
            _close_stdin(self._host)
            self._spent = [spent for spent in self._spent if spent.poll() is None]
            self._spent.append(self._host)
            self._host = self._warm_host()
        return taken

    def _send(self, line: str) -> None:
        if self._host.poll() is not None:
            raise BrokenPipeError
        assert self._host.stdin is not None
        self._host.stdin.write(line)
        self._host.stdin.flush()

    def _tend(self) -> None:
        """Ten times a second: free the places of ended runs, fill them, pause what nobody sees."""
        while not self._closed.wait(TICK_SECONDS):
            with self._lock:
                if self._closed.is_set():  # while this waited: no new host after the last
                    return
                self._free_places()
                self._fill_places()
                self._pause_unwatched()

    def _free_places(self) -> None:
        for run_id, sitting in list(self._active.items()):
            if not sitting.is_over():
                continue
            if sitting.is_unbegun() and sitting.tries < TRIES:
                self._hand_over(sitting)
            else:
                del self._active[run_id]

    def _pause_unwatched(self) -> None:
        now = time.monotonic()
        for run_id, seen in list(self._seen.items()):
            sitting = self._active.get(run_id)
            if sitting is None and all(waiting.run.id != run_id for waiting in self._queue):
                del self._seen[run_id]
            elif sitting is not None and now - seen > UNWATCHED_SECONDS:
                self._seen[run_id] = math.inf  # once is enough, until somebody looks again
                with contextlib.suppress(RunNotFoundError):
                    ask(sitting.run.path, "pause")
