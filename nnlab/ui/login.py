"""Lecturers whom a provider of OpenID Connect vouches for, where `st.login` is configured.

Streamlit signs people in and keeps what the provider said in a signed cookie of its own. It is read
here before a page is opened: a stranger gets no Streamlit session, and so no `st.user`.
"""

import json
from collections.abc import Mapping
from importlib.util import find_spec

from streamlit.auth_util import (
    get_cookie_with_chunks,
    get_secrets_auth_section,
    is_authlib_installed,
    validate_auth_credentials,
)
from streamlit.errors import StreamlitAuthError
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from nnlab.errors import NnlabError
from nnlab.ui import services
from nnlab.wire.room.login import SignedIn

DEFAULT = "default"
"""Streamlit's name of a provider whose fields are in `[auth]` itself."""


class StreamlitLogin:
    """See `nnlab.wire.room.login.Login`."""

    def address(self) -> str:
        """Streamlit's address that sends one to the provider; empty where none is configured."""
        provider = _provider()
        return generate_login_redirect_url(provider) if provider else ""

    def who(self, cookies: Mapping[str, str]) -> SignedIn | None:
        """Return the person named by Streamlit's cookie, if their e-mail address is verified."""
        if USER_COOKIE_NAME not in cookies or not _provider():
            return None
        secret = get_cookie_secret()

        def one(name: str) -> bytes | None:
            said = cookies.get(name, "").encode("latin-1", errors="replace")
            return decode_signed_value(secret, name, said)

        try:
            user = json.loads(get_cookie_with_chunks(one, USER_COOKIE_NAME) or b"{}")
        except (ValueError, TypeError):
            return None
        if not isinstance(user, dict) or user.get("is_logged_in") is not True:
            return None
        email, name = user.get("email"), user.get("name", "")
        if not isinstance(email, str) or not email or user.get("email_verified") is not True:
            return None
        is_lecturer = email.casefold() in _lecturers()
        return SignedIn(email, name if isinstance(name, str) else "", is_lecturer)


def _provider() -> str:
    """Return the first configured provider; empty if there is none, or no lecturer is named."""
    section = get_secrets_auth_section()
    if not section or not _lecturers() or not _can_sign_in():
        return ""
    named = [name for name, value in section.items() if hasattr(value, "get")]
    provider = DEFAULT if "client_id" in section else next(iter(named), DEFAULT)
    try:
        validate_auth_credentials(provider)
    except StreamlitAuthError:
        return ""  # the page of joining then has no link; the key lets the lecturer in
    return provider


def _can_sign_in() -> bool:
    """Whether the packages are there with which Streamlit does it; they are no part of the lab."""
    return is_authlib_installed() and bool(find_spec("httpx") or find_spec("httpx2"))


def _lecturers() -> set[str]:
    try:
        return {email.casefold() for email in services.settings().class_lecturers.split()}
    except NnlabError:
        return set()  # every page says which setting is wrong
