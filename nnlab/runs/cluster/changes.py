"""Changes of a folder on a node, applied to the server's folder.

A run on a node trains an ordinary run directory. `Watch` looks at it from a thread of its own, many
times a second, and tells what was appended and what was written anew; `apply` does the same to the
server's run directory. The folder of a replay (`nnlab.runs.rewind.past`) goes the same way.
"""

import contextlib
import json
import logging
import math
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nnlab.errors import NnlabError
from nnlab.files import UNWRITABLE, open_plain, sync_folder, write_all, write_bytes
from nnlab.runs.record import log
from nnlab.runs.record.weight_files import BEST, FOLDER, LIVE
from nnlab.texts import _

logger = logging.getLogger(__name__)

Kind = Literal["run", "replay"]
"""The content of a folder: a run, or past states of one."""
WORKER_LOG = "worker.log"
MOST_LOG_BYTES = 10**6
"""Limit for `worker.log` on the server: the rest of a longer one stays on its node."""
PIECE_BYTES = 2**20
"""Limit for events or log read at a time."""
WORD_BYTES = 2**16
"""The longest message of a replay on its progress or failure, in bytes."""

CHECKPOINT = rf"{FOLDER}/(?:[0-9]{{10,16}}\.pt|{re.escape(BEST)})"
REPLAYED = r"(?:path-|film-)?[0-9]{10,16}"
APPENDED: dict[Kind, re.Pattern[str]] = {
    "run": re.compile(rf"{re.escape(log.EVENTS_FILE)}|{re.escape(WORKER_LOG)}"),
    "replay": re.compile(r"(?!)"),
}
REPLACED: dict[Kind, re.Pattern[str]] = {
    "run": re.compile(rf"{re.escape(LIVE)}|{CHECKPOINT}"),
    "replay": re.compile(rf"{REPLAYED}\.(?:pt|progress|failed)"),
}
REMOVED: dict[Kind, re.Pattern[str]] = {
    "run": re.compile(r"(?!)"),
    "replay": re.compile(rf"{REPLAYED}\.(?:wanted|progress)"),
}
"""The names that a change may have, whole: nothing else is written on the server."""
LIVE_BYTES = 2 * 10**6
"""Limit for weights for viewers, a second: a browser gets a quarter of it (`nnlab.wire`)."""
SHOWN_AT_ONCE = b'"control_applied"', b'"paused":true'
"""Events after which weights are sent at once: their readers find the weights they speak of."""
KEPT_ON_DISK = b'"checkpoint_saved"', b'"fit_ended"'
"""Types of events after which a worker waits for the disk (`Recorder`)."""


@dataclass(frozen=True)
class Appended:
    """Bytes that came at the end of a file: of events whole lines only."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Replaced:
    """A file that was written anew, whole. `name` is relative to the folder, with `/`."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Removed:
    """A file that is gone: of a replay, which says so that it is over."""

    name: str


Change = Appended | Replaced | Removed
Mark = tuple[int, int, int]
"""Another one whenever a file was written anew: its number, time (in ns) and size."""


