"""The class's handwriting: drawings that people kept with their label, one PNG each.

The set grows and shrinks while people draw, so a run never learns from it directly: it learns from
a frozen copy, named by how many drawings it holds and what they are.
"""

import hashlib
import io
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from nnlab.data.kept import (
    DRAWING,
    DRAWING_BYTES,
    DRAWINGS,
    FROZEN,
    LOCAL,
    Room,
    keep_once,
    mark_of,
    no_limit,
)
from nnlab.data.splits import Part
from nnlab.errors import DataUnavailableError, NnlabError
from nnlab.files import write_bytes
from nnlab.texts import _

MOST = 20_000
MOST_BYTES = 20 * 2**20
"""Limit for a zip of drawings, and for its unpacked content."""
FROZEN_NAME = re.compile(r"(?P<count>[1-9]\d*)-[0-9a-f]{16}")

Pictures = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""[n, 28, 28], 0 to 255, and the n labels, 0 to 9."""


@dataclass(frozen=True)
class Drawing:
    """One kept drawing."""

    path: Path
    id: str
    """Sorts by when it was kept."""
    label: int
    """0 to 9: what its writer says it is."""

    @property
    def mark(self) -> str:
        """The owner's mark, as `nnlab.data.kept.mark_of` returns it."""
        said = DRAWING.fullmatch(self.path.name)
        return LOCAL if said is None else said["mark"] or LOCAL

    def picture(self) -> NDArray[np.uint8]:
        """The 28×28 picture that a network receives, 0 to 255, light on dark.

        Raises:
            DataUnavailableError: the file is gone or damaged.
        """
        try:
            with Image.open(self.path) as image:
                pixels = np.asarray(image.convert("L"), np.uint8)
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
            raise DataUnavailableError(
                _(
                    "The drawing {path} cannot be read ({error}): remove that file.",
                    path=self.path,
                    error=error,
                )
            ) from error
        if pixels.shape != (28, 28):
            raise DataUnavailableError(
                _(
                    "The drawing {path} has {shape} pixels, not (28, 28): remove it.",
                    path=self.path,
                    shape=pixels.shape,
                )
            )
        return pixels


def keep(
    picture: NDArray[np.floating],
    label: int,
    data_dir: Path,
    *,
    owner: str = LOCAL,
    room: Room = no_limit,
) -> Drawing:
    """Add a drawing to the set. Any number of people may do so at the same time.

    Args:
        picture: float [28, 28] in [0, 1], as `nnlab.drawing` makes it.
        label: 0 to 9.
        data_dir: `Settings.data_dir`.
        owner: who keeps it.
        room: asked before it is written.

    Raises:
        NnlabError: the set is full, or cannot be written, or has no room.
    """
    if picture.shape != (28, 28) or label not in range(10):
        raise ValueError(
            _(
                "a 28×28 picture and a label 0 to 9, got {shape} and {label}",
                shape=picture.shape,
                label=label,
            )
        )
    held = len(drawings(data_dir))
    if held >= MOST:
        raise NnlabError(
            _(
                "{held:,} drawings are kept, and {most:,} is the most: export them, then delete"
                " some.",
                held=held,
                most=MOST,
            )
        )
    room(DRAWING_BYTES, owner)
    drawing = new_drawing(label, data_dir, owner)
    write(drawing, np.round(picture * 255).astype(np.uint8))
    return drawing


def write(drawing: Drawing, picture: NDArray[np.uint8]) -> None:
    """Write a drawing's file, whole.

    Raises:
        NnlabError: it cannot be written.
    """
    try:
        drawing.path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(drawing.path, as_png(picture))
    except OSError as error:
        raise cannot_keep(drawing.path.parent, error) from error


def drawings(data_dir: Path) -> list[Drawing]:
    """List all kept drawings, the oldest first."""
    folder = data_dir / DRAWINGS
    found = [
        Drawing(path, match["id"], int(match["label"]))
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (match := DRAWING.fullmatch(path.name))
    ]
    return sorted(found, key=lambda drawing: drawing.id)


def remove(chosen: list[Drawing]) -> None:
    """Delete drawings; what somebody else has deleted meanwhile is gone already.

    Raises:
        NnlabError: the folder cannot be written.
    """
    for drawing in chosen:
        try:
            drawing.path.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_keep(drawing.path.parent, error) from error


