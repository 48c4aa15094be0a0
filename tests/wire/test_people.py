"""The cookie that tells people apart, and who gets one."""

import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from nnlab.wire import people as module
from nnlab.wire.people import NewPeople, People, cookies_of, people
from tests.wire.asgi import Answer, get


def page(_request: object) -> Response:
    return HTMLResponse("<p>hello")


def script(_request: object) -> Response:
    return PlainTextResponse("hello")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> NewPeople:
    return NewPeople(Starlette(routes=[Route("/", page), Route("/script", script)]), clock)


def value_of(answer: Answer) -> str:
    return answer.headers["set-cookie"].partition(";")[0].partition("=")[2]


def test_who_asks_for_a_page_gets_a_cookie_that_names_a_person_once(app: NewPeople) -> None:
    known = people()
    first, second = value_of(get(app, "/")), value_of(get(app, "/"))
    persons = {known.person_of({known.cookie: value}) for value in (first, second)}
    assert len(persons) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", person) for person in persons)
    assert "set-cookie" not in get(app, "/", cookie=f"a=b; {known.cookie}={first}").headers


def test_scripts_cannot_read_it_and_other_sites_do_not_send_it(app: NewPeople) -> None:
    said = get(app, "/").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(said.split("; "))


def test_a_setting_that_is_not_valid_takes_no_page_away(
    app: NewPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "visitor_of", None)  # which reads all settings
    people()
    assert "set-cookie" in get(app, "/").headers


def test_what_is_no_page_brings_no_cookie(app: NewPeople) -> None:
    assert "set-cookie" not in get(app, "/script").headers


@pytest.mark.parametrize("said", ["", "x", '"abc".sig', "W10.x", "a" * 5000, "\x7f;;=,"])
def test_a_cookie_that_this_server_did_not_sign_names_nobody(said: str) -> None:
    assert people().person_of({people().cookie: said}) == ""


def test_another_servers_cookie_has_another_name_and_names_nobody() -> None:
    ours, theirs = People(b"a" * 32), People(b"b" * 32)
    assert ours.cookie != theirs.cookie
    assert ours.person_of({ours.cookie: theirs.new_cookie()}) == ""


def test_cookies_that_are_too_long_are_not_read() -> None:
    long = f"a={'b' * 9000}"
    assert cookies_of({"type": "http", "headers": [(b"cookie", long.encode())]}) == {}
    assert cookies_of({"type": "http", "headers": [(b"cookie", b"a=b; c=d")]}) == {
        "a": "b",
        "c": "d",
    }


def test_an_odd_cookie_of_another_site_hides_none_of_ours() -> None:
    said = f'theme={{"a": 1}}; {people().cookie}={people().new_cookie()}'
    assert people().person_of(cookies_of({"type": "http", "headers": [(b"cookie", said.encode())]}))


def test_an_address_that_asks_for_ever_new_cookies_gets_no_more_until_time_passes(
    app: NewPeople, clock: Clock
) -> None:
    got = ["set-cookie" in get(app, "/").headers for _ in range(module.NEW_AT_ONCE + 5)]
    assert got == [True] * module.NEW_AT_ONCE + [False] * 5
    clock.now += 60
    again = ["set-cookie" in get(app, "/").headers for _ in range(module.NEW_A_MINUTE + 5)]
    assert again == [True] * module.NEW_A_MINUTE + [False] * 5


def test_one_who_keeps_asking_takes_no_cookie_away_before_it_is_there(
    app: NewPeople, clock: Clock
) -> None:
    for _ in range(module.NEW_AT_ONCE):
        get(app, "/")
    given = 0
    for _ in range(60):
        clock.now += 1
        given += "set-cookie" in get(app, "/").headers
    assert given == pytest.approx(module.NEW_A_MINUTE, abs=1)