class Watch:
    """Tells what is new in a folder since it was made. For one reader; it writes nothing."""

    def __init__(
        self, folder: Path, kind: Kind, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Regard the folder's present content as known. `clock` is in seconds."""
        self._folder, self._kind, self._clock = folder, kind, clock
        self._next_live = 0.0
        """Time from which weights for viewers may be sent again."""
        self._read = {name: _size(folder / name) for name in (log.EVENTS_FILE, WORKER_LOG)}
        """Bytes of a file that were told."""
        self._seen = self._marks()

    def take(self) -> list[Change]:
        """Return the changes since the last call, files first and events last; empty if none.

        An event never comes before the file that it speaks of. Of a file that was written several
        times only the newest is told. Of events at most a megabyte comes at once, so after the last
        one is written call it until it is empty.

        Raises:
            OSError: a file cannot be read.
        """
        return self._of_run() if self._kind == "run" else self._of_replay()

    def rest(self) -> list[Change]:
        """All that is left, once nobody writes any more: files that no event names, too.

        The newest weights are told in any case: those written within one tick of the disk's clock
        may look alike.
        """
        self._seen.pop(LIVE, None)
        changes: list[Change] = [*self._replaced(list(self._marks()))]
        while found := self.take():
            changes += found
        return changes

    def _of_run(self) -> list[Change]:
        # In this order: what an event speaks of was written before it.
        events = self._news(log.EVENTS_FILE, whole_lines=True)
        is_due = self._clock() >= self._next_live or any(kind in events for kind in SHOWN_AT_ONCE)
        names = [*([LIVE] if is_due else []), *_named(events)]
        files = self._replaced(names)
        for file in files:
            if file.name == LIVE:
                self._next_live = self._clock() + len(file.data) / LIVE_BYTES
        changes: list[Change] = [*files]
        if said := self._news(WORKER_LOG):
            changes.append(Appended(WORKER_LOG, said))
        if events:
            changes.append(Appended(log.EVENTS_FILE, events))
        return changes

    def _of_replay(self) -> list[Change]:
        marks = self._marks()
        gone = [name for name in self._seen if name not in marks]
        changes: list[Change] = []
        changes += self._replaced([name for name in marks if self._seen.get(name) != marks[name]])
        for name in gone:
            del self._seen[name]
        return changes + [Removed(name) for name in gone if REMOVED["replay"].fullmatch(name)]

    def _news(self, name: str, *, whole_lines: bool = False) -> bytes:
        path, read = self._folder / name, self._read[name]
        if _size(path) <= read:
            return b""
        with open_plain(path) as file:
            file.seek(read)
            data = file.read(PIECE_BYTES) or b""
        if whole_lines:
            data = data[: data.rfind(b"\n") + 1]
        self._read[name] += len(data)
        return data

    def _replaced(self, names: Sequence[str]) -> list[Replaced]:
        """Return those of the files that were replaced since they were last told."""
        found: list[Replaced] = []
        for name in dict.fromkeys(names):
            with contextlib.suppress(FileNotFoundError):  # thinned out since, or not there yet
                path = self._folder / name
                mark = _mark(path.stat())
                if self._seen.get(name) == mark or not REPLACED[self._kind].fullmatch(name):
                    continue
                data = path.read_bytes()  # newer than the mark it may be, then it is told again
                self._seen[name] = mark
                found.append(Replaced(name, data))
        return found

    def _marks(self) -> dict[str, Mark]:
        """Return the marks of all files that may be reported as rewritten or removed."""
        marks: dict[str, Mark] = {}
        folders = ("", f"{FOLDER}/") if self._kind == "run" else ("",)
        for inside in folders:
            with contextlib.suppress(FileNotFoundError), os.scandir(self._folder / inside) as files:
                for file in files:
                    name = inside + file.name
                    told = REPLACED[self._kind].fullmatch(name)
                    if told or REMOVED[self._kind].fullmatch(name):
                        with contextlib.suppress(FileNotFoundError):
                            marks[name] = _mark(file.stat())
        return marks


def apply(folder: Path, changes: Sequence[Change], kind: Kind = "run") -> None:
    """Make the changes in the server's folder, in their order, as a worker there would have.

    Checkpoints and the end of a run are on the disk itself when it returns; older checkpoints are
    thinned out. Where the disk is full, weights for viewers may fail, but not at the end of a run.

    Raises:
        NnlabError: a change that no node makes: of another file, of half a line, of too much at
            once. None of the changes was made.
        OSError: there is no room or no right to write, or the folder is gone. Some changes may be
            made, and a line be cut short: they are not to be tried again.
    """
    for change in changes:
        _must_be_known(change, kind)
    is_last = any(isinstance(one, Appended) and KEPT_ON_DISK[1] in one.data for one in changes)
    for change in changes:
        match change:
            case Appended(name=log.EVENTS_FILE):
                _append_events(folder, change.data)
            case Appended():
                _append_log(folder / change.name, change.data)
            case Replaced(name=name) if name == LIVE:
                _write_live(folder, change.data, is_last=is_last)
            case Replaced() if kind == "run":
                _write_checkpoint(folder / change.name, change.data)
            case Replaced():
                _write_replayed(folder / change.name, change.data)
            case Removed():
                (folder / change.name).unlink(missing_ok=True)


def _append_events(folder: Path, data: bytes) -> None:
    with (folder / log.EVENTS_FILE).open("ab", buffering=0) as file:
        write_all(file, data)
        if any(kind in data for kind in KEPT_ON_DISK):
            os.fsync(file.fileno())
            sync_folder(folder)


def _append_log(path: Path, data: bytes) -> None:
    room = MOST_LOG_BYTES - _size(path)
    if room > 0:
        with path.open("ab", buffering=0) as file:
            write_all(file, data[:room])


def _write_live(folder: Path, data: bytes, *, is_last: bool) -> None:
    try:
        write_bytes(folder / LIVE, data)
    except OSError as error:
        if is_last or error.errno not in UNWRITABLE:
            raise
        logger.warning("viewers see older weights of run %s: %s", folder.name, error)


def _write_checkpoint(path: Path, data: bytes) -> None:
    from nnlab.runs.record.checkpoints import thin_out

    path.parent.mkdir(exist_ok=True)
    write_bytes(path, data, durable=True)
    if path.name != BEST:
        thin_out(path.parent)


def _write_replayed(path: Path, data: bytes) -> None:
    write_bytes(path, data)
    if path.suffix == ".pt":
        from nnlab.runs.rewind.past import thin_out

        thin_out(path)


def _must_be_known(change: Change, kind: Kind) -> None:
    match change:
        case Appended():
            names = APPENDED[kind]
        case Replaced():
            names = REPLACED[kind]
        case Removed():
            names = REMOVED[kind]
    if not names.fullmatch(change.name):
        raise NnlabError(
            _(
                "A node sent the file {name!a}, which no {kind} has: nothing of it was written."
                " Start the same nnlab on all nodes.",
                name=change.name[:100],
                kind=kind,
            )
        )
    if isinstance(change, Removed):
        return
    is_events = isinstance(change, Appended) and change.name == log.EVENTS_FILE
    if is_events and not change.data.endswith(b"\n"):
        raise NnlabError(
            _(
                "A node sent half a line of {file}: nothing of it was written. Start the same"
                " nnlab on all nodes.",
                file=log.EVENTS_FILE,
            )
        )
    most = PIECE_BYTES if isinstance(change, Appended) else math.inf
    if change.name.endswith((".progress", ".failed")):
        most = WORD_BYTES
    if len(change.data) > most:
        raise NnlabError(
            _(
                "A node sent {size:,} bytes of {file} at once, and at most {most:,} come: nothing"
                " of it was written. Start the same nnlab on all nodes.",
                size=len(change.data),
                file=change.name,
                most=most,
            )
        )


def _named(events: bytes) -> list[str]:
    """The checkpoints that these lines speak of, in their order."""
    names = []
    for line in events.split(b"\n"):
        if KEPT_ON_DISK[0] in line:
            with contextlib.suppress(ValueError):  # the end of a line that a crash cut short
                said = json.loads(line)
                if isinstance(said, dict) and isinstance(said.get("file"), str):
                    names.append(f"{FOLDER}/{said['file']}")
    return names


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _mark(stat: os.stat_result) -> Mark:
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
