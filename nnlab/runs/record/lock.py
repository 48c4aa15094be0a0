"""The lock of a run directory: the id and start time of the process that trains it.

The pair tells a dead worker from a slow one, also after its process id was given away again.
"""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import psutil

from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.files import cannot_write, read_plain, write_new
from nnlab.texts import _

LOCK_FILE = "lock"
MOST_BYTES = 4096
ABANDONED_SECONDS = 10.0
"""Removing a stale lock takes milliseconds; what lies there longer was left by a killed process."""


def is_held(run: Path) -> bool:
    """Whether a living process trains in this run directory."""
    content = _read(run)
    return content is not None and _is_alive(content)


def _read(run: Path) -> bytes | None:
    try:
        return read_plain(run / LOCK_FILE, MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return b""


def _is_alive(content: bytes) -> bool:
    """Whether a lock names a living process."""
    try:
        lock = json.loads(content)
        process = psutil.Process(lock["pid"])
        same = abs(process.create_time() - lock["started"]) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return False  # a lock is written whole: what cannot be read is no worker's


def holder(run: Path) -> int | None:
    """The id of the living process that trains in this run directory, None where there is none."""
    content = _read(run)
    if content is None or not _is_alive(content):
        return None
    return int(json.loads(content)["pid"])


def exists(run: Path) -> bool:
    """Whether there is a lock, be it a dead worker's."""
    return (run / LOCK_FILE).exists()


def clear_stale(run: Path) -> None:
    """Remove what a killed worker left: the next lock is the next worker's.

    Whoever removes a lock first makes a file named after its content, exclusively: so that of two
    who find the same stale lock, the slower one does not remove what the faster one has put there.
    """
    content = _read(run)
    if content is None or _is_alive(content):
        return
    mark = run / f".{LOCK_FILE}.{blake2b(content, digest_size=8).hexdigest()}"
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        with contextlib.suppress(FileNotFoundError):
            if time.time() - mark.stat().st_mtime > ABANDONED_SECONDS:
                mark.unlink()  # its maker was killed here
                clear_stale(run)
        return
    try:
        if _read(run) == content:
            (run / LOCK_FILE).unlink(missing_ok=True)
    finally:
        mark.unlink(missing_ok=True)


@contextmanager
def hold(run: Path) -> Iterator[None]:
    """Hold the run's lock for a while. Of several who try at once, one gets it.

    Raises:
        NnlabError: another living process holds it, or the directory cannot be written.
    """
    process = psutil.Process(os.getpid())
    content = json.dumps({"pid": process.pid, "started": process.create_time(), "id": uuid4().hex})
    try:
        clear_stale(run)
        write_new(run / LOCK_FILE, content)
    except FileNotFoundError:
        raise RunNotFoundError(_("The run {run} was deleted.", run=run.name)) from None
    except FileExistsError:
        raise NnlabError(
            _("The run {run} is being trained by another process: stop it first.", run=run.name)
        ) from None
    except OSError as error:
        raise cannot_write(_("The run {run}", run=run.name), error) from error
    try:
        _sweep(run)
        yield
    finally:
        with contextlib.suppress(OSError):  # on a disk that fails it stays, as a dead process's
            # A forked child ends this, too, when it forgets what it has of its parent.
            if os.getpid() == process.pid and _read(run) == content.encode():
                (run / LOCK_FILE).unlink(missing_ok=True)


def _sweep(run: Path) -> None:
    """Remove what processes left that were killed while they took this lock or an earlier one.

    Temporary files carry a process, which may be trying at this moment. A mark (`clear_stale`) is
    of an earlier lock: it is gone, so that whoever made the mark finds nothing to remove.
    """
    with contextlib.suppress(OSError):  # what stays now goes the next time
        for left in run.glob(f".*{LOCK_FILE}.*"):
            said = left.name.split(f"{LOCK_FILE}.", 1)[1].split(".")
            is_trying = len(said) > 1 and said[0].isdecimal() and psutil.pid_exists(int(said[0]))
            if not is_trying:
                left.unlink(missing_ok=True)
