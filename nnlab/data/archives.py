"""The published sets of pictures on this machine: which files are here, and what is in them."""

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.data import cifar
from nnlab.data.published import CIFAR_FILES, SETS, base_of, folder_of
from nnlab.errors import DataUnavailableError
from nnlab.texts import _

Pictures = tuple[NDArray[np.uint8], NDArray[np.integer]]
PARTS = ("train", "t10k")


@dataclass(frozen=True)
class Absent:
    """The missing files of a data set."""

    kind: str
    folder: Path
    """Folder that was searched."""
    names: tuple[str, ...]
    """The files that are missing, or not what they should be."""
    cut_off: tuple[str, ...]
    """Files that exist, but with another size."""

    def __str__(self) -> str:
        """Return one sentence: which files are missing, and where they were looked for."""
        label, count = _(SETS[self.kind].label), len(self.names)
        if self.cut_off:
            return _(
                "{label} is not whole: {files} is there, but cut off or another file, in {folder}.",
                "{label} is not whole: {files} are there, but cut off or another file, in"
                " {folder}.",
                n=len(self.cut_off),
                label=label,
                files=", ".join(self.cut_off),
                folder=self.folder,
            )
        return _(
            "{label} is not on this computer yet: {n} file missing ({files}), looked for in"
            " {folder}.",
            "{label} is not on this computer yet: {n} files missing ({files}), looked for in"
            " {folder}.",
            n=count,
            label=label,
            files=", ".join(self.names),
            folder=self.folder,
        )


def absent(kind: str, data_dir: Path) -> Absent | None:
    """Return the missing files of a kind, judged by file sizes without reading.

    None: none missing.
    """
    kind = base_of(kind)
    if kind not in SETS:
        return None
    folder = folder_of(kind, data_dir)
    names, cut_off = [], []
    for choices in _wanted(kind, folder):
        found = [_size(path) for path, _ in choices]
        if not any(fits(size) for size, (_, fits) in zip(found, choices, strict=True)):
            name = choices[-1][0].name
            names.append(name)
            if any(size is not None for size in found):
                cut_off.append(name)
    return Absent(kind, folder, tuple(names), tuple(cut_off)) if names else None


def is_available(kind: str, data_dir: Path) -> bool:
    """Whether all that a kind needs is here, by the sizes of its files (reads nothing)."""
    return absent(kind, data_dir) is None


def stamp(kind: str, data_dir: Path) -> tuple[tuple[int, int] | None, ...]:
    """Sizes and times of the files of a kind: another value whenever one of them changes."""
    kind = base_of(kind)
    if kind not in SETS:
        return ()
    wanted = _wanted(kind, folder_of(kind, data_dir))
    return tuple(look(path) for choices in wanted for path, _ in choices)


def read(kind: str, data_dir: Path, part: str) -> Pictures:
    """Pictures uint8 [n, height, width], or [n, 3, height, width] in colour, and their labels [n].

    0 is black (paper), 255 is white (ink); labels count from 0.

    Args:
        kind: one of `SETS`.
        data_dir: where data sets are kept.
        part: `train` or `t10k`.

    Raises:
        DataUnavailableError: files are absent, cut off or damaged.
    """
    if lacking := absent(kind, data_dir):
        raise DataUnavailableError(f"{lacking} {mend(kind)}")
    folder, published = folder_of(kind, data_dir), SETS[kind]
    count = published.train if part == "train" else published.test
    if kind == "cifar10":
        images, labels = _read_cifar(kind, folder, part, count)
    else:
        stem = published.stems[PARTS.index(part)]
        images = _read_idx(kind, folder, f"{stem}-images-idx3-ubyte", (count, 28, 28))
        labels = _read_idx(kind, folder, f"{stem}-labels-idx1-ubyte", (count,))
        labels = labels.astype(np.int64) - published.first_label
    if published.is_transposed:
        images = images.transpose(0, 2, 1)
    if labels.min() < 0 or labels.max() >= len(published.class_names):
        found = labels[(labels < 0) | (labels >= len(published.class_names))][0]
        raise _broken(
            kind, folder, _("it holds the label {found}", found=found + published.first_label)
        )
    return images, labels


