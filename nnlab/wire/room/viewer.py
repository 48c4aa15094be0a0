"""Messages to one socket of the class: the class, and for a lecturer the wall (docs/wire.md)."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nnlab.classroom.said import said_to
from nnlab.texts import _
from nnlab.visitor import Visitor
from nnlab.wire.frames import packed
from nnlab.wire.refusals import RefusedError, bad_request
from nnlab.wire.request import object_of
from nnlab.wire.room.ticker import Place, Ticker

HEARTBEAT_SECONDS = 10.0
WEIGHTS_PER_LOOK = 500_000
"""Bytes of weights that one socket gets a second; whoever waited longest comes first."""
MAX_PERSON = 100


@dataclass(frozen=True)
class Wanted:
    """The browser's request."""

    wall: bool = False
    large: str | None = None
    """A student whose curves are wanted, too."""


def read_wanted(text: str | bytes | None) -> Wanted:
    """Parse a request. Raises RefusedError: it is none, or too long."""
    said = object_of(text)
    wall, large = said.get("wall", False), said.get("large")
    if not isinstance(wall, bool):
        raise bad_request(_("wall is true or false, got {said}.", said=repr(wall)[:40]))
    if large is not None and (not isinstance(large, str) or len(large) > MAX_PERSON):
        raise bad_request(
            _("large is the id of a student, or null, got {said}.", said=repr(large)[:40])
        )
    return Wanted(wall, large)


def only_lecturers() -> RefusedError:
    """A student asks for the wall, a stranger for anything."""
    return RefusedError(
        4403, _("Only members of this class may follow it; the wall is the lecturer's.")
    )


class RoomViewer:
    """Keeps what it has told, and tells what is another."""

    def __init__(self, ticker: Ticker, place: Place) -> None:
        self._ticker, self._place = ticker, place
        self._wanted = Wanted()
        self._room: dict[str, Any] = {}
        self._students: dict[str, Mapping[str, Any]] = {}
        self._scenes: set[str] = set()
        self._versions: dict[str, str] = {}
        self._large: tuple[object, ...] = ()
        self._looks = -1

    def want(self, wanted: Wanted, visitor: Visitor) -> None:
        """Follow `wanted` from now on. Raises RefusedError: the visitor may not see the wall."""
        if wanted.wall and visitor.role != "lecturer":
            raise only_lecturers()
        self._wanted, self._place.wants_wall = wanted, wanted.wall
        if not wanted.wall:
            self._students, self._scenes, self._versions = {}, set(), {}
        self._large, self._looks = (), -1
        self._place.waker.set()

    async def wait(self) -> None:
        """Until there may be news, or a sign of life is due."""
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await self._place.waker.wait()
        except TimeoutError:
            self._room = {}  # said once more
        self._place.waker.clear()

    def news(self, visitor: Visitor) -> Iterator[bytes]:
        """The messages that are due to this visitor, who is a member now.

        Raises:
            RefusedError: they are none any more, or may not see the wall any more.
        """
        if visitor.role not in ("student", "lecturer"):
            raise only_lecturers()
        head: dict[str, Any] = {}
        room = said_to(self._ticker.room, visitor)
        if visitor.role == "lecturer":
            room |= {
                "own": self._ticker.look.newest.get(visitor.person),
                "answers": self._ticker.answers if room["lesson"] is not None else 0,
            }
        if room != self._room:
            self._room = head["room"] = room
        if self._wanted.wall and self._looks != self._ticker.looks:
            if visitor.role != "lecturer":
                raise only_lecturers()
            self._looks = self._ticker.looks
            head |= self._wall()
            yield _message(head)
            yield from self._weights()
        elif head:
            yield _message(head)

    def _wall(self) -> dict[str, Any]:
        look = self._ticker.look
        changed = [
            said for person, said in look.students.items() if said != self._students.get(person)
        ]
        gone = [person for person in self._students if person not in look.students]
        new = {run: scene for run, scene in look.scenes.items() if run not in self._scenes}
        self._students, self._scenes = dict(look.students), set(look.scenes)
        self._versions = {run: v for run, v in self._versions.items() if run in look.scenes}
        said = {"students": changed, "gone": gone, "scenes": new}
        told = {name: value for name, value in said.items() if value}
        return {"now": time.time(), **told, **self._curves()}

    def _curves(self) -> dict[str, Any]:
        student = self._ticker.look.students.get(self._wanted.large or "")
        run = student["run"] if student is not None else None
        if run is None:
            return {}
        points = self._ticker.look.points.get(run, ())
        told = (run, points[-1].step if points else 0)
        if told == self._large:
            return {}
        self._large = told
        return {"curves": {"run": run, "points": [list(asdict(one).values()) for one in points]}}

    def _weights(self) -> Iterator[bytes]:
        due = [
            (run, weights)
            for run, weights in self._ticker.look.weights.items()
            if self._versions.get(run) != weights.version
        ]
        told = list(self._versions)  # in the order in which they were told
        due.sort(key=lambda one: told.index(one[0]) if one[0] in self._versions else -1)
        left = WEIGHTS_PER_LOOK
        for run, weights in due:
            left -= len(weights.data)
            if left < 0:
                return
            self._versions.pop(run, None)
            self._versions[run] = weights.version
            yield _message({"run": run, "version": weights.version}, weights.data)


def _message(head: Mapping[str, Any], weights: bytes | None = None) -> bytes:
    return packed(json.dumps(head, separators=(",", ":"), allow_nan=False).encode(), weights)
