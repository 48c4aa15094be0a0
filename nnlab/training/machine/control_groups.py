"""The memory limits of this process's control groups (containers), from Linux's files.

Both versions are read: version 2 has one tree, version 1 one for each resource (cgroups(7);
the kernel's admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst). A process belongs to a group and
to all above it, and the tightest of their limits counts. In a container the path that the process
reads of itself may be the host's: then only the groups that can be seen here are looked at.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

CGROUP = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
VMSTAT = Path("/proc/vmstat")
UNLIMITED = 2**60
"""Version 1 says "no limit" by a number that no machine has."""


class _Files(NamedTuple):
    """The file names of a version."""

    limit: str
    used: str
    cache: str
    """The line of `memory.stat` with the pages of files that nobody has used lately."""
    kills: str


VERSION_2 = _Files("memory.max", "memory.current", "inactive_file", "memory.events")
VERSION_1 = _Files(
    "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "memory.oom_control"
)


def free() -> float:
    """Bytes that the machine and the groups leave."""
    return min(psutil.virtual_memory().available, left())


def left() -> float:
    """Bytes that the groups leave; infinite where none has a limit.

    Pages of files that can be dropped at any time count as free.
    """
    return min((_left(group, files) for group, files in _groups()), default=math.inf)


def limit() -> float:
    """Bytes that the groups allow in all; infinite where none has a limit."""
    return min((_limit(group / files.limit) for group, files in _groups()), default=math.inf)


def kills() -> int:
    """How many processes of this group the kernel has ended for want of memory so far.

    Of the whole machine, where the group does not count them.
    """
    for group, files in _groups():
        counted = _field(group / files.kills, "oom_kill")
        if counted is not None:
            return counted
    return _field(VMSTAT, "oom_kill") or 0


def _groups() -> Iterator[tuple[Path, _Files]]:
    """The groups of this process, from its own upwards."""
    try:
        lines = MEMBERSHIP.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = ["0::/"]  # not Linux; or it hides this, and the root of the tree is looked at
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            root, files = CGROUP, VERSION_2
        elif "memory" in controllers.split(","):
            root, files = CGROUP / "memory", VERSION_1
        else:
            continue
        own = root / path.strip("/")
        for group in (own, *own.parents):
            yield group, files
            if group == root:
                break


def _left(group: Path, files: _Files) -> float:
    allowed, used = _limit(group / files.limit), _number(group / files.used)
    if math.isinf(allowed) or used is None:
        return math.inf
    return max(0, allowed - used + (_field(group / "memory.stat", files.cache) or 0))


def _limit(path: Path) -> float:
    number = _number(path)
    return math.inf if number is None or number >= UNLIMITED else number


def _number(path: Path) -> int | None:
    """The number that a file holds; None where there is no such file, or it holds a word."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _field(path: Path, name: str) -> int | None:
    """The number behind a name in a file of names and numbers."""
    try:
        for line in path.read_text(encoding="ascii").splitlines():
            said, _, number = line.partition(" ")
            if said == name:
                return int(number)
    except (OSError, ValueError):
        pass
    return None
