"""Handwriting as a file: a zip of PNGs, and a CSV that says what each of them is.

`labels.csv` has the columns `file,label`. An archive is taken whole or not at all, and everything
in it is checked before the first drawing is kept.
"""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from nnlab.data.handwriting import (
    MOST,
    MOST_BYTES,
    Drawing,
    as_png,
    drawings,
    new_drawing,
    read,
    remove,
    write,
)
from nnlab.data.kept import DRAWING_BYTES, LOCAL, Room, no_limit
from nnlab.drawing import EmptyDrawingError, read_image, to_network_input
from nnlab.errors import InvalidImageError, NnlabError
from nnlab.texts import _

LABELS = "labels.csv"
MOST_PICTURES = 1_500
"""Half a second of work, where nobody else wants the processor."""
MOST_OTHERS = 100
"""Pictures of another size than 28×28: each of them goes the way of a drawing."""
MOST_PIXELS = 1_000_000
"""Limit for all of those together, a second of work: a PNG of a few bytes may unpack to
millions."""
MOST_LABELS = 200_000
"""Bytes of `labels.csv`."""
MOST_NAME = 100
"""Characters of a file's name."""
ENTRY = b"PK\x01\x02"
"""Begins an entry of the archive's table (APPNOTE 4.3.12)."""
PNG = b"\x89PNG\r\n\x1a\n"

_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, IndexError, OSError, struct.error,
    OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""Exceptions of `zipfile` for damaged archives: a negative place to seek, an empty or undecodable
