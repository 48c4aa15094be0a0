"""How people come in: a code and a nickname, a cookie that says who they are, a lecturer's key."""

import re
from html.parser import HTMLParser

import pytest
from starlette.applications import Starlette

from nnlab.classroom.classroom import Classroom
from nnlab.errors import NnlabError
from nnlab.settings import read_settings
from nnlab.wire import people as people_module
from nnlab.wire.people import people
from nnlab.wire.room import join as module
from nnlab.wire.room.form import MOST_BYTES
from nnlab.wire.room.login import SignedIn
from tests.wire.asgi import Answer
from tests.wire.room.asking import Browser
from tests.wire.room.conftest import MakeApp


@pytest.fixture
def app(make_app: MakeApp, room: Classroom) -> Starlette:
    return make_app()


@pytest.fixture
def student(app: Starlette) -> Browser:
    return Browser(app)


def fields(answer: Answer) -> dict[str, str]:
    """What stands in the fields of a form."""

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            said = dict(attrs)
            if tag == "input":
                found[said["name"] or ""] = said["value"] or ""

    found: dict[str, str] = {}
    Reader().feed(answer.body.decode())
    return found


def person(browser: Browser) -> str:
    return people().person_of(browser.cookies)


def test_the_form_needs_no_script_and_takes_the_code_from_the_address(student: Browser) -> None:
    answer = student.get("/join?code=ABCDEF")
    assert answer.status == 200
    assert fields(answer) == {"code": "ABCDEF", "name": ""}
    html = answer.body.decode()
    assert "<script" not in html
    assert 'method="post" action="/join"' in html
    assert "no personal data" in html
    assert answer.headers["cache-control"] == "no-store"


def test_who_sends_code_and_name_is_in(student: Browser, room: Classroom) -> None:
    student.get("/join")
    answer = student.join(room.code, "Anna")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    member = room.member(person(student))
    assert member is not None
    assert (member.name, member.role) == ("Anna", "student")
    assert student.get("/").body == b"the lab at /"


def test_who_comes_without_a_cookie_is_given_one_that_scripts_cannot_read(
    student: Browser, room: Classroom
) -> None:
    answer = student.join(room.code, "Anna")
    assert answer.status == 303
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
    assert "Secure" not in answer.headers["set-cookie"]
    assert student.get(answer.headers["location"]).headers["location"] == "/"
    assert room.role_of(person(student)) == "student"


def test_the_cookie_is_secure_under_https(app: Starlette, room: Classroom) -> None:
    answer = Browser(app, scheme="https").join(room.code, "Anna")
    assert "Secure" in answer.headers["set-cookie"].split("; ")


def test_a_browser_that_keeps_no_cookies_is_told_so(app: Starlette, room: Classroom) -> None:
    browser = Browser(app, keeps_cookies=False)
    answer = browser.get(browser.join(room.code, "Anna").headers["location"])
    assert answer.status == 400
    assert b"keeps no cookies" in answer.body


def test_who_joins_again_is_renamed_and_keeps_the_cookie(student: Browser, room: Classroom) -> None:
    student.join(room.code, "Anna")
    before = dict(student.cookies)
    assert fields(student.get("/join?code=x"))["name"] == "Anna"
    answer = student.join(room.code, "Anna-Lena")
    assert "set-cookie" not in answer.headers
    assert student.cookies == before
    assert [member.name for member in room.members()] == ["Anna-Lena"]


def test_a_wrong_code_brings_the_form_back_with_what_was_typed(
    student: Browser, room: Classroom, caplog: pytest.LogCaptureFixture
) -> None:
    answer = student.join("ÄB<C", 'An"na<b>')
    assert answer.status == 403
    assert fields(answer) == {"code": "ÄB<C", "name": 'An"na<b>'}
    assert b"not the code" in answer.body
    assert b"<b>" not in answer.body
    assert room.members() == []
    assert "a wrong code of the class (192.0.2.7)" in caplog.text


