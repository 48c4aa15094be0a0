"""A person's own pictures as a data set: kept by digest, split by the seed, the same everywhere."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config import Experiment, Images, from_link, to_link
from nnlab.config.own_data import PictureSet
from nnlab.data.description import describe
from nnlab.data.kept import kept_files, mark_of
from nnlab.data.pictures.kept_set import path_of
from nnlab.data.pictures.reading import Wish, read_archive
from nnlab.data.pictures.shares import by_shares
from nnlab.data.registry import load, sizes
from nnlab.errors import DataUnavailableError, InvalidExperimentError, NnlabError
from nnlab.export.source.data import data_source
from nnlab.recipes.own_pictures import for_pictures
from nnlab.runs.room import Room
from tests.data.zips import two_classes, zipped

CONTENT = zipped(two_classes(20))


def kept(data_dir: Path, wish: Wish | None = None, content: bytes = CONTENT) -> PictureSet:
    return read_archive(content).keep(wish or Wish(), data_dir)


def data_of(said: PictureSet, **fields: object) -> Images:
    return Images.model_validate({"kind": "pictures", "pictures": said, **fields})


def test_pictures_come_back_as_the_wish_said(tmp_path: Path) -> None:
    reading = read_archive(CONTENT)
    for wish in (Wish(28, colour=False), Wish(32, colour=True, whole=True)):
        data = data_of(reading.keep(wish, tmp_path), validation=0)
        splits = load(data, tmp_path)
        assert describe(data).input_shape == (3 if wish.colour else 1, wish.size, wish.size)
        assert describe(data).class_names == ("cat", "dog")
        expected = torch.tensor(reading.shown(wish)).float() / 255
        assert torch.equal(splits.train.x, expected)
        assert splits.train.y.tolist() == [0] * 20 + [1] * 20


def test_the_same_zip_has_the_same_name_everywhere_and_another_wish_another(tmp_path: Path) -> None:
    one, other = kept(tmp_path / "a"), kept(tmp_path / "b")
    assert one == other
    names = {
        kept(tmp_path, Wish(size, colour)).sha256 for size in (28, 32) for colour in (True, False)
    }
    assert len(names | {kept(tmp_path, Wish(tested=True)).sha256}) == 5


def test_a_fifth_validates_of_each_class_its_share_and_the_seed_says_which(tmp_path: Path) -> None:
    said = kept(tmp_path)
    found = {}
    for seed in (0, 0, 1):
        splits = load(data_of(said, seed=seed), tmp_path)
        assert Counter(splits.val.y.tolist()) == {0: 4, 1: 4}
        assert Counter(splits.train.y.tolist()) == {0: 16, 1: 16}
        assert seed not in found or torch.equal(found[seed], splits.val.x)
        found[seed] = splits.val.x
        together = torch.cat([splits.train.x, splits.val.x]).flatten(1)
        assert len(together.unique(dim=0)) == 40
    assert not torch.equal(found[0], found[1])
    assert sizes(data_of(said)) == (32, 8, 0)
    assert sizes(data_of(said, train_size=10)) == (10, 8, 0)


def test_a_fifth_can_be_sealed_away(tmp_path: Path) -> None:
    said = kept(tmp_path, Wish(tested=True))
    splits = load(data_of(said), tmp_path)
    assert splits.test is not None
    assert Counter(splits.test.y.tolist()) == {0: 4, 1: 4}
    assert sizes(data_of(said)) == (32 - 32 // 5, 32 // 5, 8)
    assert sizes(data_of(said, test="validates")) == (32, 8, 8)


def test_folders_of_parts_are_the_parts(tmp_path: Path) -> None:
    files = {
        f"{part}/{name}": content
        for part, count in (("train", 6), ("val", 2), ("test", 3))
        for name, content in two_classes(count).items()
    }
    said = kept(tmp_path, content=zipped(files))
    assert (said.train, said.val, said.test) == (12, 4, 6)
    assert sizes(data_of(said)) == (12, 4, 6)
    with pytest.raises(ValueError, match="say by themselves which of them validate"):
        data_of(said, validation=3)


def test_every_beginning_of_the_order_has_of_each_class_its_share() -> None:
    labels = np.repeat([0, 1, 2], [50, 30, 20])
    order = by_shares(labels, 7)
    assert sorted(order.tolist()) == list(range(100))
    for count in range(1, 100):
        taken = np.bincount(labels[order[:count]], minlength=3)
        assert np.abs(taken - count * np.array([0.5, 0.3, 0.2])).max() <= 1.01


def test_an_experiment_on_them_travels_in_a_link_and_in_json(tmp_path: Path) -> None:
    experiment = for_pictures(kept(tmp_path))
    assert from_link(to_link(experiment)) == experiment
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert len(to_link(experiment)) < 900


def test_where_the_file_is_not_the_words_say_what_to_do(tmp_path: Path) -> None:
    data = data_of(kept(tmp_path))
    with pytest.raises(
        DataUnavailableError, match=r"\(cat, dog\) are not on this server.*same zip"
    ):
        load(data, tmp_path / "elsewhere")


def test_what_an_experiment_says_of_them_has_to_be_so(tmp_path: Path) -> None:
    said = kept(tmp_path)
    for change in ({"classes": ("dog", "cat")}, {"train": 39}, {"colour": False}):
        with pytest.raises(DataUnavailableError, match="is not what this experiment says"):
            load(data_of(said.model_copy(update=change), validation=5), tmp_path)
    path_of(said, tmp_path).write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(DataUnavailableError, match="is damaged"):
        load(data_of(said), tmp_path)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("sha256", "../../etc/passwd", "pattern"),
        ("classes", ["cat"], "at least 2"),
        ("classes", ["cat", "CAT"], "differ"),
        ("classes", ["cat", "a\u202eb"], "characters that can be seen"),
        ("classes", ["x"] * 31, "at most 30"),
        ("classes", ["x" * 41, "y"], "at most 40"),
        ("size", 64, "28 or 32"),
        ("train", 5001, "5000"),
    ],
)
def test_a_link_made_by_hand_is_bounded(
    tmp_path: Path, field: str, value: object, words: str
) -> None:
    experiment = for_pictures(kept(tmp_path))
    with pytest.raises(InvalidExperimentError, match=words):
        experiment.with_set(f"data.pictures.{field}", value)


def test_the_kind_and_the_field_go_together() -> None:
    for fields in ({"kind": "pictures"}, {"kind": "handwriting", "beside": "pictures"}):
        with pytest.raises(ValueError, match=r"go together|names another|needs drawings"):
            Images.model_validate(fields)


def test_a_class_of_one_picture_is_refused(tmp_path: Path) -> None:
    files = two_classes() | {"house/1.png": next(iter(two_classes().values()))}
    with pytest.raises(NnlabError, match="needs 2 pictures to train on, and 'house' has 1"):
        kept(tmp_path, content=zipped(files))


def test_a_script_reads_the_very_pictures_without_nnlab(tmp_path: Path) -> None:
    data = data_of(kept(tmp_path), train_size=20, seed=3)
    expected = load(data, tmp_path).train
    source = data_source(data)
    scope: dict[str, object] = {"DATA": tmp_path}
    exec("\n".join([*source.imports, "import torch", source.definition]), scope)
    for ours, theirs in ((expected.x, scope["train_x"]), (expected.y, scope["train_y"])):
        assert isinstance(theirs, torch.Tensor)
        assert ours.dtype == theirs.dtype
        assert torch.equal(ours, theirs)


def test_they_count_and_go_like_tables(tmp_path: Path) -> None:
    said = read_archive(CONTENT).keep(Wish(), tmp_path, owner="anna")
    (file,) = kept_files(tmp_path / "pictures")
    assert file.marks == {mark_of("anna")}
    room = Room(tmp_path / "runs", tmp_path, limit=10**9, each=10**9)
    assert room.usage("anna").pictures == file.size
    assert room.usage("bert").total == 0
    tight = Room(tmp_path / "runs", tmp_path, limit=10**9, each=file.size)
    with pytest.raises(NnlabError, match="your pictures"):
        tight.must_have(1, "anna")
    assert path_of(said, tmp_path).exists()  # it is new: a form may hold it
