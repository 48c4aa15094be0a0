"""People: a signed cookie tells one browser from the others; it says nothing of who they are.

A Streamlit session is new with every reload and tab; the cookie stays for a year. Its value is 16
random letters and digits and a signature (HMAC-SHA256) by the server's key. Scripts cannot read it
(`HttpOnly`), and a page of another site that sends somebody here does not send it with what it
asks for itself (`SameSite=Lax`).
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping

from itsdangerous import BadData, URLSafeSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nnlab.classroom.current import visitor_of
from nnlab.errors import NnlabError
from nnlab.visitor import Visitor
from nnlab.wire.addresses import address_of
from nnlab.wire.guard.buckets import Buckets
from nnlab.wire.hub import server_key

COOKIE_SECONDS = 365 * 24 * 3600
MAX_COOKIE = 200
MAX_HEADER = 8192
"""Characters of a request's cookies that are looked at."""
ID_BYTES = 8
NEW_AT_ONCE, NEW_A_MINUTE = 100, 20
"""Cookies that one address is given: a class that comes in together, and then a few a minute."""


class People:
    """Signs and reads cookies, with one key."""

    def __init__(self, key: bytes) -> None:
        self._signer = URLSafeSerializer(
            key, salt="nnlab.person", signer_kwargs={"digest_method": hashlib.sha256}
        )
        # Labs on several ports of one host share the host's cookies.
        self.cookie = f"nnlab_person_{hashlib.sha256(b'cookie' + key).hexdigest()[:8]}"

    def new_cookie(self) -> str:
        """The value of a cookie for a person who was not here before."""
        said = self._signer.dumps(secrets.token_hex(ID_BYTES))
        return said if isinstance(said, str) else said.decode()

    def header(self, cookie: str, scope: Scope) -> str:
        """`Set-Cookie` for who sends a request; `cookie` is one that `new_cookie` made."""
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        return (
            f"{self.cookie}={cookie}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly;"
            f" SameSite=Lax{secure}"
        )

    def person_of(self, cookies: Mapping[str, str]) -> str:
        """The id of the person whose cookies these are, "" where none is of this server."""
        said = cookies.get(self.cookie, "")
        if not said or len(said) > MAX_COOKIE:
            return ""
        try:
            person = self._signer.loads(said)
        except BadData:
            return ""
        return person if isinstance(person, str) else ""

    def visitor(self, scope: Scope) -> Visitor:
        """Return the visitor of an ASGI request or socket.

        Raises:
            NnlabError: the class of the server cannot be read.
        """
        return visitor_of(self.person_of(cookies_of(scope)), address_of(scope))


def people() -> People:
    """Return the people of this server.

    Raises:
        NnlabError: the server's key cannot be read or made.
    """
    return People(server_key())


def visitor_in(scope: Scope) -> Visitor:
    """Return the visitor of a request; a stranger if the server's key or class cannot be read."""
    try:
        return people().visitor(scope)
    except NnlabError:
        return Visitor("", address_of(scope), "stranger")


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies of a request, by name; none where they are too long."""
    said = Headers(scope=scope).get("cookie", "")
    if len(said) > MAX_HEADER:
        return {}
    return cookie_parser(said)


class NewPeople:
    """ASGI middleware that gives whoever asks for a page without a cookie one of their own.

    An address that asks for ever new ones gets no more: its visitors are then counted as one.
    """

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._new = Buckets(NEW_A_MINUTE / 60, NEW_AT_ONCE, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with a cookie where one is missing."""

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._set_cookie(scope, message)
            await send(message)

        await self._app(scope, receive, send_with_cookie if scope["type"] == "http" else send)

    def _set_cookie(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        if not headers.get("content-type", "").startswith("text/html"):
            return
        try:
            known = people()
        except NnlabError:
            return  # every page says what is wrong
        if known.person_of(cookies_of(scope)) or self._new.wait(address_of(scope), most=0):
            return
        headers.append("Set-Cookie", known.header(known.new_cookie(), scope))
