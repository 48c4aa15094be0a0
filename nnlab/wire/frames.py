"""A frame: a JSON head with events and status, and the weights behind it (docs/wire.md)."""

import json
from collections.abc import Hashable
from dataclasses import dataclass

from cachetools import LRUCache

from nnlab.runs.record.status import Status
from nnlab.wire.events import EventFile, Piece
from nnlab.wire.weights import Parts, WeightFile

CACHE_BYTES = 16 * 1024 * 1024
"""Limit for the newest frames of all runs together."""
ALIGNMENT = 8


@dataclass(frozen=True)
class Frame:
    """The content of one message."""

    data: bytes
    end: int
    """How far the events have been read with it, in bytes."""
    version: str
    """Version of its weights; "" where there are none."""
    weights: int
    """Bytes of weights in it."""


@dataclass(frozen=True)
class Standing:
    """How a run stands."""

    status: Status
    place: int | None = None
    """In the queue, from 1."""


def new_cache() -> LRUCache[Hashable, Frame]:
    """Keeps the frames that were asked for last."""
    return LRUCache(CACHE_BYTES, getsizeof=lambda frame: len(frame.data))


class FrameMaker:
    """The frames of one run. Viewers at the same place are given the same frame, built once."""

    def __init__(
        self, events: EventFile, weights: WeightFile, cache: LRUCache[Hashable, Frame]
    ) -> None:
        self._events, self._weights, self._cache = events, weights, cache
        self.built = 0
        """Frames that were not found in the cache."""

    def frame(self, offset: int, standing: Standing, parts: Parts, version: str) -> Frame:
        """The frame for a viewer.

        Args:
            offset: of `events.jsonl`, where a line starts.
            standing: is told with it.
            parts: the tensors to send.
            version: of these parts, as `WeightFile.version` says it; "" for no weights.

        Raises:
            RefusedError: a later nnlab wrote the events.
            OSError: a file cannot be read.
        """
        events = self._events
        key = (self, events.generation, offset, events.end, standing, version)
        frame = self._cache.get(key)
        if frame is None:
            piece = events.piece(offset)
            weights = self._weights.take(parts) if version else None
            frame = build(piece, standing, version, weights)
            self._cache[key] = frame
            self.built += 1
        return frame


def build(piece: Piece, standing: Standing, version: str, weights: bytes | None) -> Frame:
    """The bytes of a frame; without `weights` it has no `version` either."""
    head = bytearray(b'{"offset":%d,"from":%d,"status":"' % (piece.end, piece.start))
    head += standing.status.encode() + b'"'
    if standing.place is not None:
        head += b',"place":%d' % standing.place
    if piece.events:
        head += b',"events":[' + piece.events + b"]"
    if piece.more:
        head += b',"more":true'
    if weights is not None:
        head += b',"version":' + json.dumps(version).encode()
    head += b"}"
    data = packed(bytes(head), weights)
    if weights is None:
        return Frame(data, piece.end, "", 0)
    return Frame(data, piece.end, version, len(weights))


def packed(head: bytes, weights: bytes | None = None) -> bytes:
    """A message: the head's length, the head (JSON), and the weights at a multiple of 8."""
    head += b" " * (-(4 + len(head)) % ALIGNMENT)
    return len(head).to_bytes(4, "little") + head + (weights or b"")
