"""Classes of one's own, taught by drawings: names, drawings, frozen sets, zips."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnlab.config import Images
from nnlab.data.kept import kept_drawings, mark_of
from nnlab.data.pictures.archive import MOST_PICTURES, InvalidPicturesError
from nnlab.data.pictures.kept_set import read_set
from nnlab.data.pictures.label_sets import (
    MOST_OF_A_SET,
    LabelSet,
    drawings,
    freeze,
    keep,
    label_sets,
    open_set,
    read_names,
)
from nnlab.data.pictures.label_zip import export, read_drawings
from nnlab.data.registry import load
from nnlab.drawing import to_network_input
from nnlab.errors import NnlabError
from nnlab.recipes.own_pictures import for_drawings
from tests.data.zips import zipped

NAMES = ("cat", "house")


def dots(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (28, 28)) / 255


def taught(data_dir: Path, of_each: int = 5) -> LabelSet:
    made = open_set(NAMES, data_dir)
    for number in range(2 * of_each):
        keep(made, dots(number), number % 2, data_dir)
    return made


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("cat, house", ("cat", "house")),
        ("  cat ;two  words\nhouse,", ("cat", "two words", "house")),
        ("<b>cat</b>, *x*", ("<b>cat</b>", "*x*")),
        ("猫, дом", ("猫", "дом")),
    ],
)
def test_names_are_read_as_people_type_them(typed: str, names: tuple[str, ...]) -> None:
    assert read_names(typed) == names


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("cat", r"Name 2 to 10 things.*1\."),
        (",".join("abcdefghijk"), r"2 to 10.*11\."),
        ("cat, Cat", "'cat' is named twice"),
        ("x" * 41 + ", y", "1 to 40 characters"),
        ("," * 10**6, r"2 to 10"),
    ],
)
def test_names_that_cannot_be_are_refused_with_the_mend(typed: str, words: str) -> None:
    with pytest.raises(NnlabError, match=words):
        read_names(typed)


def test_drawings_are_kept_with_their_class_and_sets_stand_side_by_side(tmp_path: Path) -> None:
    one, other = taught(tmp_path), open_set(("sun", "moon", "star"), tmp_path)
    keep(other, dots(99), 2, tmp_path, owner="anna")
    assert [s.names for s in label_sets(tmp_path)] == [NAMES, ("sun", "moon", "star")]
    assert [d.label for d in drawings(one, tmp_path)] == [0, 1] * 5
    (star,) = drawings(other, tmp_path)
    assert star.label == 2
    assert star.mark == mark_of("anna")
    assert np.abs(star.picture() / 255 - dots(99)).max() < 1e-6
    assert kept_drawings(tmp_path) == {"local": 10, mark_of("anna"): 1}


def test_the_same_names_are_the_same_set(tmp_path: Path) -> None:
    ids = {open_set(NAMES, tmp_path, owner=owner).id for owner in ("anna", "bert", "local")}
    assert len(ids) == 1
    (found,) = label_sets(tmp_path)
    assert found.marks == {mark_of("anna"), mark_of("bert")}


def test_a_frozen_set_is_a_set_of_pictures_that_a_small_cnn_learns(tmp_path: Path) -> None:
    made = taught(tmp_path)
    said = freeze(made, drawings(made, tmp_path), tmp_path)
    assert (said.classes, said.shape, said.made) == (NAMES, (1, 28, 28), "drawn")
    x, y = read_set(said, tmp_path).train
    assert y.tolist() == [0, 1] * 5
    assert np.array_equal(x[3, 0] / 255, dots(3))
    for few, trained in ((True, 10), (False, 8)):
        data = for_drawings(said, few=few).data
        assert isinstance(data, Images)
        assert len(load(data, tmp_path).train) == trained


def test_too_few_of_a_class_are_named(tmp_path: Path) -> None:
    made = taught(tmp_path, of_each=4)
    with pytest.raises(NnlabError, match=r"at least 5 of each; of 'cat' there are 4"):
        freeze(made, drawings(made, tmp_path), tmp_path)


def test_a_zip_of_them_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = taught(tmp_path)
    content = export(made.names, drawings(made, tmp_path))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"cat", "house"}
    names, pictures = read_drawings(content)
    assert names == NAMES
    found = sorted((label, picture.tobytes()) for picture, label in pictures)
    kept = sorted((d.label, d.picture().tobytes()) for d in drawings(made, tmp_path))
    assert found == kept


def test_a_photograph_of_a_drawing_goes_the_way_of_a_drawing() -> None:
    paper = np.full((120, 90), 250, np.uint8)
    paper[30:90, 40:50] = 20
    buffer = io.BytesIO()
    Image.fromarray(paper).save(buffer, "PNG")
    _names, pictures = read_drawings(zipped({f"{n}/1.png": buffer.getvalue() for n in "ab"}))
    assert np.abs(pictures[0][0] / 255 - to_network_input(paper)).max() <= 0.51 / 255


def test_a_full_set_leaves_in_a_zip_that_is_taken_back(tmp_path: Path) -> None:
    made, number = taught(tmp_path), 600
    content = export(made.names, drawings(made, tmp_path) * (number // 10))
    assert len(read_drawings(content)[1]) == number
    assert MOST_OF_A_SET <= MOST_PICTURES


def test_a_zip_of_drawings_that_takes_too_long_ends_with_the_mend(tmp_path: Path) -> None:
    made = taught(tmp_path)
    clock = iter(np.arange(0, 100, 7.0))
    with pytest.raises(InvalidPicturesError, match=r"After 20 s of work 2 of 10 drawings"):
        read_drawings(
            export(made.names, drawings(made, tmp_path)), processor=lambda: float(next(clock))
        )


def test_a_zip_with_an_empty_or_broken_drawing_is_refused_whole() -> None:
    empty = io.BytesIO()
    Image.fromarray(np.zeros((80, 80), np.uint8)).save(empty, "PNG")
    for content, words in ((empty.getvalue(), "nothing is drawn"), (b"no", "cannot be read")):
        with pytest.raises(InvalidPicturesError, match=words):
            read_drawings(zipped({"a/1.png": content, "b/1.png": content}))
