"""A control group with a limit of memory, as a container has one. Needs root, and Linux."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from nnlab.training.machine import control_groups
from tests.conftest import cannot_run

ROOT = Path("/sys/fs/cgroup")
END_SECONDS = 20.0


@contextlib.contextmanager
def memory_group(limit: int) -> Iterator[Path]:
    """The folder of a new group of `limit` bytes; who joins writes its id into `cgroup.procs`.

    Whatever is still in it at the end is ended, and the group is removed. Skips the test where no
    group can be made.
    """
    try:
        group = _made(limit)
    except OSError as error:
        cannot_run(f"no control group can be made here ({error})")
    try:
        yield group
    finally:
        _remove(group)


def killed_in(group: Path) -> int:
    """How many processes of the group the kernel has ended."""
    files = (group / "memory.oom_control", group / "memory.events")
    text = next(file for file in files if file.exists()).read_text(encoding="ascii")
    said = dict(line.split() for line in text.splitlines())
    return int(said["oom_kill"])


def _made(limit: int) -> Path:
    name = f"nnlab-proof-{os.getpid()}"
    if (ROOT / "memory/memory.limit_in_bytes").exists():
        group, file = _own(ROOT / "memory") / name, "memory.limit_in_bytes"
    else:
        group, file = ROOT / name, "memory.max"  # a group with processes has no groups below it
    group.mkdir()
    try:
        (group / file).write_text(str(limit), encoding="ascii")
        if (group / "memory.swap.max").exists():
            (group / "memory.swap.max").write_text("0", encoding="ascii")
    except OSError:
        group.rmdir()
        raise
    return group


def _own(root: Path) -> Path:
    """The group of this process: what is made below it keeps to its limits, too."""
    for line in control_groups.MEMBERSHIP.read_text(encoding="utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            own = root / path.strip("/")
            return own if own.is_dir() else root
    return root


def _remove(group: Path) -> None:
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        for pid in (group / "cgroup.procs").read_text(encoding="ascii").split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        try:
            group.rmdir()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{group} is still in use")
