"""Each run's disk space and owner, measured again only if something has changed."""

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nnlab.data.kept import LOCAL, mark_of
from nnlab.files import read_plain
from nnlab.runs.record import control, log
from nnlab.runs.record.weight_files import FOLDER
from nnlab.runs.run import EXPERIMENT, META, MOST_BYTES

MOST_RUNS = 8192
"""Runs whose measure is remembered."""
_USED = re.compile(rb'"(?:sha256|drawings)":\s*"([0-9a-f]{64}|[0-9]+-[0-9a-f]{16})"')


@dataclass(frozen=True)
class Measured:
    """A directory of the runs directory, or a file that lies there."""

    path: Path
    size: int
    """Bytes of all files in it."""
    owner: str
    """A mark (`nnlab.data.kept.mark_of`)."""
    uses: frozenset[str]
    """Tables, sets of pictures and frozen sets that its experiment names."""


def measured(root: Path) -> list[Measured]:
    """Measure everything in a runs directory."""
    try:
        with os.scandir(root) as entries:
            return [measure(Path(entry.path)) for entry in entries]
    except OSError:
        return []


def measure(path: Path) -> Measured:
    """One run. Five files are looked at where nothing has changed, else all of them."""
    # A folder changes when a file is made, renamed or removed in it; these two files also grow.
    marks = tuple(
        _mark(path / name) for name in ("", FOLDER, log.EVENTS_FILE, control.CONTROL_FILE)
    )
    return _measure(path, marks)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 where it is gone."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        with os.scandir(path) as entries:
            return sum(
                size_of(Path(entry.path))
                if entry.is_dir(follow_symlinks=False)
                else entry.stat(follow_symlinks=False).st_size
                for entry in entries
            )
    except OSError:
        return 0  # deleted, or renamed, while we looked; or a folder that may not be looked into


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=MOST_RUNS)
def _measure(path: Path, _marks: tuple[tuple[int, int] | None, ...]) -> Measured:
    return Measured(path, size_of(path), _owner(path), _uses(path))


def _owner(path: Path) -> str:
    try:
        said = json.loads(read_plain(path / META, MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return LOCAL
    owner = said.get("owner") if isinstance(said, dict) else None
    return mark_of(owner) if isinstance(owner, str) else LOCAL


def _uses(path: Path) -> frozenset[str]:
    """Found as text: also a run that cannot be read, or that a later nnlab made, uses its data."""
    try:
        content = read_plain(path / EXPERIMENT, MOST_BYTES)
    except OSError:
        return frozenset()
    return frozenset(name.decode() for name in _USED.findall(content))
