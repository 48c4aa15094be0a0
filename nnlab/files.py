"""Files that are whole at every moment: written under a temporary name, then renamed."""

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

from nnlab.errors import NnlabError
from nnlab.texts import _

UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES})
"""Error numbers of a full disk, a quota, or a directory without write permission."""


WITHOUT_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS})
"""Error numbers of a disk without hard links."""


class _Sink(Protocol):
    def write(self, data: bytes | memoryview, /) -> int | None: ...


def write_all(file: _Sink, data: bytes | memoryview) -> None:
    """Write every byte: on a nearly full disk, one `write` may write a part without an error.

    `file` is open without a buffer, so that what comes after it in the code comes after it on disk.

    Raises:
        OSError: the disk has no room for the rest.
    """
    left = memoryview(data)
    while left:
        left = left[file.write(left) or 0 :]


def open_plain(path: Path) -> BinaryIO:
    """Open a regular file for reading, unbuffered; refuse anything else under that name.

    Never waits, as opening a named pipe does until somebody writes into it.

    Raises:
        OSError: it is not there, may not be read, or is a folder, a pipe or a device.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.ENXIO, _("no regular file"), str(path))
        return os.fdopen(handle, "rb", buffering=0)
    except OSError:
        os.close(handle)
        raise


def read_plain(path: Path, most: int) -> bytes:
    """The first `most` bytes of a file. Raises as `open_plain`."""
    with open_plain(path) as file:
        content = bytearray()
        while len(content) < most and (data := file.read(most - len(content))):
            content += data
        return bytes(content)


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a temporary file beside `path`, then give it that name in one go.

    The temporary name carries the process and the thread (two viewers of one server), so that two
    writers cannot mix their files; what a failed attempt leaves is removed.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        write(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes | memoryview, *, durable: bool = False) -> None:
    """Write a file whole.

    `durable` waits until it is on the disk itself, under its name: a power cut does not lose it.

    Raises:
        OSError: with its reason as the system says it, which libraries that write by themselves
            (torch, safetensors) hide.
    """

    def write(temporary: Path) -> None:
        with temporary.open("wb", buffering=0) as file:
            write_all(file, content)
            if durable:
                os.fsync(file.fileno())

    write_whole(path, write)
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk: of files made, renamed and removed."""
    if os.name == "nt":  # which keeps names with the files, and opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, text: str) -> None:
    """Write a small text file whole, under a name that nobody has taken.

    Of several concurrent writers, one succeeds.

    Raises:
        FileExistsError: somebody has taken it.
        OSError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        write_text(temporary, text)
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in WITHOUT_LINKS:
            raise
        with path.open("xb", buffering=0) as file:
            write_all(file, text.encode())
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str, *, durable: bool = False) -> None:
    """Write a small text file whole, as `write_bytes` does."""
    write_bytes(path, text.encode(), durable=durable)


def append_line(path: Path, line: str, *, durable: bool = False) -> None:
    """Append one whole line in one write, so that readers never see half of it.

    `durable` waits until it is on the disk itself.

    A line that a crash or a full disk cut short is closed first: it stays alone in its damage.
    """
    with path.open("ab+", buffering=0) as file:
        end = b""
        if file.seek(0, os.SEEK_END) > 0:
            file.seek(-1, os.SEEK_END)
            end = b"" if file.read(1) == b"\n" else b"\n"
        write_all(file, end + line.encode() + b"\n")
        if durable:
            os.fsync(file.fileno())


def must_be_writable(folder: Path, what: str) -> None:
    """Check by writing a file, since permissions alone do not reveal a full disk.

    Raises:
        NnlabError: `what` (it begins the sentence) cannot be written, and why.
    """
    try:
        write_bytes(folder / "writable", b"?")
        (folder / "writable").unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(what, error) from error


def cannot_write(what: str, error: OSError) -> NnlabError:
    """Return the error for a write that failed; `what` begins its sentence."""
    return NnlabError(
        _(
            "{what} cannot be written ({strerror}): make room or give the right to write, or"
            " set NNLAB_RUNS_DIR to another place.",
            what=what,
            strerror=error.strerror,
        )
    )


def sweep(folder: Path, prefix: str = "") -> None:
    """Remove the temporary files of a killed writer; only for a folder with no other writer."""
    with contextlib.suppress(FileNotFoundError):
        for left in folder.glob(f".{prefix}*"):
            left.unlink(missing_ok=True)
