"""One student's run as the wall follows it: from the end of its events on, and its weights."""

import json
import math
import time
from collections.abc import Mapping
from typing import Any

from nnlab.classroom.judgement import Point
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run
from nnlab.wire.events import EventFile
from nnlab.wire.room.scene import scene_of
from nnlab.wire.weights import WeightFile

FIRST_BYTES = 256 * 1024
"""Bytes of the end of a run's events read at first: some two minutes of ten lines a second."""
PIECES_A_LOOK = 4
"""Pieces of 256 kB read at a time; more than that in a second waits for the next reading."""
MOST_POINTS = 240
"""Limit for the points of a curve: beyond it every second one is dropped."""
FIGURES = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")


class Course:
    """See the module. `look` blocks for a moment: a thread calls it."""

    def __init__(self, run: Run) -> None:
        """Raises NnlabError: the run is gone, or cannot be read."""
        self.run = run
        self.scene = scene_of(run)
        self.points: list[Point] = []
        self.step = self.epoch = 0
        self.total_steps: int | None = None
        self.figures: dict[str, float | None] = dict.fromkeys(FIGURES)
        self.active = run.meta.created
        """When its worker wrote last, in seconds since 1970."""
        self.version = ""
        """Version of its weights; "" where there are none of at most 64 kB."""
        self.weights: bytes | None = None
        self._events, self._files = EventFile(run.path), WeightFile(run.path)
        self._offset, self._generation = -1, 0
        self._every, self._seen = 1, 0

    def look(self) -> None:
        """Take in what is new.

        Raises:
            NnlabError: the run is gone, or a later nnlab wrote it.
            OSError: its files cannot be read.
        """
        if self._events.look() or self._offset < 0:
            self._read_events()
            self.active = max(self.active, self._written())
        if self.scene["network"] is not None and self._files.look():
            self.version = self._files.version(None)
            self.weights = self._files.take(None)

    def _written(self) -> float:
        try:
            return (self.run.path / EVENTS_FILE).stat().st_mtime
        except OSError:  # a run that waits has no events yet
            return 0.0

    def _read_events(self) -> None:
        events = self._events
        if self._offset < 0 or self._generation != events.generation:
            self._generation = events.generation
            place = events.end - FIRST_BYTES
            self._offset = events.line_end(place) if place > 0 else 0
        for _piece in range(PIECES_A_LOOK):
            piece = events.piece(self._offset)
            self._offset = piece.end
            for event in json.loads(b"[" + piece.events + b"]"):
                self._add(event)
            if not piece.more:
                break

    def _add(self, event: Mapping[str, Any]) -> None:
        kind, step = event.get("type"), event.get("step")
        if not isinstance(step, int) or kind in ("checkpoint_saved", "net_ended"):
            return
        self.step, self.epoch = step, _whole(event.get("epoch"))
        if kind == "fit_started":
            self.total_steps = _whole(event.get("total_steps"))
            self.points = [point for point in self.points if point.step <= step]
        if kind not in ("progress", "epoch_ended", "evaluated", "fit_ended"):
            return
        found = {name: _finite(event[name]) for name in FIGURES if name in event}
        self.figures.update(found)
        if kind in ("progress", "epoch_ended") and found and not event.get("paused"):
            self._keep(Point(step, **found))

    def _keep(self, point: Point) -> None:
        self._seen += 1
        if self._seen % self._every:
            return
        self.points.append(point)
        if len(self.points) > MOST_POINTS:
            self.points = self.points[::2]
            self._every *= 2

    def silent(self, now: float | None = None) -> float:
        """Seconds since its worker wrote anything."""
        return max(0.0, (time.time() if now is None else now) - self.active)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _finite(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
