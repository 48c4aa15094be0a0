"""The class of a server: who is in it, by which code, and that it outlives the server."""

import re
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.classroom import classroom as module
from nnlab.classroom.classroom import CLASS_FILE, LETTERS, Classroom, WrongCodeError
from nnlab.classroom.members import MAX_NAME, clean_name, free_name
from nnlab.errors import NnlabError


@pytest.fixture
def room(runs_dir: Path) -> Classroom:
    room = Classroom(runs_dir)
    room.keep()
    return room


def names(room: Classroom) -> list[str]:
    return [member.name for member in room.members()]


def test_a_class_has_six_letters_that_nobody_reads_as_digits_and_a_long_key(
    room: Classroom,
) -> None:
    assert re.fullmatch(f"[{LETTERS}]{{6}}", room.code)
    assert not set("IO01") & set(LETTERS)
    assert re.fullmatch("[0-9a-f]{32}", room.key)


def test_two_classes_have_different_codes_and_keys(tmp_path: Path) -> None:
    first, second = Classroom(tmp_path / "a"), Classroom(tmp_path / "b")
    assert first.code != second.code
    assert first.key != second.key


def test_a_server_that_is_started_anew_finds_the_same_class(
    room: Classroom, runs_dir: Path
) -> None:
    room.join("p1", "Anna", room.code)
    room.enter("p2", room.key)
    room.remove(room.join("p3", "Ben", room.code).person)
    again = Classroom(runs_dir)
    assert (again.code, again.key) == (room.code, room.key)
    assert again.members() == room.members()
    assert again.persons() == {"p1", "p2", "p3"}
    assert [again.role_of(one) for one in ("p1", "p2", "p3", "p4")] == [
        *("student", "lecturer"),
        *("stranger", "stranger"),
    ]


def test_only_who_keeps_the_server_can_read_the_key(room: Classroom) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has other rights")
    assert stat.S_IMODE(room.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("change", [str.lower, lambda code: f" {code[:3]}-{code[3:]} "])
def test_a_code_may_be_typed_in_small_letters_and_in_groups(room: Classroom, change) -> None:
    assert room.join("p", "Anna", change(room.code)).name == "Anna"


def test_a_code_in_wide_letters_is_the_same(room: Classroom) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in room.code)
    assert room.join("p", "Anna", wide).name == "Anna"


@pytest.mark.parametrize("said", ["", "x", "\ud800", "é" * 200_000, None])
def test_another_code_lets_nobody_in(room: Classroom, said: str | None) -> None:
    other = "".join(LETTERS[(LETTERS.index(one) + 1) % len(LETTERS)] for one in room.code)
    with pytest.raises(WrongCodeError, match="6 letters"):
        room.join("p", "Anna", other if said is None else said)
    assert room.members() == []


def test_another_key_makes_nobody_a_lecturer(room: Classroom) -> None:
    for key in ("", room.code, room.key[:-1], room.key.upper() + "x", "\ud800"):
        with pytest.raises(WrongCodeError, match="terminal"):
            room.enter("p", key)
    assert room.role_of("p") == "stranger"


def test_who_joins_again_is_renamed_and_keeps_role_and_time(room: Classroom) -> None:
    first = room.join("p1", "Anna", room.code)
    again = room.join("p1", "Anna-Lena", room.code)
    assert (again.joined, again.role) == (first.joined, "student")
    assert names(room) == ["Anna-Lena"]
    room.enter("p1", room.key)
    assert room.join("p1", "Dr. Ada", room.code).role == "lecturer"


def test_of_two_with_one_name_the_second_has_a_number(room: Classroom) -> None:
    for person, name in (("a", "Anna"), ("b", "anna"), ("c", "ＡＮＮＡ")):
        room.join(person, name, room.code)
    assert names(room) == ["Anna", "anna 2", "ＡＮＮＡ 3"]
    assert room.join("a", "Anna", room.code).name == "Anna"  # one's own is free


@pytest.mark.parametrize("name", ["", "   ", "\u200d", "\n\t", "\u0301"])
def test_an_empty_name_is_refused(room: Classroom, name: str) -> None:
    with pytest.raises(NnlabError, match="1 to 40"):
        room.join("p", name, room.code)
    room.join("p", "Anna", room.code)
    with pytest.raises(NnlabError, match="1 to 40"):
        room.rename("p", name)
    assert names(room) == ["Anna"]


@given(st.text(max_size=200))
def test_any_name_becomes_one_short_line_or_is_refused(received: str) -> None:
    try:
        name = clean_name(received)
    except NnlabError:
        return
    assert 1 <= len(name) <= MAX_NAME
    assert not re.search(r"[\n\t\x00-\x1f\u202a-\u202e\u2066-\u2069]", name)
    assert clean_name(name) == name


def test_a_long_name_that_is_taken_stays_short() -> None:
    name = "x" * MAX_NAME
    assert free_name(name, [name]) == "x" * (MAX_NAME - 2) + " 2"


def test_a_full_class_lets_no_student_in_but_its_lecturer(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_MEMBERS", 2)
    for person in ("a", "b"):
        room.join(person, person, room.code)
    with pytest.raises(NnlabError, match="full: it has 2"):
        room.join("c", "c", room.code)
    assert room.join("a", "other", room.code).name == "other"
    assert room.enter("c", room.key).role == "lecturer"


def test_who_is_taken_out_is_a_stranger_and_can_come_back(room: Classroom) -> None:
    room.join("p", "Anna", room.code)
    version = room.version
    room.remove("p")
    assert room.version > version
    assert room.role_of("p") == "stranger"
    assert room.persons() == {"p"}
    room.join("p", "Anna", room.code)
    assert room.persons() == {"p"}
    assert names(room) == ["Anna"]


def test_another_code_keeps_who_is_in(room: Classroom) -> None:
    old = room.code
    room.join("p", "Anna", old)
    room.take_another_code()
    assert room.role_of("p") == "student"
    with pytest.raises(WrongCodeError):
        room.join("q", "Ben", old)


def test_nobody_who_comes_first_passes_for_the_lecturer(room: Classroom) -> None:
    assert room.join("p", "LECTURER", room.code).name == "LECTURER 2"
    assert room.enter("t", room.key).name == "Lecturer"


def test_another_class_has_another_code_and_nobody_but_the_lecturer_who_began_it(
    room: Classroom,
) -> None:
    room.join("p", "Anna", room.code)
    room.enter("q", room.key)
    room.change(frozen=True)
    old = room.code, room.key
    room.begin_anew("q")
    assert room.code != old[0]
    assert room.key != old[1]
    assert names(room) == ["Lecturer"]
    assert not room.state.frozen
    room.begin_anew("p")
    assert room.members() == []


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"code": 3}', '{"code": "ABCDEF", "key": "", "created": 1}', "\x00"]
)
def test_a_damaged_file_is_said_with_its_mend(
    room: Classroom, runs_dir: Path, content: str
) -> None:
    (room.folder / CLASS_FILE).write_text(content)
    with pytest.raises(NnlabError, match="repair it, or delete it"):
        Classroom(runs_dir)


def test_who_keeps_no_cookie_is_told_so(room: Classroom) -> None:
    with pytest.raises(NnlabError, match="cookies"):
        room.join("", "Anna", room.code)
