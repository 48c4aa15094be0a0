"""Starts runs, queues what is too much, and passes on what people ask of them."""

import atexit
import contextlib
import json
import logging
import math
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.files import must_be_writable
from nnlab.runs.limits import limits_for, must_fit
from nnlab.runs.record import lock
from nnlab.runs.record.control import ask
from nnlab.runs.record.log import log_size, read_head_and_tail
from nnlab.runs.record.status import Status
from nnlab.runs.room import Room
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.overview import Machine, Overview, RunThere, Waiting
from nnlab.runs.workers.places import (
    in_turn,
    limits_of,
    next_one,
    nice_of,
    who_gives_way,
)
from nnlab.runs.workers.session import WorkerSession
from nnlab.runs.workers.weight import SHARED_NICE, renice, weigh_session
from nnlab.settings import Settings, cores
from nnlab.texts import _
from nnlab.threads import environment_of_workers
from nnlab.training.controls import Action, Control, Why
from nnlab.visitor import AT_THE_MACHINE, Visitor

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.1
TRIES = 2
"""How often a run is handed to a host: one that is killed takes an unread order with it."""
UNWATCHED_SECONDS = 120.0
WAITING_EACH = 8
"""Runs of one person that may wait for a place in a shared lab."""


class Launcher(Protocol):
    """Starts and ends runs: in processes on this machine, or on a cluster."""

    def start(
        self,
        run: Run,
        first: Action | None = None,
        *,
        watched: bool = False,
        visitor: Visitor = AT_THE_MACHINE,
    ) -> None:
        """Train the run, from its newest checkpoint if it has one, as soon as there is a place.

        `first` is obeyed before the first batch (`step`, `epoch`). A `watched` run pauses itself
        when `watch` has not been called for it for two minutes. Places are shared out among the
        visitors (`nnlab.runs.workers.places`).

        Raises:
            NnlabError: the run is under way or waits already, its directory cannot be written,
                all runs take more than NNLAB_MAX_DISK and no checkpoint is left that could go, or
                too many runs of this visitor wait.
            InvalidExperimentError: it is larger than a student's may be (`nnlab.runs.limits`).
            RecordedRunError: the lab did not train it, and cannot.
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
        sharpness: float | None = None,
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
        """Note that somebody looks at this run."""
        ...

    def need_watching(self, run: Run, *, watched: bool) -> None:
        """Set whether the run pauses while nobody looks, as `start` takes it."""
        ...

    def away(self) -> str | None:
        """Why runs cannot begin for a while, with the mend; None where they can.

        Those that trained go on by themselves when it is over.
        """
        ...

    def cores(self) -> int:
        """Cores of this machine, or of all nodes of a cluster."""
        ...

    def threads(self) -> int:
        """Return the most threads of one run: the cores of this machine, or of the largest node."""
        ...


def host_mode() -> str:
    """`fork` where that is safe, else `spare`. See `nnlab.runs.workers.host`."""
    return "fork" if sys.platform.startswith("linux") else "spare"


def close_stdin(host: subprocess.Popen[str]) -> None:
    """Tell a host, dead or alive, that there is nothing more to come."""
    if host.stdin is not None and not host.stdin.closed:
        with contextlib.suppress(BrokenPipeError):
            host.stdin.close()


class LocalLauncher:
    """Worker processes on this machine, made by a host process of its own. See `Launcher`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._limits = limits_of(settings)
        self._queue: list[WorkerSession] = []
        """Waiting sessions, in the order in which they came."""
        self._active: dict[str, WorkerSession] = {}
        """Running sessions, in the order in which they were handed over."""
        self._mode = self._choose_mode()
        self._host = self._warm_host()
        self._spent: list[subprocess.Popen[str]] = []
        """Spare processes that train; kept so that the ended ones are buried."""
        self._closed = threading.Event()
        threading.Thread(target=self._tend, name="nnlab-launcher", daemon=True).start()
        atexit.register(self.close)

    def start(
        self,
        run: Run,
        first: Action | None = None,
        *,
        watched: bool = False,
        visitor: Visitor = AT_THE_MACHINE,
    ) -> None:
        """See `Launcher.start`."""
        if not run.path.is_dir():
            raise RunNotFoundError(_("The run {run} was deleted.", run=run.id))
        run.must_be_of_here()
        run.must_be_of_the_lab()
        must_be_writable(run.path, _("The run {run}", run=run.id))
        read_head_and_tail(run.path)
        if visitor.role == "student":
            must_fit(run.experiment, run.sweep, self._settings)
        room = Room.of(self._settings, visitor, runs_dir=run.path.parent)
        room.make(Store(run.path.parent), {run.id, *self.pending()}, run.meta.owner)
        with self._lock:
            self._free_places(self._sessions())
            waits = any(session.run == run for session in self._queue)
            if waits or run.id in self._active or lock.is_held(run.path):
                raise NnlabError(_("The run {run} is under way already.", run=run.id))
            if self._settings.share and visitor.role != "lecturer":
                self._must_wait_for_few(visitor)
            size = log_size(run.path)
            # A first session obeys all that was asked before: a branch begins with its changes.
            seen = time.monotonic() if watched else None
            session = WorkerSession(run, time.time() if size else 0.0, size, visitor, seen=seen)
            if first is not None:
                ask(run.path, first)
            lock.clear_stale(run.path)
            self._queue.append(session)
            self._fill_places()

    def _must_wait_for_few(self, visitor: Visitor) -> None:
        waiting = sum(session.visitor.key == visitor.key for session in self._queue)
        if waiting >= WAITING_EACH:
            raise NnlabError(
                _(
                    "{waiting} of your runs wait for a place already, and no more may: wait until"
                    " one has begun, or stop some.",
                    waiting=waiting,
                )
            )

    def ask(
        self,
        run: Run,
        do: Action | None = None,
        *,
        path: str = "",
        value: object = None,
        pace: float | None = None,
        sharpness: float | None = None,
    ) -> Control:
        """See `Launcher.ask`."""
        run.must_be_of_here()
        if do == "stop":
            with self._lock:
                was_waiting = self._take_out(run)
            if was_waiting:  # nothing is written: a later start must not find an old stop
                return Control(id="queue", at=time.time(), do="stop")
        session = self._session(run)
        if do is not None and session is not None:
            session.is_idle = do in ("pause", "stop", "release")
        return ask(run.path, do, path=path, value=value, pace=pace, sharpness=sharpness)

    def status(self, run: Run) -> Status:
        """See `Launcher.status`."""
        session = self._session(run)
        if session is None:
            return run.status()
        return "queued" if session.is_queued else status_of(session)

    def pending(self) -> dict[str, Status]:
        """See `Launcher.pending`."""
        with self._lock:
            pending: dict[str, Status] = {session.run.id: "queued" for session in self._queue}
        return pending | {s.run.id: "starting" for s in self._sessions() if not s.has_spoken()}

    def queue_place(self, run: Run) -> int | None:
        """See `Launcher.queue_place`."""
        with self._lock:
            waiting = self._in_turn()
        runs = [session.run for session in waiting]
        return runs.index(run) + 1 if run in runs else None

    def watch(self, run: Run) -> None:
        """See `Launcher.watch`."""
        session = self._session(run)
        if session is not None and session.seen is not None:
            session.seen = time.monotonic()

    def need_watching(self, run: Run, *, watched: bool) -> None:
        """See `Launcher.need_watching`."""
        session = self._session(run)
        if session is not None:
            session.seen = time.monotonic() if watched else None

    def replay(self, order: Mapping[str, object]) -> None:
        """Have a run replayed beside those that train; `nnlab.runs.rewind.past` makes `order`."""
        with self._lock:
            self._hand(order)

    def away(self) -> str | None:
        """See `Launcher.away`."""
        return None

    def cores(self) -> int:
        """See `Launcher.cores`."""
        return cores()

    def threads(self) -> int:
        """See `Launcher.threads`."""
        return cores()

    def wait_until_ready(self, seconds: float) -> None:
        """Wait so long until it is known where runs train: here, on this machine.

        Raises:
            NnlabError: no cluster is reached, or none of its nodes takes runs; names the mend.
        """

    def overview(self) -> Overview:
        """Return where all runs train, and which wait."""
        with self._lock:
            sessions, queue = self._sessions(), self._in_turn()
        machine = Machine.this(tuple(map(there, sessions)))
        return Overview(
            engine="local",
            address="",
            down=None,
            machines=(machine,),
            queue=waiting_of(queue),
            places=self._settings.max_runs,
            data=(),
        )

    def close(self) -> None:
        """End the host; workers notice, save a checkpoint and end."""
        self._closed.set()
        with self._lock:
            self._end_host()

    # Behind the scenes -------------------------------------------------------------------------

    def _choose_mode(self) -> str:
        """Return the start method of workers."""
        return host_mode()

    def _command(self) -> list[str]:
        """Return the command that starts the host."""
        return [sys.executable, "-m", "nnlab.runs.workers.host", self._mode]

    def _warm_host(self, stdout: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        host = subprocess.Popen(
            self._command(),
            stdin=subprocess.PIPE,
            stdout=stdout,
            encoding="utf-8",
            cwd=Path(__file__).parents[3],
            env=environment_of_workers(),
            start_new_session=True,  # Ctrl-C in the terminal is for the server; the host follows
        )
        if self._settings.share:
            weigh_session(host.pid, SHARED_NICE)
        return host

    def _end_host(self) -> None:
        close_stdin(self._host)
        self._host.terminate()  # it may still be importing, and holds nothing to save
        self._host.wait()

    def _session(self, run: Run) -> WorkerSession | None:
        """Return the session that trains the run or waits for it."""
        with self._lock:
            active = self._active.get(run.id)
            return active or next((s for s in self._queue if s.run.id == run.id), None)

    def _sessions(self) -> list[WorkerSession]:
        """Return the sessions that workers have."""
        with self._lock:
            return list(self._active.values())

    def _training(self) -> list[Visitor]:
        return [session.visitor for session in self._active.values()]

    def _waiting(self) -> list[Visitor]:
        return [session.visitor for session in self._queue]

    def _in_turn(self) -> list[WorkerSession]:
        """Return the waiting sessions, in the order in which they come."""
        return [self._queue[index] for index in in_turn(self._waiting(), self._training())]

    def _next(self) -> int | None:
        """The index in the queue of the run that has a place now, None where there is none."""
        return next_one(self._waiting(), self._training(), self._limits)

    def _fill_places(self) -> None:
        """Hand waiting runs to workers while there is a place."""
        while (index := self._next()) is not None:
            session = self._queue.pop(index)
            if session.run.path.is_dir():
                self._hand_over(session)
                self._active[session.run.id] = session
            else:
                self._let_go(session)

    def _take_out(self, run: Run) -> bool:
        """Whether the run waited for a place; it does not any more."""
        waiting = [session for session in self._queue if session.run == run]
        self._queue = [session for session in self._queue if session.run != run]
        for session in waiting:
            self._let_go(session)
        return bool(waiting)

    def _let_go(self, session: WorkerSession) -> None:
        """A run was taken out of the queue, and does not begin."""

    def _hand_over(self, session: WorkerSession) -> None:
        session.nice = self._nice_of(session)
        session.host = self._hand(self._order(session))
        session.is_queued, session.handed = False, time.monotonic()
        session.tries += 1

    def _order(self, session: WorkerSession) -> dict[str, object]:
        """Return the order with which the host trains a run."""
        limits = limits_for(session.visitor, self._settings)
        return {
            "run": str(session.run.path.resolve()),
            "since": session.since,
            "data_dir": str(self._settings.data_dir.resolve()),
            "device": self._settings.device,
            "nice": session.nice,
            "memory": limits.memory,
            "threads": limits.threads,
        }

    def _hand(self, order: Mapping[str, object]) -> subprocess.Popen[str]:
        """Give the host an order; returns the process that took it."""
        line = json.dumps({"memory": self._settings.worker_memory, **order}) + "\n"
        try:
            self._send(line)
        except BrokenPipeError:
            logger.warning("the host of the workers had ended: starting another")
            close_stdin(self._host)
            self._host = self._warm_host()
            self._send(line)
        taken = self._host
        if self._mode == "spare":
            close_stdin(self._host)
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
        """Ten times a second: free places, fill them, pause what may not go on."""
        while not self._closed.wait(TICK_SECONDS):
            # All files are looked at without the lock, since pages wait for it.
            seem_over = [session for session in self._sessions() if session.seems_over()]
            with self._lock:
                if self._closed.is_set():  # while this waited: no new host after the last
                    return
                self._free_places(seem_over)
                self._fill_places()
                self._make_way()
                self._pause()
                self._share_out()

    def _free_places(self, sessions: Sequence[WorkerSession]) -> None:
        """Free the places of ended sessions; another thread may have seen to one just before."""
        for session in sessions:
            if self._active.get(session.run.id) is not session or not session.is_over():
                continue
            if session.is_unbegun() and session.tries < TRIES:
                self._hand_again(session)
            else:
                del self._active[session.run.id]

    def _hand_again(self, session: WorkerSession) -> None:
        """The host ended before a worker took the run: another one may take it."""
        self._hand_over(session)

    def _make_way(self) -> None:
        """Take a place from the person with most runs where somebody without a run waits."""
        active, now = list(self._active.values()), time.monotonic()
        trained = [now - session.handed for session in active]
        index = who_gives_way(self._waiting(), self._training(), self._limits, trained)
        # One at a time: the next look finds its place free.
        if index is not None and not any(session.is_leaving for session in active):
            self._release(active[index], "turn")

    def _pause(self) -> None:
        """Pause what nobody looks at, and what has trained for as long as a run may."""
        now = time.monotonic()
        for session in self._active.values():
            if session.seen is not None and now - session.seen > UNWATCHED_SECONDS:
                session.seen = math.inf  # once is enough, until somebody looks again
                session.is_idle = True
                with contextlib.suppress(NnlabError):
                    ask(session.run.path, "pause", why="unwatched")
            seconds = limits_for(session.visitor, self._settings).seconds
            if now - session.handed > seconds and not session.is_leaving:
                self._release(session, "time")

    def _share_out(self) -> None:
        """See to it that all runs of a person together weigh what one of another person does."""
        for session in self._active.values():
            due = self._nice_of(session)
            if due != session.nice and (worker := lock.holder(session.run.path)) is not None:
                renice(worker, due - session.nice)
                session.nice = due  # what the system refuses once, it refuses again

    def _nice_of(self, session: WorkerSession) -> int:
        """Return the `nice` of its worker, by how many of that person's runs train beside it."""
        if not self._settings.share or session.visitor.role == "lecturer":
            return nice_of(1)
        others = sum(
            other.visitor.key == session.visitor.key and not other.is_idle
            for other in self._active.values()
            if other is not session
        )
        return nice_of(1 + others)

    def _release(self, session: WorkerSession, why: Why) -> None:
        session.is_leaving = session.is_idle = True
        with contextlib.suppress(NnlabError):  # deleted, or the disk is full
            ask(session.run.path, "release", why=why)


def status_of(session: WorkerSession) -> Status:
    """Return the status of a run handed to a worker."""
    return session.run.status() if session.has_spoken() else "starting"


def there(session: WorkerSession) -> RunThere:
    """A run that was handed over, as an overview shows it."""
    seconds = time.monotonic() - session.handed
    return RunThere(session.run.id, session.visitor, seconds, status_of(session))


def waiting_of(queue: Sequence[WorkerSession]) -> tuple[Waiting, ...]:
    """The queue, as an overview shows it."""
    now = time.monotonic()
    return tuple(
        Waiting(session.run.id, session.visitor, place, now - session.came)
        for place, session in enumerate(queue, start=1)
    )
