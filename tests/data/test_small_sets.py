"""KMNIST, EMNIST's letters and CIFAR-10, from small files of the same formats."""

import gzip
import hashlib
import io
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config.data import Images
from nnlab.data import archives, download, registry
from nnlab.data.published import SETS
from nnlab.data.samples import samples
from nnlab.data.torchvision_fix import torchvision_datasets
from nnlab.errors import DataUnavailableError
from tests.data import small

NEW = ("kmnist", "emnist", "cifar10")


@pytest.fixture(params=NEW)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    small.shrink(request.param, monkeypatch)
    return request.param


def data(kind: str) -> Images:
    return Images.model_validate({"kind": kind, "validation": 10})


def test_pictures_and_classes_are_those_that_torchvision_reads(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small.put(kind, tmp_path)
    splits = registry.load(data(kind), tmp_path)
    oracle = getattr(torchvision_datasets(), SETS[kind].torchvision)
    if kind == "cifar10":
        monkeypatch.setattr(oracle, "_check_integrity", lambda self: True)
        meta = hashlib.md5((folder / "batches.meta").read_bytes()).hexdigest()
        monkeypatch.setattr(oracle, "meta", {**oracle.meta, "md5": meta})
        theirs = oracle(tmp_path, train=True)
        x, y = torch.tensor(theirs.data).permute(0, 3, 1, 2), torch.tensor(theirs.targets)
    else:
        for packed in folder.glob("*.gz"):
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        more = {"split": "letters"} if kind == "emnist" else {}
        theirs = oracle(tmp_path, train=True, **more)
        x, y = theirs.data[:, None], theirs.targets
    if kind == "emnist":
        x, y = x.transpose(2, 3), y - 1  # its pictures lie on their side; its first letter is 1
        assert "".join(theirs.classes[1:]).upper() == "".join(splits.info.class_names or ())
    else:
        assert tuple(theirs.classes) == splits.info.class_names
    assert torch.equal((splits.train.x * 255).round(), x[:50].float())
    assert torch.equal(splits.train.y, y[:50])
    assert torch.equal(splits.val.y, y[50:])
    assert splits.test is not None
    assert len(splits.test) == small.TEST
    assert splits.train.x.shape[1:] == splits.info.input_shape == SETS[kind].shape


def test_samples_show_two_of_each_class_in_the_shape_of_the_data(kind: str, tmp_path: Path) -> None:
    small.put(kind, tmp_path)
    found = samples(data(kind), tmp_path)
    classes = len(SETS[kind].class_names)
    assert found.shown.shape[1:] == found.val_x.shape[1:] == SETS[kind].shape
    assert len(found.shown) == (26 + 24 if kind == "emnist" else 2 * classes)
    assert len(found.val_y) == 10


def serve(kind: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Made-up mirrors for a kind. Returns the list of the addresses that are asked for."""
    known = getattr(torchvision_datasets(), SETS[kind].torchvision)
    files = {"emnist": small.emnist_zip, "cifar10": small.cifar_tar}
    if kind == "kmnist":
        served = small.idx_archives(kind)
        resources = [(name, hashlib.md5(c).hexdigest()) for name, c in served.items()]
        monkeypatch.setattr(known, "resources", resources)
    else:
        content = files[kind]()
        served = {known.url.rsplit("/", 1)[1]: content}
        digest = hashlib.md5(content).hexdigest()
        monkeypatch.setattr(known, "md5" if kind == "emnist" else "tgz_md5", digest)
    asked: list[str] = []

    def urlopen(url: str, timeout: float) -> io.BytesIO:
        asked.append(url)
        return io.BytesIO(served[url.rsplit("/", 1)[1]])

    monkeypatch.setattr(download, "urlopen", urlopen)
    return asked


def test_a_download_leaves_what_the_lab_reads_and_no_archive_of_all(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = serve(kind, monkeypatch)
    shares: list[float] = []
    download.download(kind, tmp_path, lambda share, what: shares.append(share))
    assert asked
    assert all(url.startswith(("http://codh.rois.ac.jp/", "https://")) for url in asked)
    assert shares[-1] == 1
    assert archives.is_available(kind, tmp_path)
    assert len(registry.load(data(kind), tmp_path).train) == 50
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    wanted = set(small.cifar_batches() if kind == "cifar10" else small.idx_archives(kind))
    assert left == wanted
    asked.clear()
    download.download(kind, tmp_path, lambda share, what: None)
    assert asked == []


@pytest.mark.parametrize("kind", ["emnist", "cifar10"], indirect=True)
def test_an_archive_that_is_here_is_unpacked_without_a_network_and_kept(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = serve(kind, monkeypatch)
    name = "gzip.zip" if kind == "emnist" else "cifar-10-python.tar.gz"
    archive = tmp_path / ("EMNIST/raw" if kind == "emnist" else ".") / name
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(small.emnist_zip() if kind == "emnist" else small.cifar_tar())
    download.download(kind, tmp_path, lambda share, what: None)
    assert asked == []
    assert archive.exists()
    assert archives.is_available(kind, tmp_path)


def test_what_is_missing_is_named_by_what_people_call_it(kind: str, tmp_path: Path) -> None:
    with pytest.raises(DataUnavailableError) as caught:
        registry.load(data(kind), tmp_path)
    said = str(caught.value)
    assert said.startswith(f"{SETS[kind].label} is not on this computer yet")
    assert str(tmp_path / SETS[kind].folder) in said
    assert f"python -m nnlab download {kind}" in said


def test_a_file_cut_off_is_named(kind: str, tmp_path: Path) -> None:
    folder = small.put(kind, tmp_path)
    first = sorted(path for path in folder.iterdir() if path.name != "batches.meta")[0]
    first.write_bytes(first.read_bytes()[:-40])
    with pytest.raises(DataUnavailableError, match=rf"{first.name}.* (cut off|damaged)"):
        registry.load(data(kind), tmp_path)


def test_letters_beyond_z_are_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small.shrink("emnist", monkeypatch)
    folder = small.put("emnist", tmp_path)
    wrong = np.full(small.TRAIN, 27, np.uint8)
    (folder / "emnist-letters-train-labels-idx1-ubyte.gz").write_bytes(
        gzip.compress(small.idx(wrong))
    )
    with pytest.raises(DataUnavailableError, match="it holds the label 27"):
        registry.load(data("emnist"), tmp_path)


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return shutil.rmtree, ("/nonexistent/anything",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pickle.dumps(Evil(), protocol=2), "it asks for shutil.rmtree"),
        (pickle.dumps({"data": np.zeros((12, 3), np.uint8), "labels": [0] * 12}), "no 12 pictures"),
        (pickle.dumps({"data": np.zeros((12, 3072), np.uint8), "labels": [0]}), "no 12 labels"),
        (pickle.dumps([1, 2]), "no 12 pictures"),
        (b"<html>" * 9, "damaged"),
    ],
    ids=["one that runs code", "another shape", "too few labels", "a list", "a page"],
)
def test_a_batch_of_cifar_that_is_something_else_runs_nothing_and_is_named(
    content: bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.shrink("cifar10", monkeypatch)
    folder = small.put("cifar10", tmp_path)
    (folder / "data_batch_3").write_bytes(content.ljust(40_000, b"\0"))
    with pytest.raises(DataUnavailableError, match=rf"data_batch_3 is damaged \(.*{said}|{said}"):
        registry.load(data("cifar10"), tmp_path)