def read(chosen: list[Drawing]) -> Pictures:
    """The pictures and labels of drawings.

    Raises:
        DataUnavailableError: a file is gone or damaged.
    """
    pictures = [drawing.picture() for drawing in chosen]
    labels = np.array([drawing.label for drawing in chosen], np.int64)
    return np.array(pictures, np.uint8).reshape(-1, 28, 28), labels


def as_part(pictures: NDArray[np.uint8], labels: NDArray[np.int64]) -> Part:
    """Drawings as a network takes them: x float32 [n, 1, 28, 28] in [0, 1], y int64 [n]."""
    x = torch.from_numpy(pictures.astype(np.float32) / 255)[:, None]
    return Part(x, torch.from_numpy(labels.astype(np.int64)))


def freeze(
    chosen: list[Drawing], data_dir: Path, *, owner: str = LOCAL, room: Room = no_limit
) -> str:
    """Keep a copy of these drawings as they are, for runs to learn from. Returns its name.

    The name, `120-3f…`, is the number of drawings and a digest of pictures and labels, so the same
    drawings have the same name everywhere. `room` is asked before a new set is
    written, for its `owner`.

    Raises:
        NnlabError: no drawing, or the set cannot be written, or has no room.
        DataUnavailableError: a drawing cannot be read.
    """
    if not chosen:
        raise NnlabError(_("No drawing is kept yet: draw a digit on /draw and keep it."))
    pictures, labels = read(chosen)
    name = f"{len(labels)}-{_digest(pictures, labels)}"
    path = data_dir / FROZEN / f"{name}.npz"

    def content() -> bytes:
        buffer = io.BytesIO()
        np.savez_compressed(buffer, pictures=pictures, labels=labels)
        return buffer.getvalue()

    try:
        keep_once(path, content, owner, room)
    except OSError as error:
        raise cannot_keep(path.parent, error) from error
    return name


def count(name: str) -> int:
    """The number of drawings of a frozen set, which its name says.

    Raises:
        NnlabError: no such name.
    """
    match = FROZEN_NAME.fullmatch(name)
    if match is None:
        raise NnlabError(
            _(
                "A frozen set of drawings is named like 120-3f9a0c1d2e4b5a69, got '{name}'.",
                name=name,
            )
        )
    return int(match["count"])


def read_frozen(name: str, data_dir: Path) -> Pictures:
    """The drawings of a frozen set.

    Raises:
        DataUnavailableError: it is not here, or not what its name says.
    """
    count(name)
    path = data_dir / FROZEN / f"{name}.npz"
    try:
        with np.load(path, allow_pickle=False) as held:
            pictures, labels = held["pictures"], held["labels"]
    except FileNotFoundError:
        raise DataUnavailableError(
            _(
                "The handwriting that this experiment learns from ({name}) is not on this server:"
                " it was looked for at {path}. Import its zip on /draw, or choose other drawings.",
                name=name,
                path=path,
            )
        ) from None
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise DataUnavailableError(
            _("{path} is damaged ({error}): remove that file.", path=path, error=error)
        ) from error
    if f"{len(labels)}-{_digest(pictures, labels)}" != name:
        raise DataUnavailableError(
            _("{path} is not what its name says: remove that file.", path=path)
        )
    return pictures, labels


def as_png(picture: NDArray[np.uint8]) -> bytes:
    """A PNG of a greyscale picture."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def cannot_keep(folder: Path, error: OSError) -> NnlabError:
    """The words for drawings that cannot be written."""
    return NnlabError(
        _(
            "Drawings cannot be kept in {folder} ({reason}): make room or give the right to"
            " write, or set NNLAB_DATA_DIR to another place.",
            folder=folder,
            reason=error.strerror,
        )
    )


def new_drawing(label: int, data_dir: Path, owner: str = LOCAL) -> Drawing:
    """A drawing that has no file yet, with a name of its own."""
    name = f"{time.time_ns():016x}-{uuid.uuid4().hex[:8]}"
    whose = "" if owner == LOCAL else f"-{mark_of(owner)}"
    return Drawing(data_dir / DRAWINGS / f"{label}-{name}{whose}.png", name, label)


def _digest(pictures: NDArray[np.generic], labels: NDArray[np.generic]) -> str:
    content = pictures.astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes()
    return hashlib.sha256(content).hexdigest()[:16]
