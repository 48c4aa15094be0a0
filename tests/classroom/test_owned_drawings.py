"""Kept drawings, as everybody who may come: in a class a student has their own and no others'."""

import inspect
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnlab.classroom.owned_drawings import OwnedDrawings
from nnlab.classroom.rights import NotAllowedError
from nnlab.data.handwriting import Drawing, drawings, keep, read_frozen
from nnlab.data.handwriting_zip import export
from nnlab.data.kept import no_limit
from nnlab.errors import NnlabError
from nnlab.visitor import LOCAL, Visitor
from tests.classroom.test_owned import PEOPLE, STRANGERS

OWNERS = {"a" * 16: 2, "b" * 16: 3, LOCAL: 1}
"""How many drawings are kept by whom; each a digit of its own."""
SEEN = {
    "owner": {0},
    "another student": {1},
    "lecturer": {0, 1, 2},
    "guest": {0, 1, 2},
    "guest who owns it": {0, 1, 2},
    "alone": {0, 1, 2},
} | {who: set() for who in STRANGERS}
"""Digits."""
DELETED = SEEN | {"guest": set(), "guest who owns it": {0}}


@pytest.fixture
def every(data_dir: Path) -> tuple[Drawing, ...]:
    for digit, (owner, count) in enumerate(OWNERS.items()):
        for number in range(count):
            picture = np.zeros((28, 28))
            picture[3 : 20 + digit, 10 + number] = 1.0
            keep(picture, digit, data_dir, owner=owner)
    return tuple(drawings(data_dir))


def theirs(who: str, data_dir: Path) -> OwnedDrawings:
    return OwnedDrawings(data_dir, no_limit, PEOPLE[who])


def digits(chosen: tuple[Drawing, ...] | list[Drawing]) -> set[int]:
    return {drawing.label for drawing in chosen}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_which(who: str, every: tuple[Drawing, ...], data_dir: Path) -> None:
    assert digits(theirs(who, data_dir).listed()) == SEEN[who]


@pytest.mark.parametrize("who", PEOPLE)
def test_who_deletes_which_whatever_is_named(
    who: str, every: tuple[Drawing, ...], data_dir: Path
) -> None:
    if who in STRANGERS:
        with pytest.raises(NotAllowedError):
            theirs(who, data_dir).remove(every)
    else:
        assert theirs(who, data_dir).remove(every) == sum(
            drawing.label in DELETED[who] for drawing in every
        )
    assert digits(drawings(data_dir)) == {0, 1, 2} - DELETED[who]


@pytest.mark.parametrize("who", PEOPLE)
def test_who_takes_which_away_as_a_file(
    who: str, every: tuple[Drawing, ...], data_dir: Path
) -> None:
    content = theirs(who, data_dir).export(every)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lines = archive.read("labels.csv").decode().splitlines()[1:]
    assert {int(line.rpartition(",")[2]) for line in lines} == SEEN[who]


@pytest.mark.parametrize("who", PEOPLE)
def test_who_freezes_which_for_a_run(who: str, every: tuple[Drawing, ...], data_dir: Path) -> None:
    if who in STRANGERS:
        with pytest.raises(NotAllowedError):
            theirs(who, data_dir).freeze(every)
        assert not (data_dir / "handwriting" / "frozen").exists()
        return
    name = theirs(who, data_dir).freeze(every)
    assert set(read_frozen(name, data_dir)[1].tolist()) == SEEN[who]


KEEPS: dict[str, Callable[[OwnedDrawings, bytes], object]] = {
    "keep": lambda own, _content: own.keep(np.ones((28, 28)), 7),
    "take": lambda own, content: own.take(content),
}


@pytest.mark.parametrize("action", KEEPS)
@pytest.mark.parametrize("who", PEOPLE)
def test_what_somebody_keeps_is_theirs_and_a_stranger_keeps_nothing(
    who: str, action: str, every: tuple[Drawing, ...], data_dir: Path
) -> None:
    content = export(list(every))
    if who in STRANGERS:
        with pytest.raises(NotAllowedError):
            KEEPS[action](theirs(who, data_dir), content)
        assert len(drawings(data_dir)) == len(every)
        return
    KEEPS[action](theirs(who, data_dir), content)
    new = set(drawings(data_dir)) - set(every)
    assert new
    assert theirs(who, data_dir).own([*new]) == tuple(new)
    other = OwnedDrawings(data_dir, no_limit, Visitor("f" * 16, "", "student"))
    assert other.own([*new]) == ()


def test_there_is_a_case_for_every_method() -> None:
    methods = inspect.getmembers(OwnedDrawings, inspect.isfunction)
    names = {name for name, _what in methods if not name.startswith("_")}
    assert names == {"listed", "own", "remove", "export", "freeze", *KEEPS}


def test_no_room_is_no_drawing(data_dir: Path) -> None:
    def full(_size: int, owner: str) -> None:
        raise NnlabError(f"{owner} has no room")

    with pytest.raises(NnlabError, match="aaaa has no room"):
        OwnedDrawings(data_dir, full, PEOPLE["owner"]).keep(np.ones((28, 28)), 1)
    assert drawings(data_dir) == []