def mend(kind: str) -> str:
    """Return the instruction for getting a missing data set."""
    return _(
        "Press Download on the Images page or run `python -m nnlab download {kind}`"
        " ({download_size}), or take 'digits', which needs no download.",
        kind=kind,
        download_size=SETS[kind].download_size,
    )


def _wanted(kind: str, folder: Path) -> list[list[tuple[Path, "Fits"]]]:
    """Return, for each needed file, its possible forms here, and whether their sizes fit."""
    published = SETS[kind]
    if kind == "cifar10":
        _, height, width = published.shape
        at_least = 3 * height * width * min(published.train // 5, published.test)
        return [
            [(folder / name, Fits(at_least, exact=False))]
            for part in PARTS
            for name in CIFAR_FILES[part]
        ]
    packed = [Fits(size) for size in published.archive_bytes] or [Fits(1, exact=False)] * 4
    return [
        [(folder / name, Fits(size)), (folder / f"{name}.gz", packed_fits)]
        for (name, size), packed_fits in zip(published.idx_files().items(), packed, strict=True)
    ]


@dataclass(frozen=True)
class Fits:
    """Whether a file has the size that it should have."""

    size: int
    exact: bool = True

    def __call__(self, size: int | None) -> bool:
        """Whether `size` is right; None is a file that is not there."""
        return size is not None and (size == self.size if self.exact else size >= self.size)


def look(path: Path) -> tuple[int, int] | None:
    """Size and time of a file; None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _size(path: Path) -> int | None:
    found = look(path)
    return found[0] if found is not None else None


def _read_cifar(kind: str, folder: Path, part: str, count: int) -> Pictures:
    names = CIFAR_FILES[part]
    images, labels = [], []
    for name in names:
        try:
            pictures, classes = cifar.read_batch(folder / name, count // len(names))
        except cifar.BatchError as error:
            raise _broken(kind, folder / name, str(error)) from error
        except OSError as error:
            raise _unreadable(kind, folder / name, error) from error
        images.append(pictures)
        labels.append(classes)
    return np.concatenate(images), np.concatenate(labels)


def _read_idx(kind: str, folder: Path, name: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """The array of an idx file: two zeros, type 8 (uint8), the number of axes, their sizes."""
    path, size, axes = folder / name, SETS[kind].idx_files()[name], len(shape)
    try:
        if _size(path) == size:
            content = path.read_bytes()
        else:
            path = folder / f"{name}.gz"
            # One byte more than there should be: so the checksum at the end is compared, and yet
            # no archive can fill the memory.
            with gzip.open(path) as archive:
                content = archive.read(size + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _broken(kind, path, str(error)) from error
    except OSError as error:
        raise _unreadable(kind, path, error) from error
    sizes = np.frombuffer(content[4 : 4 + 4 * axes], ">u4")
    right_length = len(content) == size
    if content[:4] != bytes([0, 0, 8, axes]) or tuple(sizes) != shape or not right_length:
        raise _broken(kind, path, _("it starts with {bytes}", bytes=content[:8].hex(" ")))
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _unreadable(kind: str, path: Path, error: OSError) -> DataUnavailableError:
    return DataUnavailableError(
        _(
            "{label} cannot be read: {path}: {reason}."
            " Make the file readable, or set NNLAB_DATA_DIR to another directory.",
            label=_(SETS[kind].label),
            path=path,
            reason=error.strerror or error,
        )
    )


def _broken(kind: str, path: Path, found: str) -> DataUnavailableError:
    return DataUnavailableError(
        _(
            "{label} cannot be read: {path} is damaged ({found}). Delete that file, then"
            " download it again. {mend}",
            label=_(SETS[kind].label),
            path=path,
            found=found,
            mend=mend(kind),
        )
    )
