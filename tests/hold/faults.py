"""A file system that fails at the n-th call, under one folder of this process: for all n.

As SQLite tests itself (https://www.sqlite.org/testing.html, "I/O error testing", "crash testing"):
every call that Python code makes of the system's files goes through here and is counted.
"""

import builtins
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

Kind = Literal["full", "full once", "broken", "crash", "torn"]
"""What happens at the n-th call.

| kind | calls that count | what happens |
| --- | --- | --- |
| full | those that want room | it and all later ones: no space left (of a write, half is kept) |
| full once | those that want room | it alone |
| broken | all | it alone: an input/output error |
| crash | all | the process ends just before it |
| torn | writes | the process ends when half of the bytes are written |
"""
KINDS: tuple[Kind, ...] = ("full", "full once", "broken", "crash", "torn")
CRASHED = 77
"""The exit code of a process that a fault has ended."""
ROOM = frozenset({"create", "write", "mkdir", "link", "replace", "rename", "fsync"})
"""Calls that a full disk refuses; to remove a file needs no room."""
NAMES = ("replace", "rename", "link", "unlink", "mkdir", "rmdir", "stat", "scandir", "listdir")
"""Functions of `os` that take a path first."""


class Faults:
    """Counts the calls; the n-th of those that count fails. Never taken back: for a child."""

    def __init__(self, folder: Path, kind: Kind | None = None, n: int = 0) -> None:
        """No `kind`: nothing fails, and `calls` says how often something could have."""
        self.calls = dict.fromkeys(KINDS, 0)
        self._folder, self._kind, self._n = os.fspath(folder), kind, n
        self._fsync, self._open, self._os_open = os.fsync, io.open, os.open
        doors: list[tuple[Any, str, Callable[..., Any]]] = [
            *((os, name, self._at_path(name, getattr(os, name))) for name in NAMES),
            (os, "fsync", self._fsync_file),
            (os, "open", self._open_handle),
            (io, "open", self._open_file),
            (builtins, "open", self._open_file),
        ]
        for module, name, door in doors:
            setattr(module, name, door)

    def meet(self, call: str, torn: Callable[[], object] | None = None) -> None:
        """A call is about to be made; `torn` makes half of it."""
        counted = [kind for kind in KINDS if _counts(kind, call)]
        for kind in counted:
            self.calls[kind] += 1
        if self._kind not in counted:
            return
        is_it = self.calls[self._kind] == self._n
        match self._kind:
            case "full" | "full once":
                if is_it or (self._kind == "full" and self.calls["full"] > self._n):
                    if torn is not None:
                        torn()
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            case "broken" if is_it:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            case "torn" if is_it:
                assert torn is not None
                torn()
                os._exit(CRASHED)
            case "crash" if is_it:
                os._exit(CRASHED)
            case _:
                pass

    def is_inside(self, path: object) -> bool:
        """Whether a path is one of ours. Handles are no paths."""
        if isinstance(path, int):
            return False
        said = os.fspath(path)  # ty: ignore[no-matching-overload] - whatever `os` was given
        said = os.fsdecode(said)
        return said == self._folder or said.startswith(self._folder + os.sep)

    def _at_path(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *args: Any, **more: Any) -> Any:
            if self.is_inside(path):
                self.meet(name)
            return real(path, *args, **more)

        return call

    def _fsync_file(self, handle: int) -> None:
        self.meet("fsync")
        self._fsync(handle)

    def _open_handle(self, path: Any, flags: int, *args: Any, **more: Any) -> int:
        if self.is_inside(path):
            self.meet("create" if flags & os.O_CREAT else "open")
        return self._os_open(path, flags, *args, **more)

    def _open_file(
        self, file: Any, mode: str = "r", buffering: int = -1, *args: Any, **more: Any
    ) -> Any:
        if not self.is_inside(file):
            return self._open(file, mode, buffering, *args, **more)
        makes = any(letter in mode for letter in "wax")
        self.meet("create" if makes and not os.path.lexists(file) else "open")
        opened = self._open(file, mode, buffering, *args, **more)
        if makes:
            assert buffering == 0, f"{file} is written through a buffer: its writes go uncounted"
        return _Counted(opened, self)


class _Counted:
    """An open file whose reads and writes are counted."""

    def __init__(self, file: Any, faults: Faults) -> None:
        self._file, self._faults = file, faults

    def write(self, data: Any) -> int:
        self._faults.meet("write", lambda: self._file.write(bytes(data)[: len(data) // 2]))
        return self._file.write(data)

    def read(self, *args: Any) -> Any:
        self._faults.meet("read")
        return self._file.read(*args)

    def readline(self, *args: Any) -> Any:
        self._faults.meet("read")
        return self._file.readline(*args)

    def readinto(self, *args: Any) -> Any:
        self._faults.meet("read")
        return self._file.readinto(*args)

    def __enter__(self) -> "_Counted":
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _counts(kind: Kind, call: str) -> bool:
    match kind:
        case "full" | "full once":
            return call in ROOM
        case "torn":
            return call == "write"
        case _:
            return True
