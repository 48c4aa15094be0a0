"""All pictures of an archive in the small sizes that a network sees, and those that are none."""

import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.config.own_data import PictureSet
from nnlab.data.kept import LOCAL, Room, no_limit
from nnlab.data.pictures.archive import (
    BROKEN,
    Contents,
    InvalidPicturesError,
    list_archive,
    not_a_zip,
    open_archive,
    unpack,
)
from nnlab.data.pictures.fit import SIZES, fitted, in_grey
from nnlab.data.pictures.kept_set import Arrays, keep_set
from nnlab.data.pictures.shares import by_shares
from nnlab.drawing import read_image
from nnlab.errors import InvalidImageError
from nnlab.texts import _

SECONDS = 20.0
"""Limit of processor time for a browser's archive: a phone's photograph takes 0.1."""
TESTED = 5
"""Every fifth picture is sealed away for the test, where that is wished."""


@dataclass(frozen=True)
class Wish:
    """The wanted form of the pictures."""

    size: int = 32
    """Side in pixels, one of `SIZES`."""
    colour: bool = True
    whole: bool = False
    """The whole picture between borders; else its middle, cut square."""
    tested: bool = False
    """A fifth becomes the sealed test part, where the archive has none."""


@dataclass(frozen=True)
class Reading:
    """An archive that was read."""

    classes: tuple[str, ...]
    parts: tuple[str, ...]
    """The part of each picture: `train`, `val` or `test`."""
    labels: NDArray[np.int64]
    squares: dict[tuple[int, bool], NDArray[np.uint8]]
    """Square pictures by size and `whole`: [n, 3, size, size]."""
    refused: tuple[tuple[str, str], ...]
    """Files that are no pictures, or lie in no folder of a class: names, and why."""

    @cached_property
    def bytes_held(self) -> int:
        """Bytes that it takes."""
        return sum(square.nbytes for square in self.squares.values()) + 500 * len(self.refused)

    @property
    def has_test(self) -> bool:
        """Whether the archive itself has a test part."""
        return "test" in self.parts

    def shown(self, wish: Wish) -> NDArray[np.uint8]:
        """All pictures as the network will see them: [n, channels, size, size]."""
        pictures = self.squares[wish.size, wish.whole]
        return pictures if wish.colour else in_grey(pictures)

    def split(self, wish: Wish) -> Arrays:
        """The pictures by part; of each class its share is tested."""
        pictures, parts = self.shown(wish), np.array(self.parts)
        if wish.tested and not self.has_test:
            train = np.flatnonzero(parts == "train")
            sealed = by_shares(self.labels[train], 0)[: len(train) // TESTED]
            parts[train[sealed]] = "test"
        train, val, test = (
            (pictures[parts == part], self.labels[parts == part])
            for part in ("train", "val", "test")
        )
        return Arrays(train, val, test)

    def keep(
        self, wish: Wish, data_dir: Path, *, owner: str = LOCAL, room: Room = no_limit
    ) -> PictureSet:
        """Keep them as a data set. See `kept_set.keep_set`, also for what it raises."""
        made = "whole" if wish.whole else "cut"
        return keep_set(self.split(wish), self.classes, made, data_dir, owner=owner, room=room)


def read_archive(
    content: bytes,
    *,
    seconds: float | None = SECONDS,
    progress: Callable[[float], object] = lambda share: None,
    processor: Callable[[], float] = time.thread_time,
) -> Reading:
    """Read all pictures of a zip, one at a time.

    Args:
        content: of the zip.
        seconds: of processor that it may take; None: as long as it takes.
        progress: is told the share that is done, 0 to 1.
        processor: seconds that this thread has computed.

    Raises:
        InvalidPicturesError: no zip of pictures in folders, or more work than may be; see
            `archive`.
    """
    begun = processor()
    with open_archive(content) as archive:
        try:
            contents = list_archive(archive)
        except BROKEN as error:
            raise not_a_zip(error) from error
        return _read(archive, contents, seconds, progress, lambda: processor() - begun)


def _read(
    archive: zipfile.ZipFile,
    contents: Contents,
    seconds: float | None,
    progress: Callable[[float], object],
    spent: Callable[[], float],
) -> Reading:
    forms = [(size, whole) for size in SIZES for whole in (False, True)]
    squares: dict[tuple[int, bool], list[NDArray[np.uint8]]] = {form: [] for form in forms}
    refused = [(name, _("it lies in no folder of a class")) for name in contents.homeless]
    labels, parts = [], []
    for number, one in enumerate(contents.listed):
        if seconds is not None and spent() > seconds:
            raise InvalidPicturesError(
                _(
                    "After {seconds:.0f} s of work {done:,} of {count:,} pictures were read, and"
                    " no more time is given: make the pictures smaller (200 pixels a side are"
                    " plenty), or run python -m nnlab pictures FILE.zip, which has no such limit.",
                    seconds=seconds,
                    done=number,
                    count=len(contents.listed),
                )
            )
        progress(number / len(contents.listed))
        try:
            pixels = read_image(unpack(archive, one.entry))
        except (InvalidPicturesError, InvalidImageError) as error:
            refused.append((one.name, str(error).removeprefix(_("The upload")).strip()))
            continue
        for size, whole in forms:
            squares[size, whole].append(fitted(pixels, size, whole=whole))
        labels.append(one.label)
        parts.append(one.part)
    lacking = sorted(set(range(len(contents.classes))) - set(labels))
    if lacking:
        raise InvalidPicturesError(
            _(
                "Not one picture of '{name}' can be read ({why}): bring PNG, JPEG, GIF, BMP or"
                " WebP.",
                name=contents.classes[lacking[0]],
                why=next((f"{name}: {why}" for name, why in refused), ""),
            )
        )
    return Reading(
        contents.classes,
        tuple(parts),
        np.array(labels, np.int64),
        {form: np.stack(pictures) for form, pictures in squares.items()},
        tuple(refused),
    )
