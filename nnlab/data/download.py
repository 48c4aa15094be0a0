"""The published sets of pictures, from the mirrors that torchvision knows, with progress."""

import errno
import hashlib
import http.client
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from nnlab.data.archives import is_available
from nnlab.data.published import SETS, folder_of
from nnlab.data.torchvision_fix import torchvision_datasets
from nnlab.data.unpack import UnpackError, unpack
from nnlab.errors import DataUnavailableError, one_of
from nnlab.texts import _

__all__ = ["Progress", "download", "is_available"]

Progress = Callable[[float, str], None]
"""Called with the share that is done (0 to 1) and a sentence on what is being done."""

CHUNK = 1 << 16
"""Bytes read at once, and between two reports of progress."""
TIMEOUT = 20.0
"""Seconds without a single byte after which a mirror counts as silent."""
STALE = 3600.0
"""Seconds after which a temporary file of a download is one that was killed."""


@dataclass(frozen=True)
class Archive:
    """A file to fetch: where to, what it has to be, and where it is to be had."""

    path: Path
    md5: str
    size: int
    urls: tuple[str, ...]


def download(kind: str, data_dir: Path, progress: Progress) -> None:
    """Download the missing archives of a kind of `SETS` into torchvision's layout.

    An archive with the right MD5 is kept, a damaged one is downloaded again. Each is written
    under a temporary name and renamed once its MD5 is right, so that other readers, also after
    an interruption, never find half a file. Where one archive holds all (EMNIST,
    CIFAR-10) it is unpacked and then removed.

    Raises:
        DataUnavailableError: no mirror answers, the disk is full, or the directory is not writable.
    """
    if kind not in SETS:
        raise DataUnavailableError(one_of(_("data set to download"), kind, SETS))
    _make(folder_of(kind, data_dir))
    if _is_one_archive(kind):
        if is_available(kind, data_dir):
            progress(1.0, _("all files: here"))
            return
        archive = _whole_archive(kind, data_dir)
        is_somebodys = archive.path.exists()
        _bring(kind, [archive], progress)
        _unpack(kind, archive.path, data_dir, progress, keep=is_somebodys)
    else:
        _bring(kind, _separate_archives(kind, data_dir), progress)


def _is_one_archive(kind: str) -> bool:
    return not SETS[kind].archive_bytes


def _separate_archives(kind: str, data_dir: Path) -> list[Archive]:
    """Return the archives of MNIST and sets of its form, without those already unpacked."""
    published = SETS[kind]
    known = getattr(torchvision_datasets(), published.torchvision)
    folder, unpacked = folder_of(kind, data_dir), published.idx_files()
    return [
        Archive(folder / name, md5, size, tuple(mirror + name for mirror in known.mirrors))
        for (name, md5), size in zip(known.resources, published.archive_bytes, strict=True)
        if (folder / name).exists() or _size(folder / name[:-3]) != unpacked[name[:-3]]
    ]


def _whole_archive(kind: str, data_dir: Path) -> Archive:
    known = getattr(torchvision_datasets(), SETS[kind].torchvision)
    if kind == "cifar10":
        path, md5 = data_dir.absolute() / known.filename, known.tgz_md5
    else:
        path, md5 = folder_of(kind, data_dir) / known.url.rsplit("/", 1)[1], known.md5
    return Archive(path, md5, SETS[kind].download_bytes, (known.url,))


def _bring(kind: str, archives: list[Archive], progress: Progress) -> None:
    """All archives, whole, from here or from a mirror."""
    if not archives:
        progress(1.0, _("all files: here"))
    total, done = sum(archive.size for archive in archives), 0
    for archive in archives:
        found, name = _md5(archive.path), archive.path.name
        if found != archive.md5:
            state = (
                _("{name}: damaged, downloading again", name=name)
                if found
                else _("{name}: fetched", name=name)
            )

            def report(received: int, before: int = done, what: str = state) -> None:
                progress(min((before + received) / total, 1.0), what)

            report(0)
            _fetch(kind, archive, report)
        done += archive.size
        progress(done / total, _("{name}: here", name=name))


