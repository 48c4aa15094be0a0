"""Classes of one's own, taught by drawings: the names, and the drawings that are kept for them.

`labelled/<id>.json` holds the names of a set, whose id is a digest of them: whoever teaches the
same names adds to the same set. Its drawings lie beside it, `<id>-<label>-….png`; whose a drawing
is, and who teaches a set, the names of files say (`nnlab.data.kept`).
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.config.own_data import MAX_CLASS_NAME, PictureSet
from nnlab.data.handwriting import Drawing, cannot_keep, new_drawing, read, write
from nnlab.data.kept import (
    DRAWING,
    DRAWING_BYTES,
    LABELLED,
    LOCAL,
    Room,
    keep_once,
    kept_files,
    no_limit,
)
from nnlab.data.pictures.kept_set import Arrays, keep_set
from nnlab.errors import NnlabError, shortened
from nnlab.files import read_plain
from nnlab.texts import _
from nnlab.visible import visible

MOST_NAMES = 10
ENOUGH = 5
"""Drawings of each class from which a network learns."""
MOST_OF_A_SET = 2_000
"""Limit for a set: as many as a zip of pictures holds, so that an export can be imported."""
MOST_DRAWINGS = 20_000
"""Limit for all sets together."""
MOST_SETS = 500
MOST_BYTES = 4_096
"""Limit for the file with the names."""
TESTED = 10
"""A class with at least so many drawings leaves a fifth for validation; of fewer all train."""


@dataclass(frozen=True)
class LabelSet:
    """Names that are taught."""

    id: str
    names: tuple[str, ...]
    marks: frozenset[str]
    """Marks of the people who teach it."""


def read_names(text: str) -> tuple[str, ...]:
    """Names as a person types them, separated by commas or lines.

    Raises:
        NnlabError: too few, too many, too long, or one of them twice.
    """
    said = text[: 2 * MOST_NAMES * MAX_CLASS_NAME].replace("\n", ",").replace(";", ",").split(",")
    return checked(tuple(filter(None, (" ".join(visible(name).split()) for name in said))))


def checked(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, where a set may have them. Raises as `read_names`."""
    if not 2 <= len(names) <= MOST_NAMES:
        raise NnlabError(
            _(
                "Name 2 to {most} things, with commas between them, as in: cat, house. These are"
                " {count}.",
                most=MOST_NAMES,
                count=len(names),
            )
        )
    for name in names:
        if not 1 <= len(name) <= MAX_CLASS_NAME:
            raise NnlabError(
                _(
                    "A name has 1 to {most} characters, got '{name}' with {count}: shorten it.",
                    most=MAX_CLASS_NAME,
                    name=shortened(name),
                    count=len(name),
                )
            )
    folded = [name.casefold() for name in names]
    twice = next((name for name in names if folded.count(name.casefold()) > 1), None)
    if twice is not None:
        raise NnlabError(_("'{name}' is named twice: give each its own name.", name=twice))
    return names


def open_set(
    names: tuple[str, ...], data_dir: Path, *, owner: str = LOCAL, room: Room = no_limit
) -> LabelSet:
    """Open the set of these class names; create it if it does not exist.

    Raises:
        NnlabError: no such names, too many sets, or it cannot be written, or has no room.
    """
    content = json.dumps(checked(names), ensure_ascii=False).encode()
    found = hashlib.sha256(content).hexdigest()[:16]
    path = data_dir / LABELLED / f"{found}.json"
    if not path.exists() and len(kept_files(path.parent)) >= MOST_SETS:
        raise NnlabError(
            _("{most:,} sets of names are taught here, which is the most: delete one.",
              most=MOST_SETS)
        )  # fmt: skip
    try:
        keep_once(path, lambda: content, owner, room)
    except OSError as error:
        raise cannot_keep(path.parent, error) from error
    return next(one for one in label_sets(data_dir) if one.id == found)


