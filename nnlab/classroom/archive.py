"""Everything a class made, in one zip: runs, answers, the challenge, a table of results.

It is made while it is sent, in pieces, so that neither the memory nor a full disk bounds it. What
is deleted meanwhile is left out; of what grows meanwhile comes what was there.
"""

import json
import re
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from nnlab.classroom.classroom import CLASS_FILE, Classroom
from nnlab.classroom.members import Member
from nnlab.classroom.results import table_of
from nnlab.files import open_plain
from nnlab.runs.record import log
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.recorded.record import DATA, GRAPH, RECORD
from nnlab.runs.store import EXPERIMENT, META, SWEEP, Listed, Store
from nnlab.texts import _

PIECE = 256 * 1024
"""Bytes read of a file, and sent, at once."""
OF_A_RUN = (EXPERIMENT, SWEEP, RECORD, GRAPH, DATA, META, log.EVENTS_FILE, LIVE)
"""Files of a run that are in it, those that it has: the last holds the final weights."""
MOST_FILES = 10_000
"""Limit for the files in the class's own folder."""
UNSAFE = re.compile(r"[^\w-]+")
"""Characters that a folder's name may not have on every file system."""
Moment = tuple[int, int, int, int, int, int]


class _Sink:
    """A file without a beginning to go back to, whose content is taken away piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes | memoryview) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        content, self._parts = b"".join(self._parts), []
        return content


def archive_of(room: Classroom, store: Store) -> Iterator[bytes]:
    """The zip, in pieces of about 256 kB.

    It holds `results.csv`, `members.json`, `class/` with what else was kept of the class (answers,
    the challenge), and `runs/<number name>/<run>/` with each run's files.

    Args:
        room: the class.
        store: all runs of the server; those of people who are or were in the class are taken.
    """
    sink = _Sink()
    made: Moment = time.localtime()[:6]
    members = {member.person: member for member in room.members()}
    persons = room.persons()
    runs = [run for run in store.listed() if run.meta.owner in persons]
    folders = _folders(members, runs)
    left_out: list[str] = []
    with zipfile.ZipFile(cast(IO[bytes], sink), "w", compresslevel=1) as archive:
        table = table_of(runs, {person: member.name for person, member in members.items()})
        yield from _add(archive, sink, "results.csv", table, made)
        yield from _add(archive, sink, "members.json", [_list_of(members, folders)], made)
        for path in _own_files(room.folder):
            yield from _add_file(archive, sink, f"class/{path.name}", path, made, left_out)
        for run in runs:
            for name in OF_A_RUN:
                path, place = run.run.path / name, f"{folders[run.meta.owner]}/{run.run.id}/{name}"
                yield from _add_file(archive, sink, place, path, made, left_out)
        if left_out:
            said = [_("What could not be read:"), *left_out, ""]
            yield from _add(archive, sink, "left_out.txt", ["\n".join(said).encode()], made)
    yield sink.take()


def _add_file(
    archive: zipfile.ZipFile, sink: _Sink, name: str, path: Path, made: Moment, left_out: list[str]
) -> Iterator[bytes]:
    try:
        file = open_plain(path)
    except FileNotFoundError:
        return  # a run that never began has no events and no weights; few are sweeps or recorded
    except OSError as error:
        left_out.append(f"{name}: {error.strerror or error}")
        return
    with file:
        yield from _add(archive, sink, name, _pieces(file, path, left_out), made)


def _pieces(file: BinaryIO, path: Path, left_out: list[str]) -> Iterator[bytes]:
    """Yield as much of an open file as it contained when it was opened."""
    left = path.stat().st_size if path.exists() else 0
    try:
        while left > 0 and (data := file.read(min(PIECE, left))):
            left -= len(data)
            yield data
    except OSError as error:
        left_out.append(f"{path.name}: {error.strerror or error}")


def _add(
    archive: zipfile.ZipFile, sink: _Sink, name: str, pieces: Iterable[bytes], made: Moment
) -> Iterator[bytes]:
    """Write one file; yields what the archive grew by meanwhile."""
    about = zipfile.ZipInfo(name, made)
    about.compress_type = zipfile.ZIP_STORED if name.endswith(LIVE) else zipfile.ZIP_DEFLATED
    about.external_attr = 0o600 << 16
    with archive.open(about, "w", force_zip64=True) as into:
        for piece in pieces:
            into.write(piece)
            if content := sink.take():
                yield content
    yield sink.take()


def _own_files(folder: Path) -> list[Path]:
    """Return the class's files besides its list of members, which contains the key."""
    found = (path for path in folder.iterdir() if path.name != CLASS_FILE and path.name[:1] != ".")
    return sorted(path for path in found if path.is_file())[:MOST_FILES]


def _folders(members: dict[str, Member], runs: list[Listed]) -> dict[str, str]:
    """A folder for each person: a number, and as much of the name as any disk takes."""
    gone = dict.fromkeys(run.meta.owner for run in runs if run.meta.owner not in members)
    names = [(person, member.name) for person, member in members.items()]
    names += [(person, _("left")) for person in gone]
    return {
        person: f"runs/{number:03d} {UNSAFE.sub('_', name).strip('_') or '_'}"
        for number, (person, name) in enumerate(names, start=1)
    }


def _list_of(members: dict[str, Member], folders: dict[str, str]) -> bytes:
    listed = [
        {
            "name": member.name,
            "role": member.role,
            "joined": time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(member.joined)),
            "person": member.person,
            "folder": folders[member.person],
        }
        for member in members.values()
    ]
    return json.dumps(listed, ensure_ascii=False, indent=1).encode()
