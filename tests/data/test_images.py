"""Embedded digits, MNIST and Fashion-MNIST."""

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from nnlab.config.data import Images
from nnlab.data import archives, images, registry
from nnlab.data.published import SETS
from nnlab.data.samples import samples
from nnlab.data.torchvision_fix import torchvision_datasets
from nnlab.drawing import to_network_input
from nnlab.errors import DataUnavailableError, NnlabError

NOWHERE = Path("/nonexistent")
TRAIN_IMAGES = "train-images-idx3-ubyte.gz"


@pytest.fixture
def breakable(datasets_dir: Path, tmp_path: Path) -> Path:
    """A copy of MNIST's files, to be broken."""
    shutil.copytree(datasets_dir / "MNIST", tmp_path / "MNIST")
    return tmp_path


def test_digits_are_scikit_learns_the_last_297_sealed():
    splits = registry.load(Images(kind="digits"), NOWHERE)
    published = torch.tensor(load_digits().target)
    assert splits.test is not None
    assert torch.equal(splits.train.y, published[:1200])
    assert torch.equal(splits.val.y, published[1200:1500])
    assert torch.equal(splits.test.y, published[1500:])


def test_the_pictures_of_digits_are_scikit_learns_centred_as_a_drawing_is():
    splits = registry.load(Images(kind="digits"), NOWHERE)
    for number in (0, 1, 700, 1199):
        framed = np.pad(load_digits().images[number].astype(np.float32) / 16, 4)
        expected = torch.from_numpy(to_network_input(framed)).float()
        assert torch.equal(splits.train.x[number, 0], expected)
        assert expected.sum() > 10


def test_where_the_test_pictures_validate_nothing_is_held_out():
    said = Images(kind="digits", test="validates")
    splits = registry.load(said, NOWHERE)
    published = torch.tensor(load_digits().target)
    assert torch.equal(splits.train.y, published[:1500])
    assert torch.equal(splits.val.y, published[1500:])
    assert registry.sizes(said) == (1500, 297, 297)
    assert torch.equal(images.load_validation(said, NOWHERE).x, splits.val.x)
    shown = samples(said, NOWHERE)
    assert shown.val_y.tolist() == published[1500:1524].tolist()


def test_test_pictures_that_validate_leave_no_others_to_do_so():
    with pytest.raises(ValueError, match=r"none are held out: got validation=100, leave it out"):
        Images(kind="digits", validation=100, test="validates")


def test_digits_are_centred_as_a_drawing_is():
    x = registry.load(Images(kind="digits", validation=0), NOWHERE).train.x[:, 0]
    place = torch.arange(28.0)
    mass = x.sum(dim=(1, 2))
    for sums in (x.sum(dim=2), x.sum(dim=1)):
        centre = (sums * place).sum(dim=1) / mass
        assert (centre - 14).abs().max() <= 0.5001
    assert (x.min(), x.max()) == (0, 1)
    lit = x > 0
    longer = torch.maximum(lit.any(dim=2).sum(dim=1), lit.any(dim=1).sum(dim=1))
    assert longer.max() == 20


def test_a_training_size_is_drawn_by_the_seed_from_what_is_not_held_out():
    everything = registry.load(Images(kind="digits"), NOWHERE)
    few, again, other = (
        registry.load(Images(kind="digits", train_size=50, seed=seed), NOWHERE)
        for seed in (0, 0, 1)
    )
    pool = {picture.numpy().tobytes() for picture in everything.train.x}
    assert all(picture.numpy().tobytes() in pool for picture in few.train.x)
    assert torch.equal(few.train.x, again.train.x)
    assert not torch.equal(few.train.x, other.train.x)
    assert torch.equal(few.val.x, everything.val.x)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (Images(kind="digits", validation=1500), r"'digits' has 1,500 .* validation=1,500"),
        (Images(kind="digits", train_size=1201), "validation=300 and 1,201 .* leaves 1,200"),
        (Images(kind="mnist", train_size=50_001), "60,000 .*validation=10,000 and 50,001"),
    ],
)
def test_more_pictures_than_there_are_is_named_in_numbers(data, sentence):
    with pytest.raises(NnlabError, match=sentence):
        registry.sizes(data)
    with pytest.raises(NnlabError, match=sentence):
        registry.load(data, NOWHERE)


