"""Who looks at a page, told by the cookie that the browser sends."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import streamlit as st

from nnlab.ui import services
from nnlab.ui import visitors as module
from nnlab.ui.visitors import owner, owner_name, visitor
from nnlab.visitor import AT_THE_MACHINE, Visitor
from nnlab.wire import hub
from nnlab.wire.people import people


@pytest.fixture(autouse=True)
def own_server(quiet_server: None) -> Iterator[None]:
    hub._only_hub.cache_clear()
    yield
    hub._only_hub.cache_clear()


def browser(monkeypatch: pytest.MonkeyPatch, **cookies: str) -> None:
    monkeypatch.setattr(
        module,
        "st",
        SimpleNamespace(context=SimpleNamespace(cookies=cookies, ip_address="10.0.0.7")),
    )


def test_a_lab_that_is_not_shared_knows_one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    browser(monkeypatch, **{people().cookie: people().new_cookie()})
    assert visitor() is AT_THE_MACHINE
    assert (owner(), owner_name(owner())) == ("local", "local")


def test_a_shared_one_knows_people_by_their_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNLAB_SHARE", "1")
    st.cache_resource.clear()
    assert services.settings().share
    cookie = people().new_cookie()
    browser(monkeypatch, **{people().cookie: cookie})
    person = people().person_of({people().cookie: cookie})
    assert visitor() == Visitor(person, "10.0.0.7", "guest")
    assert owner_name(owner()) == "you"
    assert owner_name("0123456789abcdef") == "guest 0123"
    assert owner_name("local") == "local"

    browser(monkeypatch)
    assert visitor() == Visitor("", "10.0.0.7", "guest")
    assert (owner(), owner_name(owner())) == ("guest", "guest")
