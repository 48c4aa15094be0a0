"""One reader a run: looks at its files while anybody watches, and wakes those who do."""

import asyncio
import math
import time
from collections.abc import Callable, Hashable
from typing import Protocol

from cachetools import LRUCache

from nnlab.errors import NnlabError
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run
from nnlab.wire.events import EventFile
from nnlab.wire.frames import Frame, FrameMaker, Standing
from nnlab.wire.refusals import RefusedError, refusal_of
from nnlab.wire.weights import WeightFile

LOOK_SECONDS = 1 / 60
"""Seconds between two looks at a moving run's files: a worker writes up to 30 times a second, and
slower looks would miss some."""
REST_SECONDS = 0.15
"""The same, where nothing happens soon."""
STATUS_SECONDS = 1.0
"""After so long a run's status is asked for again, whether its events say anything or not."""
PROMPT: frozenset[Status] = frozenset({"starting", "running", "paused"})


class Statuses(Protocol):
    """The part of a `Launcher` that the wire uses."""

    def status(self, run: Run, /) -> Status:
        """`queued` and `starting` included."""
        ...

    def watch(self, run: Run, /) -> None:
        """Somebody looks at this run."""
        ...

    def queue_place(self, run: Run, /) -> int | None:
        """1 for the run that comes next, None for one that does not wait."""
        ...


class FilesAlone:
    """Stands for the launcher where there is none: a run's files say how it stands."""

    def status(self, run: Run) -> Status:
        """See `Statuses.status`."""
        return run.status()

    def watch(self, run: Run) -> None:
        """Do nothing: runs without a launcher are not paused when nobody watches."""

    def queue_place(self, run: Run) -> int | None:
        """Return None: no queue is known."""


class Feed:
    """A run's newest state, for any number of viewers. Belongs to one event loop.

    Its task exists while there are viewers. The files are looked at in the loop itself: two calls
    of `stat` take 10 µs, reading what is new some 50. The status takes longer and may wait for the
    launcher, so a thread asks for it.
    """

    def __init__(
        self,
        run: Run,
        cache: LRUCache[Hashable, Frame],
        launcher: Callable[[], Statuses],
        pause: Callable[[], float],
    ) -> None:
        """`pause` says how many seconds to leave at least between two looks."""
        self.run = run
        self.events, self.weights = EventFile(run.path), WeightFile(run.path)
        self.frames = FrameMaker(self.events, self.weights, cache)
        self.standing: Standing | None = None
        """None until it was asked for the first time."""
        self.refusal: RefusedError | None = None
        """Why there is nothing more to see."""
        self._launcher, self._pause = launcher, pause
        self._wakers: set[asyncio.Event] = set()
        self._watching: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._asked = -math.inf

    @property
    def viewers(self) -> int:
        """How many watch."""
        return len(self._wakers)

    def join(self, waker: asyncio.Event) -> None:
        """Set `waker` whenever there is news, from now on."""
        self._wakers.add(waker)
        if self._watching is None:
            self.look()
            self._watching = asyncio.create_task(self._watch(), name=f"wire {self.run.id}")

    def leave(self, waker: asyncio.Event) -> None:
        """The last one ends the task."""
        self._wakers.discard(waker)
        if not self._wakers and self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def look(self) -> None:
        """Take in what is new, and wake the viewers if anything is."""
        try:
            has_events = self.events.look()
            if self.weights.look() or has_events:
                self._wake()
        except (NnlabError, OSError) as error:
            self._end(refusal_of(self.run.id, error))

    async def _watch(self) -> None:
        while self.refusal is None:
            now = time.monotonic()
            if self._is_status_due(now):
                self._asked, self.events.is_telling = now, False
                self._asking = asyncio.create_task(self._ask_status())
            is_prompt = self.standing is None or self.standing.status in PROMPT
            await asyncio.sleep(max(LOOK_SECONDS if is_prompt else REST_SECONDS, self._pause()))
            self.look()

    def _is_status_due(self, now: float) -> bool:
        if self._asking is not None and not self._asking.done():
            return False
        return self.events.is_telling or now - self._asked >= STATUS_SECONDS

    async def _ask_status(self) -> None:
        try:
            standing = await asyncio.to_thread(self._ask)
        except (NnlabError, OSError) as error:
            self._end(refusal_of(self.run.id, error))
            return
        if standing != self.standing:
            self.standing = standing
            self._wake()

    def _ask(self) -> Standing:
        launcher = self._launcher()
        launcher.watch(self.run)
        status = launcher.status(self.run)
        return Standing(status, launcher.queue_place(self.run) if status == "queued" else None)

    def _end(self, refusal: RefusedError) -> None:
        self.refusal = refusal
        self._wake()

    def _wake(self) -> None:
        for waker in self._wakers:
            waker.set()