def test_a_name_that_is_none_brings_the_form_back(student: Browser, room: Classroom) -> None:
    answer = student.join(room.code, " ")
    assert (answer.status, room.members()) == (400, [])
    assert b"1 to 40 letters" in answer.body


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eanna", "x" * 10_000])
def test_an_odd_name_is_text(student: Browser, room: Classroom, name: str) -> None:
    assert student.join(room.code, name).status == 303
    (member,) = room.members()
    html = student.get("/join").body.decode()
    assert "<script" not in html
    assert "\u202e" not in html
    assert fields(student.get("/join"))["name"] == member.name


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"content_type": "application/json"}, 415),
        ({"content_type": "multipart/form-data; boundary=x"}, 415),
        ({"content_length": str(MOST_BYTES + 1)}, 413),
        ({"content_length": "9" * 5000}, 413),
        ({"content_length": "-1"}, 413),
    ],
)
def test_what_is_no_form_of_ours_is_refused(
    student: Browser, room: Classroom, headers: dict[str, str], status: int
) -> None:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    assert student.join(room.code, "Anna", **sent).status == status
    assert room.members() == []


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * (MOST_BYTES + 1), {"content-length": ""}, 413),
        (b"&".join(b"a=1" for _ in range(100)), {}, 400),
        (b"\xff\x00%zz&code=%ff", {}, 403),
        (b"", {}, 403),
    ],
)
def test_a_body_that_is_odd_or_long_ends_with_a_message(
    student: Browser, room: Classroom, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = student.post(body, **headers)
    assert answer.status == status
    assert b'role="alert"' in answer.body
    assert room.members() == []


def test_a_form_through_a_proxy_with_another_host_is_ours(
    student: Browser, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"host": "127.0.0.1:8501", "origin": "https://school.example"}
    assert student.join(room.code, "Anna", **sent).status == 403
    monkeypatch.setenv("NNLAB_PUBLIC_URL", "https://school.example/nn")
    assert student.join(room.code, "Anna", **sent).status == 303


@pytest.mark.parametrize("address", ["https://School.example/nn", "https://school.example:443"])
def test_that_address_may_be_written_as_people_write_it(
    address: str, student: Browser, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_PUBLIC_URL", address)
    sent = {"host": "127.0.0.1:8501", "origin": "https://school.example"}
    assert student.join(room.code, "Anna", **sent).status == 303


@pytest.mark.parametrize("address", ["http://[", "http://a:b:c", "http://[zz]", "http://:80"])
def test_an_address_that_is_none_is_said_by_its_variable(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_PUBLIC_URL", address)
    with pytest.raises(NnlabError, match="NNLAB_PUBLIC_URL"):
        read_settings()


def test_an_address_in_odd_brackets_lets_the_form_go_on(
    student: Browser, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_PUBLIC_URL", "http://[::::::::::]")
    assert student.join(room.code, "Anna", origin="https://elsewhere.example").status == 403


def test_guesses_are_few_and_others_of_the_address_may_go_on(
    app: Starlette, room: Classroom
) -> None:
    guesser, other = Browser(app), Browser(app)
    guesser.get("/join")
    other.get("/join")
    answers = [guesser.join("AAAAAA", "x").status for _ in range(module.WRONG_BURST + 5)]
    assert answers == [403] * module.WRONG_BURST + [429] * 5
    assert guesser.join(room.code, "x").status == 429
    assert guesser.get(f"/lecture?key={room.key}").status == 429
    assert other.join(room.code, "Anna").status == 303


def test_a_lecture_of_three_hundred_comes_in_at_once_behind_one_router(
    app: Starlette, room: Classroom
) -> None:
    assert people_module.NEW_AT_ONCE < 300
    came = []
    for number in range(300):
        browser = Browser(app)
        browser.get("/join")
        answer = browser.join(room.code, f"student {number}")
        came.append(browser.get(answer.headers["location"]).status)
    assert set(came) <= {200, 303}
    assert len(room.students()) == 300


def test_everything_stands_below_the_base_path(make_app: MakeApp, room: Classroom) -> None:
    browser = Browser(make_app(base="/lab"))
    assert browser.get("/lab/playground").headers["location"] == "/lab/join"
    assert b'action="/lab/join"' in browser.get("/lab/join").body
    answer = browser.join(room.code, "Anna", "/lab/join")
    assert answer.headers["location"] == "/lab/"
    key = browser.get(f"/lab/lecture?key={room.key}")
    assert key.headers["location"] == "/lab/class"


# The lecturer ------------------------------------------------------------------------------------


def test_the_key_lets_the_lecturer_in_and_stays_in_no_address(
    app: Starlette, room: Classroom
) -> None:
    browser = Browser(app)
    answer = browser.get(f"/lecture?key={room.key}")
    assert (answer.status, answer.headers["location"]) == (303, "/class")
    assert answer.headers["cache-control"] == "no-store"
    assert room.role_of(person(browser)) == "lecturer"


@pytest.mark.parametrize("query", ["", "?key=", "?key=x", "?key=%ff%00", "?other=1"])
def test_another_key_lets_nobody_in(app: Starlette, room: Classroom, query: str) -> None:
    answer = Browser(app).get(f"/lecture{query}")
    assert answer.status == 403
    assert b"not the lecturer" in answer.body
    assert room.key.encode() not in answer.body
    assert room.members() == []


class Provider:
    """A login whose cookie is the name of a person that it vouches for."""

    def address(self) -> str:
        return "/auth/login?provider=x"

    def who(self, cookies: dict[str, str]) -> SignedIn | None:
        name = cookies.get("signed_in")
        if name is None:
            return None
        return SignedIn(f"{name}@school.example", name, is_lecturer=name == "ada")


def test_a_lecturer_who_signed_in_is_known(make_app: MakeApp, room: Classroom) -> None:
    browser = Browser(make_app(login=Provider()))
    assert b"Lecturer: sign in" in browser.get("/join").body
    assert browser.get("/lecture").headers["location"] == "/auth/login?provider=x"
    assert browser.get("/auth/login").body == b"the lab at /auth/login"
    browser.cookies["signed_in"] = "ada"
    assert browser.get("/").headers["location"] == "/lecture"
    assert browser.get("/lecture").headers["location"] == "/class"
    (member,) = room.members()
    assert (member.name, member.role) == ("ada", "lecturer")


def test_somebody_else_who_signed_in_is_no_lecturer(make_app: MakeApp, room: Classroom) -> None:
    browser = Browser(make_app(login=Provider()))
    browser.cookies["signed_in"] = "eve"
    assert browser.get("/").headers["location"] == "/join"
    answer = browser.get("/lecture")
    assert answer.status == 403
    assert b"eve@school.example is not one" in answer.body
    assert room.members() == []


def test_where_nothing_is_configured_nobody_signs_in(app: Starlette) -> None:
    browser = Browser(app)
    assert b"sign in" not in browser.get("/join").body
    assert browser.get("/auth/login").headers["location"] == "/join"


# Without a class ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_room")
def test_without_a_class_there_is_nothing_to_join(make_app: MakeApp) -> None:
    browser = Browser(make_app())
    for path in ("/join", "/lecture?key=x", "/class/room.zip"):
        answer = browser.get(path)
        assert (answer.status, answer.body) == (404, b"There is no class here.")
    assert browser.join("ABCDEF", "Anna").status == 404
    assert browser.get("/playground").body == b"the lab at /playground"
    assert not re.search("nnlab_person.*Max-Age", str(answer.headers))
