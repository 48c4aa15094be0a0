"""How much of the processor workers get where others want it, too."""

import contextlib
import os
import sys
from pathlib import Path

SHARED_NICE = 5
"""Nice value of all workers of a shared lab: where all cores are needed, the pages of thirty people
come first. Linux weighs 5 as 335, and a server with its 0 as 1024."""


def weigh_session(pid: int, nice: int) -> None:
    """Give the session that a process leads one `nice` for all that it holds.

    Linux shares a processor among sessions first, and by each process's own `nice` only within one
    (sched(7), "The autogroup feature"): without this, thirty workers weigh as much as the server.
    Does nothing where the system does not weigh sessions: there each process's `nice` counts.
    """
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(nice), encoding="ascii")


def renice(pid: int, change: int) -> bool:
    """Change the `nice` of a process and all its threads by so much.

    Everybody may raise it; to lower it takes a right that few servers have (on Linux CAP_SYS_NICE
    or RLIMIT_NICE, setpriority(2)).

    Returns:
        Whether that was done: not where it has ended, or the system refuses.
    """
    if not hasattr(os, "setpriority"):
        return False
    try:
        for thread in _threads(pid):
            now = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, now + change)
    except (ProcessLookupError, FileNotFoundError, PermissionError):
        return False
    return True


def _threads(pid: int) -> list[int]:
    """Linux weighs each thread by itself; elsewhere a process is asked for as a whole."""
    if not sys.platform.startswith("linux"):
        return [pid]
    return [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