@pytest.mark.parametrize("kind", ["mnist", "fashion-mnist"])
def test_published_pictures_are_those_that_torchvision_reads(kind, datasets_dir, tmp_path):
    published = SETS[kind]
    shutil.copytree(datasets_dir / published.folder, tmp_path / published.folder)
    oracle = getattr(torchvision_datasets(), published.torchvision)
    theirs = oracle(tmp_path, train=True, download=True)  # unpacks what is there
    splits = registry.load(Images(kind=kind), datasets_dir)
    assert splits.train.x.shape == (50_000, 1, 28, 28)
    assert torch.equal(splits.train.x[:, 0] * 255, theirs.data[:50_000].float())
    assert torch.equal(splits.train.y, theirs.targets[:50_000])
    assert torch.equal(splits.val.y, theirs.targets[50_000:])
    assert splits.test is not None
    assert torch.equal(splits.test.y, oracle(tmp_path, train=False).targets)
    assert float(splits.test.x.max()) == 1
    pixels = theirs.data.float() / 255
    assert published.pixels == pytest.approx((float(pixels.mean()), float(pixels.std())), abs=6e-5)
    if kind == "fashion-mnist":
        assert list(splits.info.class_names or ()) == oracle.classes


def test_unpacked_files_alone_are_enough(breakable):
    raw = breakable / "MNIST" / "raw"
    for archive in raw.glob("*.gz"):
        archive.with_suffix("").write_bytes(gzip.decompress(archive.read_bytes()))
        archive.unlink()
    assert archives.is_available("mnist", breakable)
    assert len(registry.load(Images(kind="mnist"), breakable).train) == 50_000


@pytest.mark.parametrize("kind", ["mnist", "fashion-mnist"])
def test_absent_files_say_what_where_and_what_to_do(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not archives.is_available(kind, Path("data"))
    with pytest.raises(DataUnavailableError) as caught:
        registry.load(Images(kind=kind), Path("data"))
    said = str(caught.value)
    assert TRAIN_IMAGES in said
    assert str(tmp_path / "data" / SETS[kind].folder) in said
    assert f"python -m nnlab download {kind}" in said
    assert "'digits'" in said


def test_digits_are_always_available():
    assert archives.is_available("digits", NOWHERE)


def test_a_file_that_was_cut_off_counts_as_absent_and_is_named(breakable):
    archive = breakable / "MNIST" / "raw" / TRAIN_IMAGES
    archive.write_bytes(archive.read_bytes()[:100_000])
    assert not archives.is_available("mnist", breakable)
    with pytest.raises(DataUnavailableError, match=f"{TRAIN_IMAGES} is there, but cut off"):
        registry.load(Images(kind="mnist"), breakable)


@pytest.mark.parametrize(
    ("place", "length"),
    [(0, 1), (100_000, 1), (100_000, 4096), (9_912_416, 1)],
    ids=["its first byte", "a byte in the middle", "a block in the middle", "its checksum"],
)
def test_a_damaged_archive_is_named_with_the_mend(breakable, place, length):
    archive = breakable / "MNIST" / "raw" / TRAIN_IMAGES
    content = bytearray(archive.read_bytes())
    content[place : place + length] = bytes(0xFF ^ byte for byte in content[place:][:length])
    archive.write_bytes(content)
    with pytest.raises(DataUnavailableError) as caught:
        registry.load(Images(kind="mnist"), breakable)
    assert f"{archive} is damaged" in str(caught.value)
    assert "Delete that file" in str(caught.value)


def test_another_file_under_the_right_name_is_not_trusted(breakable):
    raw = breakable / "MNIST" / "raw"
    (raw / "t10k-labels-idx1-ubyte").write_bytes(bytes(10_008))
    with pytest.raises(DataUnavailableError, match="t10k-labels-idx1-ubyte is damaged"):
        archives.read("mnist", breakable, "t10k")


def test_the_embedded_pictures_are_not_shared_with_who_changes_them():
    first = registry.load(Images(kind="digits"), NOWHERE)
    first.train.x.zero_()
    assert images.load(Images(kind="digits"), NOWHERE).train.x.amax(dim=(1, 2, 3)).min() > 0.5
