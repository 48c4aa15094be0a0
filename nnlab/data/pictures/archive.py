"""A zip with a folder of pictures for each class: what is in it, before any of it is unpacked.

`cat/1.jpg dog/1.jpg`; also in one folder at the top, or in `train/`, `val/` and `test/`, each with
the same classes. What a file holds is told by its content, not by its name.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from nnlab.config.own_data import MAX_CLASS_NAME, MAX_PICTURE_CLASSES
from nnlab.errors import NnlabError, shortened
from nnlab.texts import _
from nnlab.visible import visible

MOST_BYTES = 500 * 2**20
"""Limit for an archive. Uploads by a browser have a lower one: `UPLOAD_BYTES`."""
UPLOAD_BYTES = 60 * 2**20
MOST_PICTURES = 2_000
MOST_ENTRIES = 3 * MOST_PICTURES
"""Files and folders of all kinds: macOS packs a hidden file beside each."""
MOST_UNPACKED = 4 * MOST_BYTES
MOST_FILE = 16 * 2**20
"""Bytes of a picture, unpacked."""
MOST_NAME = 300
"""Characters of a file's path."""

Part = Literal["train", "val", "test"]
PARTS: dict[str, Part] = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
"""Accepted names of a part's folder."""
UNSEEN = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
"""Files that operating systems add to archives; names that begin with a dot are ignored, too."""
ENTRY = b"PK\x01\x02"
"""Begins an entry of the archive's table (APPNOTE 4.3.12)."""

BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, IndexError, OSError, struct.error,
    OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""Exceptions of `zipfile` for damaged archives; a password raises RuntimeError."""


class InvalidPicturesError(NnlabError):
    """An archive of pictures that is refused; nothing of it was kept."""


@dataclass(frozen=True)
class Listed:
    """A file of the archive."""

    name: str
    """The whole path inside the archive."""
    part: Part
    label: int
    """A place in `Contents.classes`."""
    entry: zipfile.ZipInfo


@dataclass(frozen=True)
class Contents:
    """The content of an archive, judged by its file names alone."""

    classes: tuple[str, ...]
    listed: tuple[Listed, ...]
    """Listed pictures by part and class, each class by name."""
    homeless: tuple[str, ...]
    """Files that lie in no folder of a class."""


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The zip, whose table is short enough to be read.

    Raises:
        InvalidPicturesError: too large, too many entries, or no zip.
    """
    if len(content) > MOST_BYTES:
        raise InvalidPicturesError(
            _(
                "The archive has {size:,} MB, and {most:,} MB is the most: make the pictures"
                " smaller.",
                size=len(content) // 2**20,
                most=MOST_BYTES // 2**20,
            )
        )
    count = content.count(ENTRY)
    if count > MOST_ENTRIES:
        raise _too_many(count)
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except BROKEN as error:
        raise not_a_zip(error) from error


def list_archive(archive: zipfile.ZipFile) -> Contents:
    """List the archive's content. Unpacks nothing.

    Raises:
        InvalidPicturesError: no two classes, too many of anything, a name that leads out of the
            archive, or parts of different classes; says which, and the mend.
    """
    entries = {
        _path_of(entry): entry
        for entry in archive.infolist()
        if not entry.is_dir() and not _is_unseen(entry.filename)
    }
    if len(entries) > MOST_PICTURES:
        raise _too_many(len(entries))
    unpacked = sum(entry.file_size for entry in entries.values())
    if unpacked > MOST_UNPACKED:
        raise InvalidPicturesError(
            _(
                "Unpacked it has {size:,} MB, and {most:,} MB is the most: make the pictures"
                " smaller.",
                size=unpacked // 2**20,
                most=MOST_UNPACKED // 2**20,
            )
        )
    paths = _without_top(list(entries))
    in_parts = _are_parts({path[0] for path in paths.values() if len(path) > 1})
    found: dict[tuple[Part, str], list[tuple[str, zipfile.ZipInfo]]] = {}
    homeless = []
    for whole, entry in entries.items():
        path = paths[whole]
        part = PARTS[path[0].casefold()] if in_parts and len(path) > 1 else "train"
        inner = path[1:] if in_parts else path
        if len(inner) < 2:
            homeless.append(str(whole))
        else:
            found.setdefault((part, _class_name(inner[0])), []).append((str(whole), entry))
    classes = _classes(found)
    listed = [
        Listed(name, part, classes.index(label), entry)
        for (part, label), files in sorted(found.items(), key=lambda one: _order(one[0][1]))
        for name, entry in sorted(files, key=lambda file: _order(file[0]))
    ]
    order = list(dict.fromkeys(PARTS.values()))
    listed.sort(key=lambda one: (order.index(one.part), one.label))
    return Contents(classes, tuple(listed), tuple(homeless))


def unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a file's content, refused beyond its declared size, whatever it unpacks to.

    Raises:
        InvalidPicturesError: it is too large, or not what it declares, or cannot be unpacked.
    """
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InvalidPicturesError(_("its compression is not supported: create the archive again"))
    if entry.file_size > MOST_FILE:
        raise InvalidPicturesError(
            _(
                "it has {size:,} MB, and {most:,} MB is the most",
                size=entry.file_size // 2**20,
                most=MOST_FILE // 2**20,
            )
        )
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except BROKEN as error:
        raise InvalidPicturesError(
            _("it cannot be unpacked ({error})", error=shortened(error))
        ) from error
    if len(content) != entry.file_size:
        raise InvalidPicturesError(_("it is larger or smaller than it declares"))
    return content


def not_a_zip(error: Exception) -> InvalidPicturesError:
    """The words for what is no zip."""
    return InvalidPicturesError(
        _(
            "This is no zip that can be read ({error}): pack a folder that holds a folder of"
            " pictures for each class.",
            error=shortened(error),
        )
    )


def _too_many(count: int) -> InvalidPicturesError:
    return InvalidPicturesError(
        _(
            "An archive holds at most {most:,} pictures, this one {count:,} files: take fewer of"
            " each class.",
            most=MOST_PICTURES,
            count=count,
        )
    )


# Names -------------------------------------------------------------------------------------------


def _path_of(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Return a file's path in the archive, never outside of it."""
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if len(name) > MOST_NAME:
        raise InvalidPicturesError(
            _(
                "The path of a file in the archive has at most {most} characters, got {count:,}:"
                " '{name}'.",
                most=MOST_NAME,
                count=len(name),
                name=shortened(name),
            )
        )
    if path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", name):
        raise InvalidPicturesError(
            _(
                "'{name}' would lie outside the archive's own folder: create the archive again.",
                name=shortened(name),
            )
        )
    return path


def _is_unseen(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(
        (part.startswith(".") and part != "..") or part.casefold() in UNSEEN for part in parts
    )


def _without_top(paths: list[PurePosixPath]) -> dict[PurePosixPath, tuple[str, ...]]:
    """The paths without folders that hold all the others."""
    parts = {path: path.parts for path in paths}
    while True:
        first = {part[0] for part in parts.values() if part}
        deep = any(len(part) > 2 for part in parts.values())
        if len(first) != 1 or not deep:
            return parts
        parts = {path: part[1:] for path, part in parts.items()}


def _are_parts(folders: set[str]) -> bool:
    """Whether the folders are parts of a set, and not classes."""
    named = {folder.casefold() for folder in folders}
    return "train" in {PARTS.get(name) for name in named} and named <= PARTS.keys()


def _class_name(folder: str) -> str:
    name = " ".join(visible(folder).split())
    if not 1 <= len(name) <= MAX_CLASS_NAME:
        raise InvalidPicturesError(
            _(
                "The name of a class has 1 to {most} characters, got the folder '{name}': call it"
                " something shorter.",
                most=MAX_CLASS_NAME,
                name=shortened(name),
            )
        )
    return name


def _classes(found: dict[tuple[Part, str], list[tuple[str, zipfile.ZipInfo]]]) -> tuple[str, ...]:
    """The names, in the order of numbers and of the alphabet. All parts have the same."""
    of: dict[Part, set[str]] = {}
    for part, label in found:
        of.setdefault(part, set()).add(label)
    names = sorted(of.get("train", ()), key=lambda name: (_order(name), name))
    for part, others in of.items():
        if others != set(names):
            raise InvalidPicturesError(
                _(
                    "The folders train and {part} have different classes ({differing}): give both"
                    " the same.",
                    part=part,
                    differing=shortened(", ".join(sorted(others ^ set(names)))),
                )
            )
    folded = [name.casefold() for name in names]
    twice = next((name for name in names if folded.count(name.casefold()) > 1), None)
    if twice is not None:
        raise InvalidPicturesError(
            _("Two folders are called '{name}': give each class its own name.", name=twice)
        )
    if not 2 <= len(names) <= MAX_PICTURE_CLASSES:
        raise InvalidPicturesError(
            _(
                "A set has 2 to {most} classes, each a folder of its own, and this archive has"
                " {count}{names}: pack a folder that holds one folder of pictures for each class.",
                most=MAX_PICTURE_CLASSES,
                count=len(names),
                names=f" ({shortened(', '.join(names))})" if names else "",
            )
        )
    return tuple(names)


def _order(name: str) -> tuple[tuple[int, int | str], ...]:
    """Names as people order them: 2 before 10."""
    return tuple(_pieces(name.casefold()))


def _pieces(name: str) -> Iterator[tuple[int, int | str]]:
    for piece in re.split(r"([0-9]{1,15})", name):
        yield (0, int(piece)) if piece.isdigit() and piece.isascii() else (1, piece)
