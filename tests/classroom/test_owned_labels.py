"""Classes of one's own in a class: a student has their own, the lecturer all."""

from pathlib import Path

import numpy as np
import pytest

from nnlab.classroom.owned_labels import OwnedLabels
from nnlab.classroom.rights import NotAllowedError
from nnlab.data.kept import no_limit
from nnlab.data.pictures.label_sets import label_sets
from nnlab.visitor import AT_THE_MACHINE, Visitor

NAMES = ("cat", "house")
ANNA, BERT = Visitor("a" * 16, "", "student"), Visitor("b" * 16, "", "student")
LECTURER, STRANGER = Visitor("c" * 16, "", "lecturer"), Visitor("d" * 16, "", "stranger")
GUEST = Visitor("e" * 16, "", "guest")


def theirs(who: Visitor, data_dir: Path) -> OwnedLabels:
    return OwnedLabels(data_dir, no_limit, who)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Anna has drawn five of each, Bert one."""
    for who, number in ((ANNA, 10), (BERT, 1)):
        labels = theirs(who, tmp_path)
        taught = labels.begin(NAMES)
        for place in range(number):
            labels.keep(taught, np.full((28, 28), place / 20), place % 2)
    return tmp_path


@pytest.mark.parametrize(
    ("who", "seen", "deletable"),
    [(ANNA, 10, 10), (BERT, 1, 1), (LECTURER, 11, 11), (GUEST, 11, 0), (AT_THE_MACHINE, 11, 11)],
)
def test_who_sees_and_deletes_which(two: Path, who: Visitor, seen: int, deletable: int) -> None:
    labels = theirs(who, two)
    (taught,) = labels.sets()
    assert len(labels.listed(taught)) == seen
    assert labels.remove(labels.listed(taught)) == deletable


def test_a_student_learns_nothing_of_names_that_others_teach(two: Path) -> None:
    theirs(BERT, two).begin(("secret", "other"))
    assert [one.names for one in theirs(ANNA, two).sets()] == [NAMES]
    assert len(theirs(LECTURER, two).sets()) == 2


def test_a_stranger_sees_and_keeps_nothing(two: Path) -> None:
    labels, (taught,) = theirs(STRANGER, two), label_sets(two)
    assert labels.sets() == []
    assert labels.listed(taught) == ()
    for do in (
        lambda: labels.begin(NAMES),
        lambda: labels.keep(taught, np.ones((28, 28)), 0),
        lambda: labels.take(b""),
        lambda: labels.freeze(taught),
        lambda: labels.remove(()),
        lambda: labels.end(taught),
    ):
        with pytest.raises(NotAllowedError):
            do()


def test_a_run_learns_from_what_its_owner_sees(two: Path) -> None:
    (taught,) = label_sets(two)
    assert theirs(ANNA, two).freeze(taught).train == 10
    assert theirs(LECTURER, two).freeze(taught).train == 11


def test_who_ends_a_set_leaves_it_to_the_others(two: Path) -> None:
    (taught,) = label_sets(two)
    assert theirs(ANNA, two).end(taught) == 10
    assert theirs(ANNA, two).sets() == []
    (left,) = theirs(BERT, two).sets()
    assert len(theirs(BERT, two).listed(left)) == 1
    assert theirs(BERT, two).end(left) == 1
    assert label_sets(two) == []
    assert not [path for path in (two / "labelled").iterdir() if path.suffix != ".tmp"]


def test_drawings_of_the_same_name_come_along(two: Path) -> None:
    labels = theirs(ANNA, two)
    (taught,) = labels.sets()
    more = labels.begin(("tree", "house"), beside=taught)
    assert [one.label for one in labels.listed(more)] == [1] * 5
    assert len(labels.listed(taught)) == 10
    labels.begin(("tree", "house"), beside=taught)  # they come once
    assert len(labels.listed(more)) == 5


def test_a_zip_is_kept_under_its_own_names(two: Path) -> None:
    content = theirs(ANNA, two).export(label_sets(two)[0])
    taught, number = theirs(BERT, two).take(content)
    assert (taught.names, number) == (NAMES, 10)
    assert len(theirs(BERT, two).listed(taught)) == 11
