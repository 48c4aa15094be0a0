"""State shared by all viewers of this process: the feeds of the runs, the places, the key."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from nnlab.classroom.current import visitor_of
from nnlab.classroom.rights import NotAllowedError, must_see
from nnlab.errors import RunNotFoundError
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run, Store
from nnlab.settings import Settings, read_settings
from nnlab.visitor import LOCAL, Visitor
from nnlab.wire.feed import Feed, FilesAlone, Statuses
from nnlab.wire.frames import new_cache
from nnlab.wire.guard.log import refused
from nnlab.wire.refusals import RefusedError, deleted, too_many_viewers
from nnlab.wire.tokens import Tokens, key_of

MAX_VIEWERS = 1000
"""Sockets, and plain requests that wait."""
SECONDS_A_VIEWER = 0.0002
"""Looks come this much further apart with each viewer: a frame takes some 70 µs for each, so that
however many watch, sending takes a third of the time at most."""


class Hub:
    """See the module. One event loop watches runs with it; any thread may sign and connect."""

    def __init__(self, settings: Settings) -> None:
        self._store = Store(settings.runs_dir)
        self._settings = settings
        self._key: bytes | None = None
        self._launcher: Statuses = FilesAlone()
        self._cache = new_cache()
        self._feeds: dict[str, Feed] = {}
        self.viewers = 0
        """How many places are taken."""

    @property
    def key(self) -> bytes:
        """Key of this server, read when first needed. Raises NnlabError as `key_of` does."""
        if self._key is None:
            self._key = key_of(self._settings)
        return self._key

    @property
    def tokens(self) -> Tokens:
        """Raises NnlabError as `key_of` does."""
        return Tokens(self.key)

    def connect(self, launcher: Statuses) -> None:
        """Use the launcher for the runs' statuses from now on."""
        self._launcher = launcher

    @property
    def runs_dir(self) -> Path:
        """Folder of the runs."""
        return self._settings.runs_dir

    def status(self, run: Run) -> Status:
        """How a run stands, `queued` and `starting` included. May wait for the launcher.

        Raises:
            NnlabError: it is gone, or its events cannot be read.
        """
        return self._launcher.status(run)

    def admit(self, token: str, visitor: Visitor) -> Run:
        """The run that a token lets its holder watch.

        Raises:
            RefusedError: the token is not valid, or another's, or there is no such run.
            NotAllowedError: the visitor may not look at it any more.
        """
        try:
            run_id = self.tokens.run_of(token, visitor.person)
        except RefusedError:
            refused("a token", visitor)
            raise
        try:
            run = self._store.get(run_id)
            must_see(visitor, run)
            return run
        except NotAllowedError:  # logged there
            raise
        except RunNotFoundError:
            raise deleted(run_id) from None

    def must_still_see(self, run: Run, visitor: Visitor) -> None:
        """Whether who was admitted may go on looking: a class takes people out, sharing ends.

        Reads the run's meta data for a student alone, some 50 µs.

        Raises:
            NotAllowedError: they may not.
            RunNotFoundError, RunDamagedError: whose it is cannot be read.
        """
        must_see(visitor_of(visitor.person, visitor.address), run)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take one for a while.

        Raises:
            RefusedError: all are taken.
        """
        if self.viewers >= MAX_VIEWERS:
            raise too_many_viewers(MAX_VIEWERS)
        self.viewers += 1
        try:
            yield
        finally:
            self.viewers -= 1

    @contextmanager
    def feed(self, run: Run, waker: asyncio.Event) -> Iterator[Feed]:
        """Watch a run for a while: `waker` is set when there is news."""
        feed = self._feeds.get(run.id)
        if feed is None or feed.refusal is not None:  # what failed once may be well by now
            feed = Feed(run, self._cache, lambda: self._launcher, self._pause)
            self._feeds[run.id] = feed
        feed.join(waker)
        try:
            yield feed
        finally:
            feed.leave(waker)
            if not feed.viewers and self._feeds.get(run.id) is feed:
                del self._feeds[run.id]

    def _pause(self) -> float:
        return self.viewers * SECONDS_A_VIEWER


_making = threading.Lock()


def hub() -> Hub:
    """The one of this process, made when it is asked for first.

    Raises:
        NnlabError: a variable of the environment is not valid.
    """
    with _making:  # the server's loop and the threads of pages may ask at once
        return _only_hub()


@cache
def _only_hub() -> Hub:
    return Hub(read_settings())


def connect(launcher: Statuses) -> None:
    """Tell the hub who starts runs; before, it knows of them what their files say."""
    hub().connect(launcher)


def sign(run_id: str, person: str = LOCAL) -> str:
    """A token with which a person's browser may watch the run for 12 hours.

    Raises:
        NnlabError: the server's key cannot be read or made.
    """
    return hub().tokens.sign(run_id, person)


def server_key() -> bytes:
    """Return the key with which this server signs.

    Raises:
        NnlabError: it cannot be read or made.
    """
    return hub().key


def viewers() -> int:
    """How many watch runs of this process now, by sockets and by plain requests that wait."""
    return hub().viewers
