"""Asks an application of a class as a browser does, without a server."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

from tests.wire.asgi import Answer, run

HTML = "text/html,application/xhtml+xml"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Browser:
    """Keeps the cookies that it is given."""

    app: ASGIApp
    address: str = "192.0.2.7"
    scheme: str = "http"
    cookies: dict[str, str] = field(default_factory=dict)
    keeps_cookies: bool = True

    def get(self, path: str, **headers: str) -> Answer:
        """`GET`, as one goes to an address; of a header's name, `_` is sent as `-`."""
        return self.ask("GET", path, b"", {"accept": HTML, **headers})

    def join(self, code: str, name: str, path: str = "/join", **headers: str) -> Answer:
        """What the form sends."""
        body = urlencode({"code": code, "name": name}).encode()
        return self.post(body, path, **headers)

    def post(self, body: bytes, path: str = "/join", **headers: str) -> Answer:
        """Any body."""
        origin = f"{self.scheme}://lab.example"
        return self.ask(
            "POST",
            path,
            body,
            {
                "content-type": FORM,
                "content-length": str(len(body)),
                "origin": origin,
                "accept": HTML,
                **headers,
            },
        )

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send a request; a header that is empty is left out."""
        sent: list[Message] = []
        parts = [body]

        async def receive() -> Message:
            if parts:
                return {"type": "http.request", "body": parts.pop(), "more_body": False}
            await asyncio.Event().wait()  # it stays until it is answered
            raise AssertionError("never")

        async def send(message: Message) -> None:
            sent.append(message)

        given = {"host": "lab.example", **headers}
        if self.cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        plain, _mark, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "scheme": self.scheme,
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "client": (self.address, 1),
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, value in given.items()
                if value
            ],
        }

        async def ask() -> None:
            await self.app(scope, receive, send)

        run(ask())
        start, *rest = sent
        told = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        if self.keeps_cookies and "set-cookie" in told:
            name, _equals, value = told["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(start["status"], told, b"".join(one.get("body", b"") for one in rest))
