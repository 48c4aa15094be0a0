"""Files that people keep in the server's data directory: their sizes and their owners.

Names of files say whose they are, by a mark that does not tell the person: a drawing's ends with
it, a table, a set of pictures and a frozen set have an empty file beside them,
`<name>.<mark>.owner`. What says nothing is of the person of a lab that nobody shares.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from nnlab.files import write_bytes
from nnlab.visitor import LOCAL

TABLES, DRAWINGS, FROZEN = "tables", "handwriting", "handwriting/frozen"
PICTURES, LABELLED = "pictures", "labelled"
"""Folders of the data directory."""
DRAWING_BYTES = 1000
"""Upper bound for a saved drawing: drawings are counted, not measured."""

Room = Callable[[int, str], None]
"""Called with a number of bytes and a person; raises NnlabError where so many more may not be saved
for them, and says what to do (`nnlab.runs.room.Room.must_have`)."""

DRAWING = re.compile(
    r"((?P<set>[0-9a-f]{16})-)?(?P<label>\d)-(?P<id>[0-9a-f]{16}-[0-9a-f]{8})(-(?P<mark>[0-9a-f]{8}))?\.png"
)
"""The name of a drawing: of classes of one's own behind the id of their set; with the mark of its
owner, where that is not the person of an unshared lab."""
_FILE = re.compile(r"[0-9a-f]{64}\.(?:csv|npz)|[0-9]+-[0-9a-f]{16}\.npz|[0-9a-f]{16}\.json")
_OWNER = re.compile(r"(?P<file>.+)\.(?P<mark>[0-9a-f]{8})\.owner")


def no_limit(_size: int, _owner: str) -> None:
    """The `Room` of a command line, where nobody else is."""


def mark_of(owner: str) -> str:
    """Return a person's mark in file names: 8 digits; `local` in a lab that is not shared."""
    return LOCAL if owner == LOCAL else blake2b(owner.encode(), digest_size=4).hexdigest()


def say_owner(path: Path, owner: str) -> None:
    """Note whose a file is, before it is written. A file that several keep belongs to each of them.

    Raises:
        OSError: it cannot be written.
    """
    if owner != LOCAL:
        path.with_name(f"{path.name}.{mark_of(owner)}.owner").touch()


def keep_once(path: Path, make: Callable[[], bytes], owner: str, room: Room) -> None:
    """Keep a file whose name tells its content, for its owner; one that is there counts as new.

    Args:
        path: of the file.
        make: its content, called where it is not there.
        owner: who keeps it.
        room: asked before it is written.

    Raises:
        NnlabError: it has no room.
        OSError: it cannot be written.
    """
    content = None if path.exists() else make()
    if content is not None:
        room(len(content), owner)
    path.parent.mkdir(parents=True, exist_ok=True)
    say_owner(path, owner)
    if content is None:
        os.utime(path)  # so that it does not pass for one that nobody wants any more
    else:
        write_bytes(path, content)


@dataclass(frozen=True)
class KeptFile:
    """A table, a set of pictures or a frozen set."""

    path: Path
    size: int
    """Bytes."""
    marks: frozenset[str]
    """Marks of the people who keep the file."""

    @property
    def name(self) -> str:
        """The name by which an experiment refers to the file."""
        return self.path.stem

    def remove(self) -> None:
        """Delete it, and what says whose it is.

        Raises:
            OSError: it cannot be removed.
        """
        self.path.unlink(missing_ok=True)
        for mark in self.marks - {LOCAL}:
            self.path.with_name(f"{self.path.name}.{mark}.owner").unlink(missing_ok=True)


def kept_files(folder: Path) -> tuple[KeptFile, ...]:
    """The files of a folder that have owners; read anew only where its names have changed."""
    changed = _changed(folder)
    return () if changed is None else _files(folder, changed)


def kept_drawings(data_dir: Path) -> dict[str, int]:
    """How many drawings are kept by whom, by marks."""
    counts: dict[str, int] = {}
    for folder in (data_dir / DRAWINGS, data_dir / LABELLED):
        changed = _changed(folder)
        for mark, count in ({} if changed is None else _drawings(folder, changed)).items():
            counts[mark] = counts.get(mark, 0) + count
    return counts


def _changed(folder: Path) -> int | None:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return None


@lru_cache(maxsize=8)
def _files(folder: Path, _changed: int) -> tuple[KeptFile, ...]:
    sizes: dict[str, int] = {}
    marks: dict[str, set[str]] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if _FILE.fullmatch(entry.name):
                sizes[entry.name] = entry.stat(follow_symlinks=False).st_size
            elif said := _OWNER.fullmatch(entry.name):
                marks.setdefault(said["file"], set()).add(said["mark"])
    return tuple(
        KeptFile(folder / name, size, frozenset(marks.get(name, {LOCAL})))
        for name, size in sorted(sizes.items())
    )


@lru_cache(maxsize=8)
def _drawings(folder: Path, _changed: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if said := DRAWING.fullmatch(entry.name):
                mark = said["mark"] or LOCAL
                counts[mark] = counts.get(mark, 0) + 1
    return counts
