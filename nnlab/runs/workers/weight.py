"""How much of the processor a worker gets where others want it, too: its `nice`, changed later."""

import os
import sys
from pathlib import Path


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
