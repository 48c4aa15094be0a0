"""The end of a class: all that it made is deleted, and another class may begin."""

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nnlab.classroom.classroom import CLASS_FILE, Classroom
from nnlab.data.kept import (
    DRAWING,
    DRAWINGS,
    FROZEN,
    LABELLED,
    LOCAL,
    PICTURES,
    TABLES,
    kept_files,
    mark_of,
)
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.runs.measure import measure, measured
from nnlab.runs.record.status import ALIVE
from nnlab.runs.store import Run, Store
from nnlab.texts import _
from nnlab.visible import without_folders

STOP_SECONDS = 5.0
"""How long all runs together have for their last word."""
LOOKS = 3


@dataclass
class Deleted:
    """The deleted things, and those that could not be deleted."""

    runs: int = 0
    files: int = 0
    """Tables, sets of pictures, drawings and frozen sets."""
    left: list[str] = field(default_factory=list)
    """The things that could not be deleted, each with the reason."""
    unknown: int = 0
    """Runs that stay since nobody can tell whose they are."""


def delete_room(
    room: Classroom, store: Store, data_dir: Path, stop: Callable[[Run], object], lecturer: str = ""
) -> Deleted:
    """Delete the class with all that it holds: runs, tables, drawings, answers, the challenge.

    Runs of whoever never was in the class stay, and tables that such runs use. Students are out
    before anything is deleted. Where nothing is left, another class begins, with another code and
    key; else the class stays as it is, without students, so that it can be tried again.

    Args:
        room: the class.
        store: all runs of the server.
        data_dir: where tables and drawings are kept.
        stop: asks a run to stop, also one that waits for a place.
        lecturer: who stays in as a lecturer.

    Raises:
        NnlabError: the class's own file cannot be written.
    """
    room.remove_students()
    deleted = Deleted()
    persons = room.persons()
    marks = {mark_of(person) for person in persons} - {LOCAL}
    _stop_runs(store, persons, stop)
    _delete_runs(store, persons, marks, deleted)
    _delete_files(store.root, data_dir, marks, deleted)
    _delete_folder(room.folder, deleted)
    if not deleted.left:
        room.begin_anew(lecturer)
    return deleted


def _stop_runs(store: Store, persons: set[str], stop: Callable[[Run], object]) -> None:
    """All at once, so that they have their last word at the same time."""
    runs = [
        one.run
        for one in store.listed()
        if one.meta.owner in persons and (one.status in ALIVE or one.run.is_training())
    ]
    for run in runs:
        # A full disk takes no order: a worker ends when it finds its directory gone.
        with contextlib.suppress(NnlabError):
            stop(run)
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until and any(run.is_training() for run in runs):
        time.sleep(0.05)


def _delete_runs(store: Store, persons: set[str], marks: set[str], deleted: Deleted) -> None:
    """Delete the members' runs; look again for those that a page or a search made meanwhile."""
    failed: dict[str, str] = {}
    for _look in range(LOOKS):
        found = [one.run.id for one in store.listed() if one.meta.owner in persons]
        found += [run.id for run, _why in store.damaged() if measure(run.path).owner in marks]
        for run_id in found:
            try:
                store.delete(run_id)
                deleted.runs += 1
            except RunNotFoundError:
                continue
            except NnlabError as error:
                failed[run_id] = str(error)
    deleted.left += failed.values()
    deleted.unknown = sum(measure(run.path).owner == LOCAL for run, _why in store.damaged())


def _delete_files(runs_dir: Path, data_dir: Path, marks: set[str], deleted: Deleted) -> None:
    """Delete files whose names belong to the class alone; remove its marks from those of others."""
    used = frozenset[str]().union(*(run.uses for run in measured(runs_dir)))
    for folder in (TABLES, PICTURES, FROZEN, LABELLED):
        for kept in kept_files(data_dir / folder):
            ours = kept.marks & marks
            if not ours:
                continue
            with _saying(deleted, kept.path.name):
                if kept.marks <= marks and kept.name not in used:
                    kept.remove()
                    deleted.files += 1
                else:
                    for mark in ours:
                        kept.path.with_name(f"{kept.path.name}.{mark}.owner").unlink(
                            missing_ok=True
                        )
    folders = [data_dir / name for name in (DRAWINGS, LABELLED)]
    for path in sorted(p for folder in folders if folder.is_dir() for p in folder.iterdir()):
        said = DRAWING.fullmatch(path.name)
        if said is not None and said["mark"] in marks:
            with _saying(deleted, path.name):
                path.unlink(missing_ok=True)
                deleted.files += 1


def _delete_folder(folder: Path, deleted: Deleted) -> None:
    for path in sorted(folder.iterdir()):
        if path.name != CLASS_FILE and not path.name.startswith(f".{CLASS_FILE}"):  # being written
            with _saying(deleted, path.name):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@contextlib.contextmanager
def _saying(deleted: Deleted, what: str) -> Iterator[None]:
    """Say what could not be deleted, and go on."""
    try:
        yield
    except OSError as error:
        why = without_folders(error.strerror or str(error))
        deleted.left.append(_("{what} cannot be deleted ({why}).", what=what, why=why))
