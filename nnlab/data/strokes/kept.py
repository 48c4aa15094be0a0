"""Drawn pictures kept in the data directory, so that they are drawn once and not for every run."""

import io
import logging
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.data.strokes.pictures import draw_digits
from nnlab.files import write_bytes

SEED = 0


def file_name(count: int, seed: int = SEED, *, edition: int = 1) -> str:
    """Return the file name below the data directory; an exported script reads it there."""
    return f"strokes/drawn-{edition}-{seed}-{count}.npz"


def drawn_digits(
    data_dir: Path, count: int, seed: int = SEED, *, edition: int = 1
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """`draw_digits(count, seed, edition)`, read where it was kept, otherwise drawn and kept.

    Ten thousand take some three seconds to draw, of edition 2 eight. A damaged file is drawn anew.
    Where nothing can be written the pictures are as good, and drawn again next time.
    """
    path = data_dir / file_name(count, seed, edition=edition)
    kept = _read(path, count)
    if kept is not None:
        return kept
    pictures, labels = draw_digits(count, seed, edition)
    content = io.BytesIO()
    np.savez_compressed(content, images=pictures, labels=labels)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, content.getvalue())
    except OSError as error:
        logging.getLogger(__name__).warning("Drawn digits are not kept: %s", error)
    return pictures, labels


def _read(path: Path, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]] | None:
    try:
        content = io.BytesIO(path.read_bytes())
        with np.load(content, allow_pickle=False) as found:
            pictures, labels = found["images"], found["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    if pictures.shape != (count, 28, 28) or pictures.dtype != np.uint8 or len(labels) != count:
        return None
    return pictures, labels
