"""`events.jsonl`: appended by the worker, read by everybody else from where they last stopped."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from nnlab.errors import RunDamagedError, RunNotFoundError, RunTooNewError
from nnlab.files import open_plain
from nnlab.texts import _
from nnlab.training.events import (
    SCHEMA,
    TYPES,
    CheckpointSaved,
    Event,
    FitEnded,
    FitStarted,
    from_line,
)

EVENTS_FILE = "events.jsonl"
TAIL_BYTES = 16_384
LINE_BYTES = 64 * 1024
"""A longer line is no event of ours."""
PIECE_BYTES = 1024 * 1024
MOST_BYTES = 2**30
"""Five days of ten lines a second."""


class EventReader:
    """Reads what was appended since the last call. Holds no file open."""

    def __init__(self, run: Path, start: int = 0) -> None:
        """`start` are bytes at the beginning, up to a line's end, that are not read."""
        self._run = run
        self._offset = start
        self.damaged = 0
        """Lines that could not be read: a crash cut them short."""
        self.unknown = 0
        """Events of types that only later versions know."""

    def read_new(self) -> list[Event]:
        """The events of the whole lines that came since the last call.

        Raises:
            RunNotFoundError: the run directory is gone.
            RunDamagedError: it is no file that can be read; a later nnlab wrote it.
        """
        file = _open(self._run)
        if file is None:
            if self._run.is_dir():
                return []
            raise RunNotFoundError(_("The run {run} was deleted.", run=self._run.name))
        events: list[Event] = []
        try:
            with file:
                file.seek(self._offset)
                rest = b""
                while data := file.read(PIECE_BYTES):
                    whole, newline, rest = (rest + data).rpartition(b"\n")
                    parsed = _parse(self._run, whole.split(b"\n"))
                    self._offset += len(whole) + len(newline)
                    events += parsed.events
                    self.damaged += parsed.damaged
                    self.unknown += parsed.unknown
                    if len(rest) > LINE_BYTES:
                        self._offset += self._skip(file, rest)
                        rest = b""
        except OSError as error:
            raise _unreadable(self._run, error) from error
        return events

    def _skip(self, file: BinaryIO, rest: bytes) -> int:
        """Pass over a line that is too long. Returns its bytes; 0 where it has no end yet."""
        skipped = len(rest)
        while data := file.read(PIECE_BYTES):
            end = data.find(b"\n") + 1
            if end:
                skipped += end
                file.seek(end - len(data), os.SEEK_CUR)
                self.damaged += 1
                return skipped
            skipped += len(data)
        return 0


def read_head_and_tail(run: Path) -> tuple[Event | None, list[Event]]:
    """The first event, and the last ones (the first again where the file is short).

    Where the run has ended, its last word alone is the tail: it repeats what came before. A list
    of a thousand runs reads no more than this of each; of a sweep that has not ended the longest
    line more, so that a line with the figures of all its networks is among the last.

    Raises:
        RunDamagedError: it is no file that can be read; a later nnlab wrote it.
    """
    file = _open(run)
    if file is None:
        return None, []
    try:
        with file:
            size = file.seek(0, 2)
            whole, is_all = _lines_at_end(file, size, TAIL_BYTES)
            if is_all:
                first = whole[0]
            else:
                file.seek(0)
                first, *_others = (file.read(LINE_BYTES) or b"").split(b"\n", 1)
            head = _parse(run, [first]).events
            tail = _parse(run, [line for line in whole if line.strip()][-1:]).events
            if tail and isinstance(tail[0], FitEnded):
                return (head[0] if head else None), tail
            if not is_all and head and isinstance(head[0], FitStarted) and head[0].nets:
                whole, _is_all = _lines_at_end(file, size, TAIL_BYTES + LINE_BYTES)
    except OSError as error:
        raise _unreadable(run, error) from error
    return (head[0] if head else None), _parse(run, whole).events


def last_events(run: Path) -> list[Event]:
    """The last events, those before a last word among them, as many as 80 kB hold.

    Raises:
        RunDamagedError: as `read_head_and_tail`.
    """
    file = _open(run)
    if file is None:
        return []
    try:
        with file:
            lines, _is_all = _lines_at_end(file, file.seek(0, 2), TAIL_BYTES + LINE_BYTES)
    except OSError as error:
        raise _unreadable(run, error) from error
    return _parse(run, lines).events


def _lines_at_end(file: BinaryIO, size: int, most: int) -> tuple[list[bytes], bool]:
    """The lines that begin within the last `most` bytes, and whether these are all there are."""
    start = max(0, size - most)
    file.seek(start)
    lines = (file.read(most) or b"").split(b"\n")
    return (lines[1:] if start else lines), not start


def _open(run: Path) -> BinaryIO | None:
    """The file; None where there is none, as of a run that waits."""
    path = run / EVENTS_FILE
    try:
        file = open_plain(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        if path.is_symlink():
            raise _unreadable(run, error) from error
        return None
    except OSError as error:
        raise _unreadable(run, error) from error
    if os.fstat(file.fileno()).st_size > MOST_BYTES:
        file.close()
        raise RunDamagedError(
            _(
                "{file} of run {run} is larger than {most} GB, which no run writes: delete it.",
                file=EVENTS_FILE,
                run=run.name,
                most=MOST_BYTES // 2**30,
            )
        )
    return file


def log_size(run: Path) -> int:
    """Bytes of a run's events; 0 where there are none, or they cannot be looked at."""
    try:
        return (run / EVENTS_FILE).stat().st_size
    except OSError:
        return 0


def newest(events: Sequence[Event]) -> Event | None:
    """The last event that says where the run stands; the best checkpoint's is of the past."""
    return next((e for e in reversed(events) if not isinstance(e, CheckpointSaved)), None)


def _unreadable(run: Path, error: OSError) -> RunDamagedError:
    return RunDamagedError(
        _(
            "The events of run {run} cannot be read ({error}): try again, repair {file}, or delete"
            " the run.",
            run=run.name,
            error=error.strerror or error,
            file=EVENTS_FILE,
        )
    )


@dataclass
class _Parsed:
    events: list[Event] = field(default_factory=list)
    damaged: int = 0
    unknown: int = 0


def _parse(run: Path, lines: list[bytes]) -> _Parsed:
    parsed = _Parsed()
    for line in lines:
        if not line.strip():
            continue
        if len(line) > LINE_BYTES:
            parsed.damaged += 1
            continue
        try:
            event = from_line(line)
        except ValidationError:
            said = _object(line)
            if said.get("type") == "fit_started":
                _must_be_known(run, said.get("schema"))
            is_unknown = isinstance(said.get("type"), str) and said["type"] not in TYPES
            parsed.unknown += is_unknown
            parsed.damaged += not is_unknown
            continue
        if isinstance(event, FitStarted):
            _must_be_known(run, event.schema_)
        parsed.events.append(event)
    return parsed


def _object(line: bytes) -> dict[str, Any]:
    """Parse a line of any event type; empty if it is no JSON object."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _must_be_known(run: Path, schema: object) -> None:
    if isinstance(schema, int) and schema > SCHEMA:
        raise RunTooNewError(
            _(
                "The run {run} was written by a later nnlab: its {file} has format {received}, and"
                " this nnlab reads up to {newest}. Update nnlab to open it; nothing of it was"
                " changed.",
                run=run.name,
                file=EVENTS_FILE,
                received=schema,
                newest=SCHEMA,
            )
        )
