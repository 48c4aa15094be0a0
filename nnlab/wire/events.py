"""`events.jsonl` as viewers get it: whole lines from any place on, as they stand in the file."""

import json
from dataclasses import dataclass
from pathlib import Path

from nnlab.errors import RunNotFoundError
from nnlab.files import open_plain
from nnlab.runs.record.log import EVENTS_FILE, MOST_BYTES
from nnlab.texts import _
from nnlab.training.events import SCHEMA
from nnlab.wire.refusals import deleted, too_new

PIECE_BYTES = 256 * 1024
"""Limit for the part of the file in one frame."""
LINE_BYTES = 64 * 1024
"""A longer line is no event of ours, and left out."""
SEARCH_BYTES = 1024 * 1024
TAIL_BYTES = 64
"""The end of what was read, by which the file is known again."""
TELLING = (b'"fit_started"', b'"fit_ended"', b'"control_applied"', b'"paused":true')
"""Texts of lines after which the run's status may have changed."""


@dataclass(frozen=True)
class Piece:
    """Some complete lines of the file."""

    start: int
    """Bytes before them."""
    end: int
    """Bytes up to where they end."""
    events: bytes
    """JSON objects with commas between; empty where no line holds one."""
    more: bool
    """Whether further whole lines follow."""


class EventFile:
    """Knows where the file's whole lines end. Holds no file open."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._path = run / EVENTS_FILE
        self._mark: tuple[int, ...] = ()
        self._size = 0
        self._tail = b""
        self.end = 0
        """Bytes up to where the last whole line ends."""
        self.generation = 0
        """Another one where the file does not go on from what was read: all begin anew at 0."""
        self.is_telling = False
        """Whether the status may be another since this was last set to False."""

    def look(self) -> bool:
        """Whether there is another end, or another file, than at the last look.

        Raises:
            RunNotFoundError: the run directory is gone.
            OSError: the file cannot be read.
        """
        before = self.generation, self.end
        try:
            stat = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            if not self._run.is_dir():
                raise RunNotFoundError(str(deleted(self._run.name))) from None
            if self._mark:
                self._forget()
            return before != (self.generation, self.end)
        if stat.st_size > MOST_BYTES:
            raise OSError(_("{file} is larger than any run writes", file=EVENTS_FILE))
        mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if mark != self._mark:
            self._follow()
            self._mark = mark
        return before != (self.generation, self.end)

    def starts_line(self, offset: int) -> bool:
        """Whether a whole line, or the end of the last one, is just before that place."""
        if offset > self.end:
            return False
        return offset == 0 or self._read(offset - 1, 1) == b"\n"

    def piece(self, offset: int) -> Piece:
        """The lines from a place on at which one starts, 256 kB at most.

        Raises:
            RefusedError: a later nnlab wrote them.
            OSError: the file cannot be read.
        """
        if offset >= self.end:  # nothing is left; a run that waits has no file yet
            return Piece(offset, offset, b"", False)
        data = self._read(offset, min(PIECE_BYTES, self.end - offset))
        length = data.rfind(b"\n") + 1
        if not length:  # a single line, longer than what is sent
            after = self.line_end(offset + len(data))
            return Piece(offset, after, b"", after < self.end)
        events = b",".join(filter(self._is_event, data[:length].split(b"\n")))
        return Piece(offset, offset + length, events, offset + length < self.end)

    def _follow(self) -> None:
        """Find the end of the last whole line; what was searched before is not searched again."""
        with open_plain(self._path) as file:
            size = file.seek(0, 2)
            file.seek(self._size - len(self._tail))
            if size < self._size or file.read(len(self._tail)) != self._tail:
                self._forget()
            if not self._size:
                self._find_last(size)
                return
            file.seek(self._size)
            while data := file.read(SEARCH_BYTES):
                newline = data.rfind(b"\n")
                if newline >= 0:
                    self.end = self._size + newline + 1
                self._size += len(data)
                self._tail = (self._tail + data)[-TAIL_BYTES:]
                self.is_telling |= any(word in data for word in TELLING)

    def _find_last(self, size: int) -> None:
        """The end of the last whole line of a file that was not read before, from behind."""
        stop = size
        while stop > 0 and not self.end:
            start = max(0, stop - PIECE_BYTES)
            data = self._read(start, stop - start)
            if stop == size:
                self._tail = data[-TAIL_BYTES:]
            self.end = start + data.rfind(b"\n") + 1 if b"\n" in data else 0
            stop = start
        self._size, self.is_telling = size, True

    def _forget(self) -> None:
        self.generation += 1
        self._size, self._tail, self.end, self._mark = 0, b"", 0, ()
        self.is_telling = True

    def line_end(self, start: int) -> int:
        """Return the end of the line that contains a place, its newline included; `end` at most."""
        while start < self.end:
            data = self._read(start, min(SEARCH_BYTES, self.end - start))
            if b"\n" in data:
                return start + data.index(b"\n") + 1
            if not data:
                break
            start += len(data)
        return self.end

    def _read(self, start: int, count: int) -> bytes:
        with open_plain(self._path) as file:
            file.seek(start)
            return file.read(count) or b""

    def _is_event(self, line: bytes) -> bool:
        if not line or len(line) > LINE_BYTES:
            return False
        try:
            said = _DECODER.decode(line.decode())
        except (ValueError, RecursionError):
            return False
        if not isinstance(said, dict):
            return False
        schema = said.get("schema")
        if said.get("type") == "fit_started" and isinstance(schema, int) and schema > SCHEMA:
            raise too_new(self._run.name)
        return True


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


# Python reads NaN and Infinity as numbers; in a browser the whole frame would be unreadable.
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
