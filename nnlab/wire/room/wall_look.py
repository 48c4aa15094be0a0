"""The wall at one moment: how each student stands, and the newest weights of their runs."""

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.judgement import Point, judge
from nnlab.classroom.members import Member
from nnlab.errors import NnlabError
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run
from nnlab.wire.hub import Hub
from nnlab.wire.room.course import FIGURES, Course
from nnlab.wire.room.run_index import RunIndex

SPARK_POINTS = 24
"""Points of the small curve of a run that has no picture."""
FIGURE_DIGITS = 4

logger = logging.getLogger("nnlab.wall")


@dataclass(frozen=True)
class Weights:
    """The newest of one run."""

    version: str
    data: bytes


@dataclass(frozen=True)
class Look:
    """Plain data that never changes: any thread may read it."""

    students: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Students by person, in the form of docs/wire.md."""
    scenes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Facts sent once, by run."""
    weights: Mapping[str, Weights] = field(default_factory=dict)
    """Weights of at most 64 kB of runs that have a picture, by run."""
    points: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    """Curves as far as they are kept, by run."""
    newest: Mapping[str, str] = field(default_factory=dict)
    """Id of each lecturer's newest run."""


class WallReader:
    """Reads what the wall shows. One thread at a time asks it."""

    def __init__(self, room: Classroom, hub: Hub) -> None:
        self._room, self._hub = room, hub
        self._index = RunIndex(hub.runs_dir)
        self._courses: dict[str, Course] = {}

    def look(self) -> Look:
        """The wall as it is now: some ms for thirty students. Raises OSError as `RunIndex`."""
        self._index.look()
        members = self._room.members()
        courses = {member.person: self._course(member) for member in members}
        found = [(one, courses[one.person]) for one in members if one.role == "student"]
        shown = [course for _member, course in found if course is not None]
        self._courses = {course.run.id: course for course in courses.values() if course is not None}
        return Look(
            students={
                member.person: self._standing(member, course, number)
                for number, (member, course) in enumerate(found, start=1)
            },
            scenes={course.run.id: course.scene for course in shown},
            weights={
                course.run.id: Weights(course.version, course.weights)
                for course in shown
                if course.weights is not None and course.version
            },
            points={course.run.id: tuple(course.points) for course in shown},
            newest={
                member.person: course.run.id
                for member in members
                if member.role == "lecturer" and (course := courses[member.person]) is not None
            },
        )

    def _course(self, member: Member) -> Course | None:
        """Return the state of a member's newest run; for a lecturer, only which run it is."""
        run_id = self._index.newest(member.person, self._room.created)
        if run_id is None:
            return None
        try:
            course = self._courses.get(run_id) or Course(Run(self._hub.runs_dir / run_id))
            if member.role == "student":
                course.look()
        except (NnlabError, OSError) as error:
            logger.info("The wall leaves out the run %s: %s", run_id, error)
            return None
        return course

    def _standing(self, member: Member, course: Course | None, number: int) -> dict[str, Any]:
        said: dict[str, Any] = {"person": member.person, "name": member.name, "number": number}
        status: Status | None = None
        if course is not None:
            try:
                status = self._hub.status(course.run)
            except (NnlabError, OSError):  # deleted just now
                course = None
        if course is None:
            word, why = judge(None, (), 0.0)
            return said | {"run": None, "judgement": word, "why": why, "since": member.joined}
        word, why = judge(status, course.points, course.silent(time.time()))
        figures = {name: _short(course.figures[name]) for name in FIGURES}
        return said | {
            "run": course.run.id,
            "status": status,
            "judgement": word,
            "why": why,
            "step": course.step,
            "epoch": course.epoch,
            "since": round(course.active, 1),
            **figures,
            **({} if course.version else {"spark": _spark(course.points)}),
        }


def _short(value: float | None) -> float | None:
    if value is None or value == 0:
        return value
    return round(value, FIGURE_DIGITS - 1 - math.floor(math.log10(abs(value))))


def _spark(points: list[Point]) -> dict[str, Any] | None:
    """The accuracy over the steps; of a regression, which has none, the loss."""
    is_share = any(point.accuracy is not None for point in points)
    values = [(point.step, point.accuracy if is_share else point.train_loss) for point in points]
    told = [(step, _short(value)) for step, value in values if value is not None]
    if len(told) < 2:
        return None
    every = math.ceil(len(told) / SPARK_POINTS)
    kept = told[::-every][::-1]  # the newest is among them
    return {"of": "accuracy" if is_share else "loss", "points": kept}
