"""A kernel's messages to a notebook's page on a training run: pushed, never requested.

While a cell runs, the kernel hears nothing of the page, so nothing here waits for an answer.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from safetensors import SafetensorError, deserialize

from nnlab.export.html.recorded_moments import Floats, Needed
from nnlab.runs.record.status import Status
from nnlab.runs.run import Run
from nnlab.wire.events import PIECE_BYTES, EventFile
from nnlab.wire.weights import WeightFile

Send = Callable[[dict[str, Any], list[bytes]], None]
DTYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "<u1"}
MOST_KEPT = 4_000_000
"""Bytes of weights that are kept of a run while it trains, for its recording."""


@dataclass
class WeightHistory:
    """The weights that were told, evenly thinned where they are many."""

    steps: list[int] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)

    def add(self, step: int, values: Floats) -> None:
        """One more; a run that goes on from an earlier step makes its later moments anew."""
        while self.steps and self.steps[-1] >= step:
            self.steps.pop()
            self.values.pop()
        self.steps.append(step)
        self.values.append(values)
        if len(self.values) * values.nbytes > MOST_KEPT:
            places = sorted({*range(0, len(self.steps), 2), len(self.steps) - 1})
            self.steps = [self.steps[i] for i in places]
            self.values = [self.values[i] for i in places]


class News:
    """The news of one run, from its beginning on. Belongs to one thread."""

    def __init__(self, run: Run, needed: Needed | None, send: Send) -> None:
        self.run, self.needed, self._send = run, needed, send
        self.kept = WeightHistory()
        self.offset = 0
        """How far the events were told, in bytes of their file."""
        self._events, self._weights = EventFile(run.path), WeightFile(run.path)
        self._told: Status | None = None
        self._is_anew = False

    def again(self) -> None:
        """Begin anew: the page has missed something."""
        self._is_anew = True
        self._repeat()

    def repeat(self) -> None:
        """Tell next what was told already, where it is one message; a page takes what it lacks.

        What is sent before a page has opened its widget is lost, and while its cell runs the page
        cannot say so.
        """
        if self._events.end <= PIECE_BYTES:
            self._repeat()

    def _repeat(self) -> None:
        self.offset, self._told = 0, None
        self._weights = WeightFile(self.run.path)

    @property
    def is_new(self) -> bool:
        """Whether nothing was told of the run yet: who trains it has not begun."""
        return self._events.end == 0

    @property
    def is_telling(self) -> bool:
        """Whether an event was read after which the status may be another; asks once."""
        found, self._events.is_telling = self._events.is_telling, False
        return found

    def tell(self, status: Status) -> int:
        """Send what is new. Returns how many bytes that were.

        Raises:
            NnlabError: the run is gone, or a later nnlab wrote its events.
            OSError: a file cannot be read.
        """
        weights = self._newest()  # before the events: their step is told by then, or later
        self._events.look()
        if not self._events.starts_line(self.offset):
            self.offset = 0
        piece = self._events.piece(self.offset)
        head: dict[str, Any] = {"type": "news", "from": piece.start, "next": piece.end}
        head |= {"status": status, "has": [], "anew": self._is_anew}
        buffers: list[bytes] = []
        if piece.events:
            head["has"].append("events")
            buffers.append(b"[" + piece.events + b"]")
        if weights is not None:
            head["step"] = weights[0]
            head["has"].append("weights")
            buffers.append(weights[1].astype("<f4").tobytes())
        self.offset, self._is_anew = piece.end, False
        if not buffers and status == self._told:
            return 0
        self._told = status
        self._send(head, buffers)
        return sum(map(len, buffers)) + (self.tell(status) if piece.more else 0)

    def tell_picture(self, step: int, answers: Floats, status: Status) -> None:
        """Send the answers over the plane, float32 [outputs × places], that the kernel computed."""
        head = {"type": "news", "from": self.offset, "next": self.offset, "step": step}
        self._send(
            {**head, "status": status, "has": ["picture"]}, [answers.astype("<f4").tobytes()]
        )

    def _newest(self) -> tuple[int, Floats] | None:
        """The newest weights, where they are others than before and those of this network."""
        if self.needed is None or not self._weights.look():
            return None
        content = self._weights.take(self.needed.names)
        found = read_moment(content, self.needed) if content is not None else None
        if found is not None:
            self.kept.add(*found)
        return found


def read_moment(content: bytes, needed: Needed) -> tuple[int, Floats] | None:
    """The step and the needed tensors of a safetensors file; None: it is of another network."""
    try:
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        step = int(header.get("__metadata__", {}).get("step", 0))
        arrays = {name: _array(entry) for name, entry in deserialize(content)}
    except (SafetensorError, ValueError, KeyError):
        return None
    values = needed.flat(arrays)
    return (step, values) if values is not None else None


def _array(entry: dict[str, Any]) -> np.ndarray:
    if entry["dtype"] == "BF16":  # the upper half of a float32
        halves = np.frombuffer(entry["data"], "<u2").astype("<u4") << 16
        return halves.view("<f4").reshape(entry["shape"])
    return np.frombuffer(entry["data"], DTYPES[entry["dtype"]]).reshape(entry["shape"])
