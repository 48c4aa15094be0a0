"""A set of pictures as a file of the data directory, named by a digest of all that is in it."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.config.own_data import MAX_PICTURES, PictureSet
from nnlab.data.kept import LOCAL, PICTURES, Room, keep_once, no_limit
from nnlab.errors import DataUnavailableError, NnlabError
from nnlab.texts import _

FEWEST = 2
"""Pictures of a class to train on."""


@dataclass(frozen=True)
class Arrays:
    """Pictures uint8 [n, channels, size, size] and labels int64 [n], for each part of a set."""

    train: tuple[NDArray[np.uint8], NDArray[np.int64]]
    val: tuple[NDArray[np.uint8], NDArray[np.int64]]
    test: tuple[NDArray[np.uint8], NDArray[np.int64]]

    @property
    def all(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """All parts in a row."""
        parts = (self.train, self.val, self.test)
        return np.concatenate([x for x, _y in parts]), np.concatenate([y for _x, y in parts])


def keep_set(
    arrays: Arrays,
    classes: tuple[str, ...],
    made: Literal["cut", "whole", "drawn"],
    data_dir: Path,
    *,
    owner: str = LOCAL,
    room: Room = no_limit,
) -> PictureSet:
    """Keep pictures for their owner. The same ones have the same name everywhere.

    Args:
        arrays: in one size, of at least two classes.
        classes: their names, by label.
        made: see `PictureSet.made`.
        data_dir: `Settings.data_dir`.
        owner: who brings them.
        room: asked before a new set is written.

    Raises:
        NnlabError: too many, too few of a class to train on, or the set cannot be written, or has
            no room.
    """
    pictures, labels = arrays.all
    _must_have_enough(arrays, classes)
    said = {
        "classes": classes,
        "size": pictures.shape[-1],
        "colour": pictures.shape[1] == 3,
        "made": made,
        "train": len(arrays.train[1]),
        "val": len(arrays.val[1]),
        "test": len(arrays.test[1]),
    }
    kept = PictureSet.model_validate({**said, "sha256": "0" * 64})
    kept = kept.model_copy(update={"sha256": _digest(kept, pictures, labels)})

    def content() -> bytes:
        buffer = io.BytesIO()
        np.savez_compressed(buffer, pictures=pictures, labels=labels.astype(np.uint8))
        return buffer.getvalue()

    path = path_of(kept, data_dir)
    try:
        keep_once(path, content, owner, room)
    except OSError as error:
        raise NnlabError(
            _(
                "The pictures cannot be kept as {path} ({reason}): make room or give the right to"
                " write, or set NNLAB_DATA_DIR to another place.",
                path=path,
                reason=error.strerror,
            )
        ) from error
    return kept


def _must_have_enough(arrays: Arrays, classes: tuple[str, ...]) -> None:
    """The set is not too large, and each class has pictures to train on.

    Raises:
        NnlabError: it is, or one has too few.
    """
    count = len(arrays.all[1])
    if count > MAX_PICTURES:
        raise NnlabError(
            _(
                "A set has at most {most:,} pictures, and these are {count:,}: take fewer.",
                most=MAX_PICTURES,
                count=count,
            )
        )
    counts = np.bincount(arrays.train[1], minlength=len(classes))
    if counts.min() < FEWEST:
        lacking = int(counts.argmin())
        raise NnlabError(
            _(
                "Each class needs {fewest} pictures to train on, and '{name}' has {count}: add"
                " some, or leave that class out.",
                fewest=FEWEST,
                name=classes[lacking],
                count=int(counts[lacking]),
            )
        )


def read_set(said: PictureSet, data_dir: Path) -> Arrays:
    """The pictures of a set.

    Raises:
        DataUnavailableError: the file is not here, or is not what the experiment says.
    """
    path = path_of(said, data_dir)
    try:
        # As bytes: of a file that is no zip NumPy leaves the handle open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
            pictures, labels = held["pictures"], held["labels"].astype(np.int64)
    except FileNotFoundError as error:
        raise DataUnavailableError(
            _(
                "The pictures of this experiment ({names}) are not on this server ({path}:"
                " {reason}). Bring the same zip again on /images, or copy that file from the"
                " server that has it.",
                names=", ".join(said.classes)[:200],
                path=path,
                reason=error.strerror,
            )
        ) from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataUnavailableError(
            _("{path} is damaged ({error}): remove that file.", path=path, error=error)
        ) from error
    if _digest(said, pictures, labels) != said.sha256:
        raise DataUnavailableError(
            _(
                "{path} is not what this experiment says: classes, size or numbers differ, or the"
                " file was changed. Bring the zip again on /images.",
                path=path,
            )
        )
    first, second = said.train, said.train + said.val
    return Arrays(
        (pictures[:first], labels[:first]),
        (pictures[first:second], labels[first:second]),
        (pictures[second:], labels[second:]),
    )


def path_of(said: PictureSet, data_dir: Path) -> Path:
    """Return the path of a set's file."""
    return data_dir / PICTURES / f"{said.sha256}.npz"


def _digest(said: PictureSet, pictures: NDArray[np.generic], labels: NDArray[np.generic]) -> str:
    """Return the digest of a set's pictures and description, whatever the file's compression."""
    head = json.dumps([said.classes, *said.shape, said.made, said.train, said.val, said.test])
    found = hashlib.sha256(head.encode())
    found.update(np.ascontiguousarray(pictures).tobytes())
    found.update(labels.astype(np.uint8).tobytes())
    return found.hexdigest()
