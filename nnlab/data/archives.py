"""The published files of MNIST and Fashion-MNIST on this machine: where, how large, what in them.

The layout is torchvision's own: `<data_dir>/MNIST/raw/train-images-idx3-ubyte.gz` and so on, with
the unpacked file beside it or not.
"""

import gzip
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.errors import DataUnavailableError

FOLDERS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}
"""Each kind's folder, which is also the name of its class in `torchvision.datasets`."""

UNPACKED_BYTES = {
    "train-images-idx3-ubyte": 47_040_016,
    "train-labels-idx1-ubyte": 60_008,
    "t10k-images-idx3-ubyte": 7_840_016,
    "t10k-labels-idx1-ubyte": 10_008,
}
"""The four files, the same for both kinds."""

ARCHIVE_BYTES = {
    "mnist": (9_912_422, 28_881, 1_648_877, 4_542),
    "fashion-mnist": (26_421_880, 29_515, 4_422_102, 5_148),
}
"""The size of the four archives, in the order above."""


def raw_folder(kind: str, data_dir: Path) -> Path:
    """Where the files of a kind are, absolute."""
    return data_dir.absolute() / FOLDERS[kind] / "raw"


def is_available(kind: str, data_dir: Path) -> bool:
    """Whether all that a kind needs is here, by the sizes of its files (reads nothing)."""
    return kind not in FOLDERS or not absent(kind, data_dir)


def absent(kind: str, data_dir: Path) -> list[str]:
    """The archives of which neither the unpacked form is here nor one of the published size."""
    folder = raw_folder(kind, data_dir)
    return [
        f"{name}.gz"
        for (name, unpacked), packed in zip(
            UNPACKED_BYTES.items(), ARCHIVE_BYTES[kind], strict=True
        )
        if _size(folder / name) != unpacked and _size(folder / f"{name}.gz") != packed
    ]


def read(kind: str, data_dir: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pictures uint8 [n, 28, 28] (0 paper, 255 ink) and labels uint8 [n] of a published part.

    Args:
        kind: `mnist` or `fashion-mnist`.
        data_dir: where data sets are kept.
        part: `train` (60,000) or `t10k` (10,000).

    Raises:
        DataUnavailableError: files are absent, cut off or damaged.
    """
    folder = raw_folder(kind, data_dir)
    if missing := absent(kind, data_dir):
        partly = [name for name in missing if _size(folder / name) is not None]
        cut_off = f" ({', '.join(partly)} is there, but cut off or another file)" if partly else ""
        raise DataUnavailableError(
            f"'{kind}' is not on this machine: {', '.join(missing)} missing{cut_off}."
            f" Looked in {folder}. {mend(kind)}"
        )
    images = _read_idx(kind, folder, f"{part}-images-idx3-ubyte", 3)
    labels = _read_idx(kind, folder, f"{part}-labels-idx1-ubyte", 1)
    if labels.max() > 9:
        raise _broken(kind, folder / f"{part}-labels-idx1-ubyte", f"a label {labels.max()}")
    return images, labels


def is_unpacked(path: Path) -> bool:
    """Whether the unpacked form of an archive lies beside it, whole."""
    unpacked = path.with_suffix("")
    return _size(unpacked) == UNPACKED_BYTES[unpacked.name]


def mend(kind: str) -> str:
    """What to do about a kind that is not here."""
    return (
        f"Press Download on the Images page or run `python -m nnlab download {kind}`,"
        " or take 'digits', which needs no internet."
    )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _read_idx(kind: str, folder: Path, name: str, axes: int) -> NDArray[np.uint8]:
    """The array of an idx file: two zeros, type 8 (uint8), the number of axes, their sizes."""
    path = folder / name
    try:
        if _size(path) == UNPACKED_BYTES[name]:
            content = path.read_bytes()
        else:
            path = folder / f"{name}.gz"
            # One byte more than there should be: so the checksum at the end is compared, and yet
            # no archive can fill the memory.
            with gzip.open(path) as archive:
                content = archive.read(UNPACKED_BYTES[name] + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _broken(kind, path, str(error)) from error
    except OSError as error:
        raise DataUnavailableError(
            f"'{kind}' cannot be read: {path}: {error.strerror or error}."
            " Make the file readable, or set NNLAB_DATA_DIR to another directory."
        ) from error
    sizes = np.frombuffer(content[4 : 4 + 4 * axes], ">u4")
    expected = (60_000 if name.startswith("train") else 10_000, 28, 28)[:axes]
    right_length = len(content) == UNPACKED_BYTES[name]
    if content[:4] != bytes([0, 0, 8, axes]) or tuple(sizes) != expected or not right_length:
        raise _broken(kind, path, f"it starts with {content[:8].hex(' ')}")
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(expected)


def _broken(kind: str, path: Path, found: str) -> DataUnavailableError:
    return DataUnavailableError(
        f"'{kind}' cannot be read: {path} is damaged ({found}). Delete that file, then fetch it"
        f" anew. {mend(kind)}"
    )
