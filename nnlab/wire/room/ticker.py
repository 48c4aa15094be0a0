"""State shared by all sockets of the class: their wake-up, and one reading of the wall for all."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nnlab.classroom.answers import answers
from nnlab.classroom.classroom import Classroom
from nnlab.errors import NnlabError
from nnlab.wire.hub import Hub
from nnlab.wire.refusals import too_many_viewers
from nnlab.wire.room.wall_look import Look, WallReader

MAX_SOCKETS = 1000
ROOM_SECONDS = 0.2
"""Seconds between two looks at the class, which the pages' threads change."""
WALL_SECONDS = 1.0
"""Seconds between two looks at the wall, and at least twice what a look took."""

logger = logging.getLogger("nnlab.wall")


@dataclass(eq=False)
class Place:
    """One socket's."""

    waker: asyncio.Event = field(default_factory=asyncio.Event)
    wants_wall: bool = False


class Ticker:
    """See the module. Belongs to one event loop; its task exists while there are sockets."""

    def __init__(self, room: Classroom, hub: Hub) -> None:
        self.room = room
        self.look = Look()
        """The newest of the wall."""
        self.answers = 0
        """How many answers to the questions of lessons were kept."""
        self.looks = 0
        """At the wall, so far."""
        self._reader = WallReader(room, hub)
        self._places: set[Place] = set()
        self._ticking: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._due = 0.0

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Take one for a while: its waker is set when there is news.

        Raises:
            RefusedError: all are taken.
        """
        if len(self._places) >= MAX_SOCKETS:
            raise too_many_viewers(MAX_SOCKETS)
        place = Place()
        self._places.add(place)
        if self._ticking is None:
            self._ticking = asyncio.create_task(self._tick(), name="wire_class")
        try:
            yield place
        finally:
            self._places.discard(place)
            if not self._places and self._ticking is not None:
                self._ticking.cancel()
                self._ticking = None

    async def _tick(self) -> None:
        version = self.room.version
        while True:
            await asyncio.sleep(ROOM_SECONDS)
            if self.room.version != version:
                version = self.room.version
                self._wake()
            is_free = self._looking is None or self._looking.done()
            if (
                is_free
                and time.monotonic() >= self._due
                and any(place.wants_wall for place in self._places)
            ):
                self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            self.look, self.answers = await asyncio.to_thread(self._read)
        except (NnlabError, OSError) as error:  # as a full disk that comes back
            logger.warning("The wall could not be read: %s", error)
        self.looks += 1
        # As seldom as it takes to leave half of the time to others.
        self._due = max(began + WALL_SECONDS, 2 * time.monotonic() - began)
        self._wake()

    def _read(self) -> tuple[Look, int]:
        kept = answers()
        return self._reader.look(), kept.count if kept is not None else 0

    def _wake(self) -> None:
        for place in self._places:
            place.waker.set()
