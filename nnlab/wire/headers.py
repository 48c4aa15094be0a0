"""Headers of every answer: what the browser may run and load, who may frame it, whom it tells.

The policy is Content Security Policy Level 3 (https://www.w3.org/TR/CSP3/). Streamlit runs the
scripts of components from blob: URLs, sets styles as it goes, multiplies long integers in
WebAssembly, and reads what its camera took from a data: URL, which leads to no host; no JavaScript
is made from text (`unsafe-eval`).
"""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nnlab.errors import NnlabError
from nnlab.settings import read_settings


class SecurityHeaders:
    """ASGI middleware that sets them on every HTTP answer; a WebSocket goes by untouched.

    Args:
        app: what answers.
        page: the HTML file that Streamlit serves for every page. Scripts that stand in it may run.
    """

    def __init__(self, app: ASGIApp, page: Path) -> None:
        self.app = app
        self.headers = {
            "Content-Security-Policy": content_policy(page.read_text("utf-8"), _others()),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def content_policy(html: str, others: str = "") -> str:
    """The value of `Content-Security-Policy`.

    Args:
        html: of the page that every address answers with.
        others: origins beside this server's own whose pages may show the lab in a frame, as
            `https://lms.example`, with spaces between.
    """
    hashes = " ".join(f"'sha256-{script_hash(script)}'" for script in inline_scripts(html))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            f"frame-ancestors 'self' {others}".rstrip(),
        )
    )


def inline_scripts(html: str) -> list[str]:
    """The texts of all `<script>` of a page that name no file."""
    reader = _Scripts()
    reader.feed(html)
    reader.close()
    return ["".join(parts) for parts in reader.scripts]


def script_hash(script: str) -> str:
    """SHA-256 of a script's text, in base64 (CSP3, section 2.3.1, "hash-source")."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.scripts.append([])

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1].append(data)


def _others() -> str:
    try:
        return read_settings().frame_ancestors
    except NnlabError:
        return ""  # every page says which setting is wrong
