"""A class, and a browser of somebody who is in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.classroom.classroom import Classroom
from nnlab.ui import visitors
from nnlab.wire.people import people
from tests.classroom.of_server import class_of_server

REPOSITORY = Path(__file__).parents[3]
Enter = Callable[[], str]


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, quiet_server: None) -> Iterator[Classroom]:
    """The class of a server that others reach at https://lab.example/nn."""
    monkeypatch.setenv("NNLAB_PUBLIC_URL", "https://lab.example/nn")
    with class_of_server(monkeypatch) as room:
        yield room


def come_in(monkeypatch: pytest.MonkeyPatch) -> str:
    """From now on the pages are somebody's, whose id it returns."""
    cookie = people().new_cookie()
    cookies = {people().cookie: cookie}
    context = SimpleNamespace(cookies=cookies, ip_address="192.0.2.7")
    monkeypatch.setattr(visitors, "st", SimpleNamespace(context=context))
    return people().person_of(cookies)


@pytest.fixture
def lecturer(monkeypatch: pytest.MonkeyPatch, room: Classroom) -> str:
    """The pages are the lecturer's."""
    return room.enter(come_in(monkeypatch), room.key).person


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, room: Classroom) -> str:
    """The pages are a student's, Anna's."""
    return room.join(come_in(monkeypatch), "Anna", room.code).person


def class_page(section: str = "", **query: str) -> AppTest:
    """The class's page, at one of its sections."""
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    test.run()
    for name, value in query.items():
        test.query_params[name] = value
    test.switch_page("pages/class.py").run()
    if section:
        (choice,) = [one for one in test.button_group if one.key == "classroom_section"]
        choice.set_value(section).run()
    assert not test.exception
    return test
