"""The class's page: the invitation, the members, the end; a student's own place."""

import base64
import re
import xml.etree.ElementTree as ElementTree

import pytest
import segno

from nnlab.classroom.classroom import Classroom
from nnlab.runs.store import Store
from nnlab.ui.classroom.invite import qr
from tests.classroom.made import make_run
from tests.ui.classroom.conftest import class_page
from tests.ui.conftest import html


def messages(test) -> str:
    return "\n".join(one.value for one in (*test.error, *test.success, *test.warning, *test.info))


def button(test, key: str):
    (found,) = [one for one in test.button if one.key == f"classroom_{key}"]
    return found


def test_the_picture_is_the_address_in_black_on_white_with_a_quiet_zone_of_four() -> None:
    address = "http://192.0.2.9:8501/join?code=ABCDEF"
    svg = ElementTree.fromstring(base64.b64decode(qr(address).partition("base64,")[2]))
    symbol = segno.make(address, error="m", micro=False)
    side = symbol.symbol_size(border=4)[0]
    assert svg.attrib["viewBox"] == f"0 0 {side} {side}"
    assert "width" not in svg.attrib  # the style sheet says how large
    ground, drawn = svg
    assert re.fullmatch(rf"M0 0h{side}v{side}h-{side}z", ground.attrib["d"])
    assert ground.attrib["fill"] in ("#fff", "#ffffff")
    assert drawn.attrib["stroke"] in ("#000", "#000000")
    assert drawn.attrib["d"].startswith("M4 4.5")


@pytest.mark.usefixtures("lecturer")
def test_before_anybody_came_the_page_begins_with_the_invitation(room: Classroom) -> None:
    said = html(class_page())
    assert "lab.example/nn/join" in said
    assert room.code[:3] in said
    assert qr(f"https://lab.example/nn/join?code={room.code}") in said
    assert "localhost" not in said
    assert "0 students are in" in said


@pytest.mark.usefixtures("lecturer")
def test_afterwards_it_begins_with_the_wall(room: Classroom) -> None:
    room.join("p", "Anna", room.code)
    test = class_page()
    assert "nnlab-invite" not in re.sub(r"<style>.*?</style>", "", html(test), flags=re.DOTALL)
    assert test.button_group[0].value == "Wall"


@pytest.mark.usefixtures("lecturer")
def test_the_invitation_stands_alone_on_a_projector(room: Classroom) -> None:
    room.join("p", "<b>Anna", room.code)
    test = class_page(show="invite")
    assert not [one for one in test.button_group if one.key == "classroom_section"]
    assert "&lt;b&gt;Anna" in html(test)
    assert "<b>Anna" not in html(test)


@pytest.mark.usefixtures("lecturer")
def test_a_lab_that_nobody_reaches_says_so_in_place_of_an_address(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnlab.ui.classroom.invite.public_address", lambda _settings: None)
    test = class_page("Join")
    assert "No student can come in" in messages(test)
    assert "nnlab-code" not in re.sub(r"<style>.*?</style>", "", html(test), flags=re.DOTALL)


def test_members_are_named_with_what_they_made(room: Classroom, lecturer: str, runs_dir) -> None:
    room.join("p", "<i>Anna", room.code)
    make_run(Store(runs_dir), "p")
    said = html(class_page("Members"))
    assert re.search(r"&lt;i&gt;Anna</th><td>[^<]+</td><td>1</td>", said)
    assert re.search(r"Lecturer <small>you, lecturer</small></th><td>[^<]+</td><td>0</td>", said)
    assert room.key not in said


@pytest.mark.usefixtures("lecturer")
def test_a_member_is_renamed_and_taken_out(room: Classroom) -> None:
    room.join("p", "Anna", room.code)
    test = class_page("Members")
    test.selectbox(key="classroom_member").set_value("p").run()
    test.text_input(key="classroom_name_p").set_value("Berta")
    button(test, "rename").click().run()
    assert "The name is Berta now." in messages(test)
    assert room.members()[-1].name == "Berta"
    button(test, "remove").click().run()
    assert "Berta is out." in messages(test)
    assert room.role_of("p") == "stranger"
    assert not test.exception


@pytest.mark.usefixtures("lecturer")
def test_another_code_is_taken(room: Classroom) -> None:
    old = room.code
    test = class_page("Members")
    button(test, "new_code").click().run()
    assert room.code != old
    assert room.code in messages(test)


@pytest.mark.usefixtures("lecturer")
def test_made_up_names_go_in_one_click_and_do_not_come_back(room: Classroom, runs_dir) -> None:
    old = room.code
    for number in range(30):
        room.join(f"made-up-{number}", "x", old)
    room.join("p", "Anna", old)
    make_run(Store(runs_dir), "p")
    test = class_page("Members")
    button(test, "clear_out").click().run()
    assert [member.name for member in room.students()] == ["Anna"]
    assert "30 students are out." in messages(test)
    assert len(room.members()) == 2
    assert not room.has_code(old)
    assert room.code in messages(test)


def test_the_class_is_deleted_only_with_its_code(room: Classroom, lecturer: str, runs_dir) -> None:
    store, code = Store(runs_dir), room.code
    room.join("p", "Anna", code)
    gone, stays = make_run(store, "p"), make_run(store, "local")
    test = class_page("End")
    test.text_input(key="classroom_delete_code").set_value("wrong")
    button(test, "delete_class").click().run()
    assert "Nothing was deleted" in messages(test)
    assert gone.path.exists()
    test.text_input(key="classroom_delete_code").set_value(code.lower())
    button(test, "delete_class").click().run()
    assert not test.exception
    assert "Deleted 1 run" in messages(test)
    assert not gone.path.exists()
    assert stays.path.exists()
    assert room.code != code
    assert room.role_of(lecturer) == "lecturer"


@pytest.mark.usefixtures("student")
def test_a_student_sees_their_name_and_code_and_nothing_to_lead_with(room: Classroom) -> None:
    test = class_page()
    said = html(test)
    assert "<h1>Anna</h1>" in said
    assert f'href="/join?code={room.code}"' in said
    assert room.key not in said
    assert not [one for one in test.button if (one.key or "").startswith("classroom_")]
    assert not [one for one in test.button_group if one.key == "classroom_section"]


@pytest.mark.usefixtures("student")
def test_a_student_who_asks_for_the_lecturers_parts_gets_none(room: Classroom) -> None:
    said = html(class_page(show="invite"))
    assert "nnlab-code" not in re.sub(r"<style>.*?</style>", "", said, flags=re.DOTALL)
