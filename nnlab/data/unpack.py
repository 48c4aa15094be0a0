"""The few files that the lab needs out of an archive that holds a whole data set."""

import gzip
import os
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from nnlab.data.published import CIFAR_FILES, SETS
from nnlab.texts import _


class UnpackError(Exception):
    """The archive is damaged, or lacks a file."""


def unpack(kind: str, archive: Path, folder: Path) -> None:
    """Puts the files of `emnist` or `cifar10` into their folder, each under its name when whole.

    Raises:
        UnpackError: the archive is damaged, or lacks a file.
        OSError: the disk does not take them.
    """
    try:
        if kind == "cifar10":
            _from_tar(archive, folder)
        else:
            _from_zip(kind, archive, folder)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise UnpackError(str(error)) from error


def _from_zip(kind: str, archive: Path, folder: Path) -> None:
    """EMNIST: `gzip/emnist-letters-train-images-idx3-ubyte.gz` and so on, each packed once more."""
    with zipfile.ZipFile(archive) as inside:
        for name in (f"{name}.gz" for name in SETS[kind].idx_files()):
            try:
                member = inside.open(f"gzip/{name}")
            except KeyError as error:
                raise UnpackError(_("gzip/{name} is not in it", name=name)) from error
            with member:
                _store(member, folder / name)


def _from_tar(archive: Path, folder: Path) -> None:
    """CIFAR-10: six files of pictures, and the one with the names that torchvision asks for."""
    wanted = {name for names in CIFAR_FILES.values() for name in names}
    found = set()
    with tarfile.open(archive, "r:gz") as inside:
        for member in inside:
            directory, _slash, name = member.name.rpartition("/")
            content = inside.extractfile(member) if member.isfile() else None
            if directory != folder.name or content is None:
                continue
            if name in wanted or name == "batches.meta":
                _store(content, folder / name)
                found.add(name)
    if missing := sorted(wanted - found):
        raise UnpackError(_("{missing} not in it", missing=", ".join(missing)))


def _store(content: IO[bytes], path: Path) -> None:
    with _whole(path) as file:
        shutil.copyfileobj(content, file, 1 << 20)


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which gets its name only when all went well."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