def _unpack(kind: str, path: Path, data_dir: Path, progress: Progress, *, keep: bool) -> None:
    progress(1.0, _("{name}: unpacking …", name=path.name))
    try:
        unpack(kind, path, folder_of(kind, data_dir))
        if not keep:
            path.unlink()
    except UnpackError as error:
        raise DataUnavailableError(
            _(
                "{label}: {path} cannot be unpacked ({error}). Delete it, then download again.",
                label=_(SETS[kind].label),
                path=path,
                error=error,
            )
        ) from error
    except OSError as error:
        raise _disk(kind, path, error) from error


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.part"):
            if time.time() - left.stat().st_mtime > STALE:
                left.unlink(missing_ok=True)
    except OSError as error:
        raise _disk(None, folder, error) from error


def _md5(path: Path) -> str | None:
    """The MD5 of a file that is here, as hexadecimal digits."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, _new_md5).hexdigest()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _disk(None, path, error) from error


def _new_md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)


def _fetch(kind: str, archive: Archive, report: Callable[[int], None]) -> None:
    """One archive from the first mirror that gives it whole."""
    failures: list[str] = []
    path = archive.path
    for url in archive.urls:
        try:
            part = Path(_temporary(path))
        except OSError as error:
            raise _disk(kind, path.parent, error) from error
        try:
            failure = _fetch_from(url, part, archive.md5, report)
            if failure is None:
                part.replace(path)
                return
            failures.append(f"{url}: {failure}")
        except OSError as error:
            raise _disk(kind, path, error) from error
        finally:
            part.unlink(missing_ok=True)
    raise DataUnavailableError(
        _(
            "{label} could not be downloaded: no mirror gave {name}"
            " ({failures}). Connect to the internet and download again, or put the file"
            " into {folder} by hand, or take 'digits', which needs no download.",
            label=_(SETS[kind].label),
            name=path.name,
            failures="; ".join(failures),
            folder=path.parent,
        )
    )


def _temporary(path: Path) -> str:
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    return name


def _fetch_from(url: str, part: Path, md5: str, report: Callable[[int], None]) -> str | None:
    """Why a mirror did not give the file, None where it did. An OSError is the disk's alone."""
    digest, received = _new_md5(), 0
    with part.open("wb") as file:
        try:
            for chunk in _chunks(url):
                digest.update(chunk)
                received += len(chunk)
                file.write(chunk)
                report(received)
        except _MirrorError as error:
            return str(error)
    if digest.hexdigest() != md5:
        return _(
            "{received:,} bytes came, of another file (MD5 {found}, not {md5})",
            received=received,
            found=digest.hexdigest(),
            md5=md5,
        )
    return None


class _MirrorError(Exception):
    """A mirror that cannot be reached, or that breaks off."""


def _chunks(url: str) -> Iterator[bytes]:
    try:
        with urlopen(url, timeout=TIMEOUT) as response:
            while chunk := response.read(CHUNK):
                yield chunk
    except (OSError, http.client.HTTPException) as error:  # URLError and timeouts are OSErrors
        raise _MirrorError(str(error) or type(error).__name__) from error


def _disk(kind: str | None, path: Path, error: OSError) -> DataUnavailableError:
    if error.errno == errno.ENOSPC:
        most = max(published.download_bytes for published in SETS.values())
        need = 2 * (SETS[kind].download_bytes if kind is not None else most) // 1_000_000
        mend = _("Free about {need} MB there", need=need)
    else:
        mend = _("Make it writable")
    return DataUnavailableError(
        _(
            "The download cannot be stored: {path}: {reason}. {mend}, or set"
            " NNLAB_DATA_DIR to another directory.",
            path=path,
            reason=error.strerror or error,
            mend=mend,
        )
    )
