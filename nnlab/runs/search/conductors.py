"""The searches of a server: a thread leads each, and begins or goes on when a person asks."""

import atexit
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from nnlab.config.sweep import Sweep
from nnlab.errors import NnlabError
from nnlab.runs.limits import must_fit
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.log import log_size
from nnlab.runs.record.status import ALIVE
from nnlab.runs.room import Room
from nnlab.runs.search.check import must_be_searchable, search_of
from nnlab.runs.search.conductor import conduct
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import Launcher
from nnlab.runs.workers.places import limits_of
from nnlab.settings import Settings
from nnlab.texts import _
from nnlab.visitor import AT_THE_MACHINE, LOCAL, Visitor

logger = logging.getLogger(__name__)

SEARCHES_EACH = 2
"""Limit for one person's simultaneous searches in a shared lab."""
SEARCHES = 16
"""Limit for all simultaneous searches: each has a thread that reads its trials ten times a
second."""
BEGIN_SECONDS = 5.0
"""How long `start` waits until the search has begun, so that its status says so."""
CLOSE_SECONDS = 2.0


@dataclass(frozen=True)
class _Led:
    thread: threading.Thread
    visitor: Visitor


class Conductors:
    """One for each server, beside its launcher.

    To pause, resume or stop a search that is led, ask its run as any other
    (`launcher.ask(run, "pause")`). One that has ended, paused for long, or was interrupted with its
    server goes on by `start`.
    """

    def __init__(self, launcher: Launcher, settings: Settings) -> None:
        self._launcher, self._settings = launcher, settings
        self._lock = threading.Lock()
        self._led: dict[str, _Led] = {}
        self._closed = threading.Event()
        atexit.register(self.close)

    def start(self, run: Run, visitor: Visitor = AT_THE_MACHINE) -> None:
        """Lead the search of a run, from its events if it has some. Returns when it has begun.

        Raises:
            NnlabError: the run is no search, a value of a new one is not valid on its axis, it is
                under way already, too many are, or no cluster is reached that trains its trials.
            RunNotFoundError: it was deleted.
        """
        sweep, _search = search_of(run)
        if not log_size(run.path):
            must_be_searchable(sweep)
        if (why := self._launcher.away()) is not None:
            raise NnlabError(why)
        if visitor.role == "student":
            must_fit(sweep.experiment, sweep, self._settings)
        self._let_end(run)
        with self._lock:
            self._must_be_free(run, visitor)
            since = time.time() if log_size(run.path) else 0.0
            args = (run, visitor, since)
            thread = threading.Thread(
                target=self._lead, args=args, name=f"search-{run.id}", daemon=True
            )
            self._led[run.id] = _Led(thread, visitor)
        before = log_size(run.path)
        thread.start()
        until = time.monotonic() + BEGIN_SECONDS
        while thread.is_alive() and log_size(run.path) == before and time.monotonic() < until:
            time.sleep(0.01)

    def close(self) -> None:
        """End all sessions: the server goes. Their trials end by themselves, and can go on."""
        self._closed.set()
        until = time.monotonic() + CLOSE_SECONDS
        for led in self._now_led().values():
            led.thread.join(max(0.0, until - time.monotonic()))

    def _let_end(self, run: Run) -> None:
        """A session that has had its last word is about to be over."""
        led = self._led.get(run.id)
        if led is not None and run.status() not in ALIVE:
            led.thread.join(CLOSE_SECONDS)

    def _must_be_free(self, run: Run, visitor: Visitor) -> None:
        led = self._now_led()
        if run.id in led or run.is_training():
            raise NnlabError(_("The search {run} is under way already.", run=run.id))
        own = sum(other.visitor.key == visitor.key for other in led.values())
        most = SEARCHES_EACH if self._settings.share else SEARCHES
        if own >= most or len(led) >= SEARCHES:
            raise NnlabError(
                _(
                    "{count} searches are under way, and no more may be ({most} of one person,"
                    " {all} in all): wait until one has ended, or stop one.",
                    count=len(led),
                    most=most,
                    all=SEARCHES,
                )
            )

    def _now_led(self) -> Mapping[str, _Led]:
        self._led = {name: led for name, led in self._led.items() if led.thread.is_alive()}
        return self._led

    def _lead(self, run: Run, visitor: Visitor, since: float) -> None:
        controls = FileControls(run.path, since, is_orphan=self._closed.is_set)
        limits = limits_of(self._settings)
        places = min(limits.of(visitor), limits.address)
        try:
            for _event in conduct(run, self._launcher, controls, visitor=visitor, places=places):
                pass
        except (NnlabError, OSError) as error:  # it was deleted, or the disk is full
            logger.warning("search %s cannot be led: %s", run.id, error)


def start_search(  # noqa: PLR0913 - collaborators are passed in, so that tests give their own
    sweep: Sweep,
    conductors: Conductors,
    store: Store,
    settings: Settings,
    *,
    name: str,
    owner: str = LOCAL,
    recipe: str | None = None,
    visitor: Visitor = AT_THE_MACHINE,
    busy: Mapping[str, object] | None = None,
) -> Run:
    """A new run of a search, led from now on. `busy` is `launcher.pending()`.

    Raises:
        NnlabError: it is no search, a value is not valid on its axis, there is no room on the disk,
            or too many searches are under way. No run is left then.
    """
    must_be_searchable(sweep)
    Room.of(settings, visitor, runs_dir=store.root).make(store, busy or {}, owner)
    run = store.create(sweep.experiment, name=name, owner=owner, recipe=recipe, sweep=sweep)
    try:
        conductors.start(run, visitor)
    except NnlabError:
        store.delete(run.id)
        raise
    return run
