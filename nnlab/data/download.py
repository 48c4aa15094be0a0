"""MNIST and Fashion-MNIST from the mirrors that torchvision knows, with progress."""

import errno
import hashlib
import http.client
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

from nnlab.data.archives import ARCHIVE_BYTES, FOLDERS, is_available, is_unpacked, raw_folder
from nnlab.data.torchvision_fix import torchvision_datasets
from nnlab.errors import DataUnavailableError, one_of

__all__ = ["Progress", "download", "is_available"]

Progress = Callable[[float, str], None]
"""Told the share that is done (0 to 1) and a sentence on what goes on."""

CHUNK = 1 << 16
"""Bytes read at once, and between two reports of progress."""
TIMEOUT = 20.0
"""Seconds without a single byte after which a mirror counts as silent."""
STALE = 3600.0
"""Seconds after which a temporary file of a download is one that was killed."""


def download(kind: str, data_dir: Path, progress: Progress) -> None:
    """Fetches what is not here yet of `mnist` or `fashion-mnist` into torchvision's layout.

    An archive that is here with the right MD5 is kept, a broken one is fetched anew. Each comes
    under a temporary name and gets its own only when its MD5 is right, so that whoever reads
    meanwhile, or interrupts, never finds half a file.

    Raises:
        DataUnavailableError: no mirror answers, the disk is full, or the directory is not writable.
    """
    if kind not in FOLDERS:
        raise DataUnavailableError(one_of("data set to download", kind, FOLDERS))
    published = getattr(torchvision_datasets(), FOLDERS[kind])
    folder = raw_folder(kind, data_dir)
    _make(folder)
    total, done = sum(ARCHIVE_BYTES[kind]), 0
    for (name, md5), size in zip(published.resources, ARCHIVE_BYTES[kind], strict=True):
        path = folder / name
        found = _md5(path)
        if found != md5 and not (found is None and is_unpacked(path)):
            state = f"broken (its MD5 is {found}, not {md5}), fetched anew" if found else "fetched"

            def report(received: int, before: int = done, what: str = f"{name}: {state}") -> None:
                progress(min((before + received) / total, 1.0), what)

            report(0)
            _fetch(kind, path, md5, [mirror + name for mirror in published.mirrors], report)
        done += size
        progress(done / total, f"{name}: here")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.part"):
            if time.time() - left.stat().st_mtime > STALE:
                left.unlink(missing_ok=True)
    except OSError as error:
        raise _disk(folder, error) from error


def _md5(path: Path) -> str | None:
    """The MD5 of a file that is here, as hexadecimal digits."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, _new_md5).hexdigest()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _disk(path, error) from error


def _new_md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)


def _fetch(kind: str, path: Path, md5: str, urls: list[str], report: Callable[[int], None]) -> None:
    """One archive from the first mirror that gives it whole."""
    failures: list[str] = []
    for url in urls:
        try:
            part = Path(_temporary(path))
        except OSError as error:
            raise _disk(path.parent, error) from error
        try:
            failure = _fetch_from(url, part, md5, report)
            if failure is None:
                part.replace(path)
                return
            failures.append(f"{url}: {failure}")
        except OSError as error:
            raise _disk(path, error) from error
        finally:
            part.unlink(missing_ok=True)
    raise DataUnavailableError(
        f"'{kind}' could not be downloaded: {path.name} is missing or broken in {path.parent}, and"
        f" no mirror gave it ({'; '.join(failures)}). Connect to the internet and download again,"
        " or put the file there by hand, or take 'digits', which needs none."
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
        return f"{received:,} bytes came, of another file (MD5 {digest.hexdigest()}, not {md5})"
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


def _disk(path: Path, error: OSError) -> DataUnavailableError:
    if error.errno == errno.ENOSPC:
        need = sum(max(sizes) for sizes in ARCHIVE_BYTES.values()) // 1_000_000
        mend = f"Free about {need} MB there"
    else:
        mend = "Make it writable"
    return DataUnavailableError(
        f"The download cannot be stored: {path}: {error.strerror or error}. {mend}, or set"
        " NNLAB_DATA_DIR to another directory."
    )
