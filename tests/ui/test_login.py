"""Lecturers who sign in: what Streamlit's own cookie says of them, and who believes it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from nnlab.ui import login as module
from nnlab.ui.login import StreamlitLogin
from nnlab.wire.room.login import SignedIn

SECRET = "a secret of thirty-two characters"
SECTION = {"redirect_uri": "https://lab.example/oauth2callback", "client_id": "lab"}
ADA = {"is_logged_in": True, "email": "Ada@school.example", "email_verified": True, "name": "Ada"}


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A provider in secrets.toml, and two lecturers."""
    st.cache_resource.clear()
    monkeypatch.setenv("NNLAB_CLASS_LECTURERS", "ada@school.example  bob@school.example")
    monkeypatch.setattr(module, "get_secrets_auth_section", lambda: SECTION)
    monkeypatch.setattr(module, "_can_sign_in", lambda: True)
    monkeypatch.setattr(module, "validate_auth_credentials", lambda _provider: None)
    monkeypatch.setattr(module, "get_cookie_secret", lambda: SECRET)
    yield
    st.cache_resource.clear()


def cookies(user: Any, secret: str = SECRET) -> dict[str, str]:
    """As Streamlit writes them when somebody came back from the provider."""
    said = create_signed_value(secret, USER_COOKIE_NAME, json.dumps(user))
    return {USER_COOKIE_NAME: said.decode()}


@pytest.mark.usefixtures("configured")
def test_a_lecturer_whose_address_is_verified_is_known() -> None:
    who = StreamlitLogin().who(cookies(ADA))
    assert who == SignedIn("Ada@school.example", "Ada", is_lecturer=True)


@pytest.mark.usefixtures("configured")
def test_somebody_else_is_no_lecturer() -> None:
    who = StreamlitLogin().who(cookies(ADA | {"email": "eve@school.example"}))
    assert who is not None
    assert not who.is_lecturer


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    "user",
    [
        {},
        [],
        "Ada",
        ADA | {"email_verified": False},
        ADA | {"email_verified": "true"},
        ADA | {"is_logged_in": False},
        ADA | {"email": None},
        {name: value for name, value in ADA.items() if name != "email_verified"},
    ],
)
def test_whom_the_provider_does_not_vouch_for_is_nobody(user: Any) -> None:
    assert StreamlitLogin().who(cookies(user)) is None


@pytest.mark.usefixtures("configured")
def test_a_cookie_that_streamlit_did_not_sign_is_nobodys() -> None:
    login = StreamlitLogin()
    assert login.who(cookies(ADA, "another secret of the same size")) is None
    for said in ("", "x", "é", "a.b.c", "a" * 5000):
        assert login.who({USER_COOKIE_NAME: said}) is None
    assert login.who({}) is None


@pytest.mark.usefixtures("configured")
def test_one_signs_in_at_streamlits_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def address(provider: str) -> str:
        asked.append(provider)
        return "/auth/login?provider=token"

    monkeypatch.setattr(module, "generate_login_redirect_url", address)
    assert StreamlitLogin().address() == "/auth/login?provider=token"
    assert asked == ["default"]


@pytest.mark.usefixtures("configured")
def test_without_lecturers_a_provider_or_the_packages_there_is_no_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("get_secrets_auth_section", dict), ("_can_sign_in", lambda: False)):
        with monkeypatch.context() as less:
            less.setattr(module, name, value)
            assert StreamlitLogin().address() == ""
            assert StreamlitLogin().who(cookies(ADA)) is None
    monkeypatch.delenv("NNLAB_CLASS_LECTURERS")
    st.cache_resource.clear()
    assert StreamlitLogin().address() == ""
