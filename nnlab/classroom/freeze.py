"""Freeze: all students' runs pause, and go on when the class does."""

import contextlib
import json
from pathlib import Path

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.owned import OwnedLauncher
from nnlab.errors import NnlabError
from nnlab.files import cannot_write, read_plain, write_text
from nnlab.runs.record.status import ALIVE
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.texts import _
from nnlab.visitor import Visitor

FROZEN_FILE = "frozen.json"
"""The file with the runs that a freeze paused, so that it survives a restart."""
MOST_BYTES = 2**20


def freeze(room: Classroom, store: Store, launcher: LocalLauncher) -> int:
    """Pause all students' runs and prevent new ones. Returns how many runs were asked to pause.

    One that waits or starts pauses as soon as it is there.

    Raises:
        NnlabError: the class cannot be written.
    """
    room.change(frozen=True)  # first: what is begun from now on is refused
    persons = {member.person for member in room.students()}
    asked = _read(room.folder)
    for summary in store.summaries(launcher.pending()):
        is_theirs = summary.meta.owner in persons
        if not is_theirs or summary.status not in ALIVE or summary.status == "paused":
            continue
        with contextlib.suppress(NnlabError):  # it was deleted just now
            launcher.ask(summary.run, "pause")
            asked.append(summary.run.id)
    _write(room.folder, asked)
    return len(asked)


def go_on(room: Classroom, store: Store, launcher: LocalLauncher) -> int:
    """All may train again; what the freeze paused goes on. Returns how many runs that were.

    A run whose place was given to others waits for one as its owner's.

    Raises:
        NnlabError: the class cannot be written.
    """
    room.change(frozen=False)
    asked, count = _read(room.folder), 0
    _write(room.folder, [])
    for run_id in dict.fromkeys(asked):
        with contextlib.suppress(NnlabError):  # deleted, no room to wait, or not allowed any more
            count += _resume(store.get(run_id), launcher)
    return count


def _resume(run: Run, launcher: LocalLauncher) -> bool:
    """Resume a run with its owner's rights: what they may not do is not done for them either."""
    owned = OwnedLauncher(launcher, Visitor(run.meta.owner, role="student"))
    status = owned.status(run)
    if run.is_training() or status in ("queued", "starting"):
        owned.ask(run, "resume")
        return True
    if status not in ("paused", "interrupted"):
        return False
    owned.start(run, watched=True)
    return True


def _read(folder: Path) -> list[str]:
    try:
        said = json.loads(read_plain(folder / FROZEN_FILE, MOST_BYTES))
    except (OSError, ValueError, RecursionError):  # none was paused, or nobody knows which
        return []
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def _write(folder: Path, run_ids: list[str]) -> None:
    try:
        write_text(folder / FROZEN_FILE, json.dumps(run_ids))
    except OSError as error:
        raise cannot_write(_("The class"), error) from error