def label_sets(data_dir: Path) -> list[LabelSet]:
    """List all sets taught here, by their names. Unreadable ones are left out."""
    found = []
    for kept in kept_files(data_dir / LABELLED):
        try:
            names = checked(tuple(map(str, json.loads(read_plain(kept.path, MOST_BYTES)))))
        except (OSError, ValueError, TypeError, RecursionError, NnlabError):
            continue  # it was deleted just now, or is none of ours
        found.append(LabelSet(kept.name, names, kept.marks))
    return sorted(found, key=lambda one: one.names)


def drawings(taught: LabelSet, data_dir: Path) -> list[Drawing]:
    """All drawings of a set, the oldest first."""
    return [one for one in _all_drawings(data_dir) if one.path.name.startswith(taught.id)]


def keep(
    taught: LabelSet,
    picture: NDArray[np.floating],
    label: int,
    data_dir: Path,
    *,
    owner: str = LOCAL,
    room: Room = no_limit,
) -> Drawing:
    """Add a drawing to a set.

    Args:
        taught: the set.
        picture: float [28, 28] in [0, 1], as `nnlab.drawing` makes it.
        label: a place in its names.
        data_dir: `Settings.data_dir`.
        owner: who keeps it.
        room: asked before it is written.

    Raises:
        NnlabError: the set is full, or cannot be written, or has no room.
    """
    if picture.shape != (28, 28) or label not in range(len(taught.names)):
        raise ValueError(
            _(
                "a 28×28 picture and a label 0 to {last}, got {shape} and {label}",
                last=len(taught.names) - 1,
                shape=picture.shape,
                label=label,
            )
        )
    return keep_all(taught, [(np.round(picture * 255).astype(np.uint8), label)], data_dir,
                    owner=owner, room=room)[0]  # fmt: skip


def keep_all(
    taught: LabelSet,
    pictures: list[tuple[NDArray[np.uint8], int]],
    data_dir: Path,
    *,
    owner: str = LOCAL,
    room: Room = no_limit,
) -> list[Drawing]:
    """Add pictures uint8 [28, 28] with their labels, all or none of them. Raises as `keep`."""
    held = _all_drawings(data_dir)
    of_set = sum(one.path.name.startswith(taught.id) for one in held)
    for count, most in ((of_set, MOST_OF_A_SET), (len(held), MOST_DRAWINGS)):
        if count + len(pictures) > most:
            raise NnlabError(
                _(
                    "{held:,} drawings are kept and {count:,} would come: {most:,} is the most.",
                    held=count,
                    count=len(pictures),
                    most=most,
                )
            )
    room(len(pictures) * DRAWING_BYTES, owner)
    written: list[Drawing] = []
    try:
        for picture, label in pictures:
            plain = new_drawing(label, data_dir, owner)
            path = data_dir / LABELLED / f"{taught.id}-{plain.path.name}"
            written.append(Drawing(path, plain.id, label))
            write(written[-1], picture)
    except NnlabError:
        for one in written:
            one.path.unlink(missing_ok=True)
        raise
    return written


def freeze(
    taught: LabelSet,
    chosen: list[Drawing],
    data_dir: Path,
    *,
    owner: str = LOCAL,
    room: Room = no_limit,
) -> PictureSet:
    """Keep a copy of these drawings as they are, as a set of pictures for runs to learn from.

    Raises:
        NnlabError: fewer than `ENOUGH` of a class, or the set cannot be written, or has no room.
        DataUnavailableError: a drawing cannot be read.
    """
    pictures, labels = read(chosen)
    counts = np.bincount(labels, minlength=len(taught.names))
    if counts.min() < ENOUGH:
        raise NnlabError(
            _(
                "Draw at least {enough} of each; of '{name}' there are {count}.",
                enough=ENOUGH,
                name=taught.names[int(counts.argmin())],
                count=int(counts.min()),
            )
        )
    none = (pictures[:0, None], labels[:0])
    arrays = Arrays((pictures[:, None], labels), none, none)
    return keep_set(arrays, taught.names, "drawn", data_dir, owner=owner, room=room)


def _all_drawings(data_dir: Path) -> list[Drawing]:
    folder = data_dir / LABELLED
    found = [
        Drawing(path, match["id"], int(match["label"]))
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (match := DRAWING.fullmatch(path.name)) and match["set"]
    ]
    return sorted(found, key=lambda drawing: drawing.id)