name, a password (RuntimeError), an unknown compression (NotImplementedError)."""


class InvalidArchiveError(NnlabError):
    """An archive of handwriting that is refused; nothing of it was kept."""


def export(chosen: list[Drawing]) -> bytes:
    """The drawings as a zip that `take` reads.

    Raises:
        DataUnavailableError: a drawing cannot be read.
    """
    pictures, labels = read(chosen)
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("file", "label"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
            name = f"{number:05d}.png"
            rows.writerow((name, int(label)))
            archive.writestr(name, as_png(picture))
        archive.writestr(LABELS, table.getvalue())
    return buffer.getvalue()


def take(content: bytes, data_dir: Path, *, owner: str = LOCAL, room: Room = no_limit) -> int:
    """Keep all drawings of a zip for their `owner`, if there is `room`. Returns how many.

    PNGs of 28×28 pixels are taken as they are; others go the way of a drawing.

    Raises:
        InvalidArchiveError: it is broken, too big or not what it claims; says what, and where.
        NnlabError: the data directory cannot be written, or has no room. What was written of
            it is removed.
    """
    pictures = _read(content)
    held = len(drawings(data_dir))
    if held + len(pictures) > MOST:
        raise InvalidArchiveError(
            _(
                "{held:,} drawings are kept and {count:,} would come: {most:,} is the most.",
                held=held,
                count=len(pictures),
                most=MOST,
            )
        )
    room(len(pictures) * DRAWING_BYTES, owner)
    written: list[Drawing] = []
    try:
        for picture, label in pictures:
            written.append(new_drawing(label, data_dir, owner))
            write(written[-1], picture)
    except NnlabError:
        remove(written)
        raise
    return len(written)


def _read(content: bytes) -> list[tuple[NDArray[np.uint8], int]]:
    if len(content) > MOST_BYTES:
        raise InvalidArchiveError(
            _(
                "The archive has {size:,} bytes, and {most_bytes:,} is the most.",
                size=len(content),
                most_bytes=MOST_BYTES,
            )
        )
    if content.count(ENTRY) > 2 * MOST_PICTURES:  # with their folders; each would be listed
        raise InvalidArchiveError(
            _(
                "An archive holds 1 to {most_pictures:,} drawings, this one {count:,}.",
                most_pictures=MOST_PICTURES,
                count=content.count(ENTRY),
            )
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _pictures(archive)
    except _BROKEN as error:
        raise InvalidArchiveError(
            _(
                "This is no zip that can be read ({error}): export one on this page to see the"
                " form.",
                error=error,
            )
        ) from error


def _pictures(archive: zipfile.ZipFile) -> list[tuple[NDArray[np.uint8], int]]:
    entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
    if len(entries) != sum(not entry.is_dir() for entry in archive.infolist()):
        raise InvalidArchiveError(_("Two files of the archive have the same name."))
    unpacked = sum(entry.file_size for entry in entries.values())
    if unpacked > MOST_BYTES:
        raise InvalidArchiveError(
            _(
                "Unpacked it has {unpacked:,} bytes, and {most_bytes:,} is the most.",
                unpacked=unpacked,
                most_bytes=MOST_BYTES,
            )
        )
    for name in entries:
        _must_be_plain(name)
    if LABELS not in entries:
        raise InvalidArchiveError(
            _(
                "{labels} is missing: a CSV with the columns file,label and a row for each PNG.",
                labels=LABELS,
            )
        )
    if entries[LABELS].file_size > MOST_LABELS:
        raise InvalidArchiveError(
            _(
                "{labels} has {size:,} bytes, and {most:,} is the most.",
                labels=LABELS,
                size=entries[LABELS].file_size,
                most=MOST_LABELS,
            )
        )
    labels = _labels(_content(archive, entries[LABELS]))
    _must_name_each(entries, labels)
    contents = {name: _content(archive, entries[name]) for name in labels}
    _must_have_few_others([_size(name, content) for name, content in contents.items()])
    return [(_picture(name, content), labels[name]) for name, content in contents.items()]


def _must_name_each(entries: Collection[str], labels: Collection[str]) -> None:
    """Every PNG has a row in `labels.csv`, and every row a PNG."""
    files, named = set(entries), set(labels)
    for name in sorted(files - named - {LABELS}):
        raise InvalidArchiveError(_("{name} has no row in {labels}.", name=name, labels=LABELS))
    for name in sorted(named - files):
        raise InvalidArchiveError(
            _(
                "{labels} names {name}, which is not in the archive.",
                labels=LABELS,
                name=name[:MOST_NAME],
            )
        )


def _must_have_few_others(sizes: Sequence[tuple[int, int]]) -> None:
    """Bound the work on pictures of other sizes than 28×28, as (width, height) in pixels."""
    others = [size for size in sizes if size != (28, 28)]
    if len(others) > MOST_OTHERS:
        raise InvalidArchiveError(
            _(
                "{others:,} of its pictures are not of 28×28 pixels, and {most:,} is the most:"
                " make them 28×28, or bring them in several archives.",
                others=len(others),
                most=MOST_OTHERS,
            )
        )
    pixels = sum(width * height for width, height in others)
    if pixels > MOST_PIXELS:
        raise InvalidArchiveError(
            _(
                "Its pictures of other sizes have {pixels:,} pixels together, and {most_pixels:,}"
                " is the most: make them smaller (28×28 is enough).",
                pixels=pixels,
                most_pixels=MOST_PIXELS,
            )
        )


def _must_be_plain(name: str) -> None:
    if len(name) > MOST_NAME:
        raise InvalidArchiveError(
            _(
                "A file's name in the archive has 1 to {most} characters, got {count:,}:"
                " '{name}…'.",
                most=MOST_NAME,
                count=len(name),
                name=name[:MOST_NAME],
            )
        )
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise InvalidArchiveError(
            _("'{name}' would lie outside the archive's own folder.", name=name)
        )


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return an entry's content, refused beyond its declared size, whatever it unpacks to."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InvalidArchiveError(
            _(
                "The compression of {filename} is not supported: create the archive again.",
                filename=entry.filename,
            )
        )
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise InvalidArchiveError(
            _("{filename} is larger or smaller than it declares.", filename=entry.filename)
        )
    return content


def _labels(content: bytes) -> dict[str, int]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidArchiveError(
            _("{labels} is no CSV in UTF-8 ({error}).", labels=LABELS, error=error)
        ) from error
    if not rows or [cell.strip().lower() for cell in rows[0]] != ["file", "label"]:
        raise InvalidArchiveError(
            _("{labels} has to begin with the row file,label.", labels=LABELS)
        )
    labels: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        if len(row) != 2 or row[1].strip() not in set("0123456789"):
            raise InvalidArchiveError(
                _(
                    "Row {number} of {labels} has to say a file and a digit 0 to 9, got {row}.",
                    number=number,
                    labels=LABELS,
                    row=str(row)[:MOST_NAME],
                )
            )
        if row[0] in labels:
            raise InvalidArchiveError(
                _(
                    "Row {number} of {labels} names {name} a second time.",
                    number=number,
                    labels=LABELS,
                    name=row[0][:MOST_NAME],
                )
            )
        labels[row[0]] = int(row[1])
    if not 1 <= len(labels) <= MOST_PICTURES:
        raise InvalidArchiveError(
            _(
                "An archive holds 1 to {most_pictures:,} drawings, this one {count:,}.",
                most_pictures=MOST_PICTURES,
                count=len(labels),
            )
        )
    return labels


def _size(name: str, content: bytes) -> tuple[int, int]:
    """Width and height, as a PNG's header says (they follow `IHDR`, PNG specification 11.2)."""
    if not content.startswith(PNG) or content[12:16] != b"IHDR" or len(content) < 24:
        raise InvalidArchiveError(_("{name} is no PNG.", name=name))
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _picture(name: str, content: bytes) -> NDArray[np.uint8]:
    try:
        pixels = read_image(content)
        if pixels.shape[:2] == (28, 28) and pixels.ndim == 2:
            return pixels
        return np.round(to_network_input(pixels) * 255).astype(np.uint8)
    except EmptyDrawingError as error:
        raise InvalidArchiveError(
            _("{name} is empty: nothing is drawn on it.", name=name)
        ) from error
    except InvalidImageError as error:
        raise InvalidArchiveError(
            _("{name} cannot be read: {error}", name=name, error=error)
        ) from error
