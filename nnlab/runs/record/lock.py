"""Who trains in a run directory: a process id and when that process started.

The pair tells a dead worker from a slow one, also after its process id was given away again.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.files import cannot_write, write_text

FILE = "lock"


def is_held(run: Path) -> bool:
    """Whether a living process trains in this run directory."""
    try:
        lock = json.loads((run / FILE).read_text(encoding="utf-8"))
        process = psutil.Process(lock["pid"])
        same = abs(process.create_time() - lock["started"]) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, NotADirectoryError, psutil.NoSuchProcess):
        return False
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return False  # a lock is written whole: what cannot be read is no worker's


def exists(run: Path) -> bool:
    """Whether there is a lock, be it a dead worker's."""
    return (run / FILE).exists()


def clear_stale(run: Path) -> None:
    """Remove what a killed worker left: the next lock is the next worker's."""
    if not is_held(run):
        (run / FILE).unlink(missing_ok=True)


@contextmanager
def hold(run: Path) -> Iterator[None]:
    """Hold the run's lock for a while.

    Raises:
        NnlabError: another living process holds it, or the directory cannot be written.
    """
    if is_held(run):
        raise NnlabError(f"The run {run.name} is being trained by another process: stop it first.")
    process = psutil.Process(os.getpid())
    content = json.dumps({"pid": process.pid, "started": process.create_time()})
    try:
        write_text(run / FILE, content)
    except FileNotFoundError:
        raise RunNotFoundError(f"The run {run.name} was deleted.") from None
    except OSError as error:
        raise cannot_write(f"The run {run.name}", error) from error
    try:
        yield
    finally:
        (run / FILE).unlink(missing_ok=True)
