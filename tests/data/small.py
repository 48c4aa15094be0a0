"""Small data sets in the very file formats of the published ones, for what cannot be had here."""

import gzip
import io
import pickle
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnlab.data import images
from nnlab.data.published import CIFAR_FILES, SETS

TRAIN, TEST = 60, 20


def shrink(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a kind have 60 pictures to train on and 20 to test."""
    small = replace(SETS[kind], train=TRAIN, test=TEST, archive_bytes=())
    if kind in ("mnist", "fashion-mnist", "kmnist"):
        small = replace(small, archive_bytes=tuple(len(c) for c in idx_archives(kind).values()))
    monkeypatch.setitem(SETS, kind, small)
    monkeypatch.setitem(images.COUNTS, kind, (TRAIN, TEST))


def pictures(kind: str, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What the files of a part hold: pictures as they lie in them, labels from the first number."""
    published, count = SETS[kind], TRAIN if part == "train" else TEST
    rng = np.random.default_rng([len(kind), count])
    shape = published.shape if published.shape[0] == 3 else published.shape[1:]
    # Each class has a brightness of its own, so that there is something to learn.
    labels = np.arange(count) % len(published.class_names)
    noise = rng.integers(0, 30, (count, *shape))
    bright = (8 * labels).reshape(-1, *[1] * len(shape))
    return (noise + bright).astype(np.uint8), (labels + published.first_label).astype(np.uint8)


def idx(array: NDArray[np.uint8]) -> bytes:
    """An array as an idx file."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def idx_archives(kind: str) -> dict[str, bytes]:
    """The packed idx files of a kind, by name."""
    files = {}
    for stem, part in zip(SETS[kind].stems, ("train", "t10k"), strict=True):
        x, y = pictures(kind, part)
        files[f"{stem}-images-idx3-ubyte.gz"] = gzip.compress(idx(x), mtime=0)
        files[f"{stem}-labels-idx1-ubyte.gz"] = gzip.compress(idx(y), mtime=0)
    return files


def emnist_zip() -> bytes:
    """All of EMNIST in one archive: its letters, and a set that the lab has no use for.

    The bytes are the same whenever it is made: no time of day is in them.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, packed in idx_archives("emnist").items():
            archive.writestr(zipfile.ZipInfo(f"gzip/{name}"), packed)
        other = zipfile.ZipInfo("gzip/emnist-digits-train-images-idx3-ubyte.gz")
        archive.writestr(other, gzip.compress(b"other", mtime=0))
    return content.getvalue()


def cifar_batches() -> dict[str, bytes]:
    """The six pickles as Python 2 wrote them, and the one with the names."""
    x, y = pictures("cifar10", "train")
    test_x, test_y = pictures("cifar10", "t10k")
    parts = [*zip(np.split(x, 5), np.split(y, 5), strict=True), (test_x, test_y)]
    names = [*CIFAR_FILES["train"], *CIFAR_FILES["t10k"]]
    batches = {
        name: {"batch_label": name, "labels": labels.tolist(), "data": data.reshape(len(data), -1)}
        for name, (data, labels) in zip(names, parts, strict=True)
    }
    batches["batches.meta"] = {"label_names": list(SETS["cifar10"].class_names)}
    return {
        name: pickle.dumps(batch, protocol=2).replace(
            b"numpy._core.multiarray", b"numpy.core.multiarray"
        )
        for name, batch in batches.items()
    }


def cifar_tar() -> bytes:
    """All of CIFAR-10 in one archive, of the same bytes whenever it is made."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, batch in {**cifar_batches(), "readme.html": b"<html>"}.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(batch)
            archive.addfile(member, io.BytesIO(batch))
    return gzip.compress(content.getvalue(), mtime=0)


def put(kind: str, data_dir: Path) -> Path:
    """Write the files of a kind where they belong. Returns their folder."""
    folder = data_dir / SETS[kind].folder
    folder.mkdir(parents=True)
    for name, content in (cifar_batches() if kind == "cifar10" else idx_archives(kind)).items():
        (folder / name).write_bytes(content)
    return folder
