"""The headers of every answer, and the policy in them."""

import base64
import hashlib
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from nnlab.errors import NnlabError
from nnlab.settings import read_settings
from nnlab.wire.headers import SecurityHeaders, content_policy, inline_scripts
from tests.wire.asgi import get, run

PAGE = """<!DOCTYPE html><html><head>
<!-- <script>window.commented = out</script> -->
<script src="./index.js"></script>
<script type="module">
  a < b && "<b>" &amp;
</script>
<style>p { color: red }</style>
</head><body><script>second()</script></body></html>"""
FIRST, SECOND = '\n  a < b && "<b>" &amp;\n', "second()"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "index.html"
    path.write_text(PAGE)
    return path


def hash_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in (part.split() for part in policy.split(";"))}


def plain(_request: object) -> Response:
    return PlainTextResponse("hello", headers={"Referrer-Policy": "unsafe-url", "ETag": "mine"})


def test_every_answer_has_them_a_missing_page_too(page: Path) -> None:
    app = SecurityHeaders(Starlette(routes=[Route("/here", plain)]), page)
    for path, status in (("/here", 200), ("/nowhere", 404)):
        answer = get(app, path)
        assert answer.status == status
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["content-security-policy"] == content_policy(PAGE)
    assert get(app, "/here").headers["etag"] == "mine"


def test_a_websocket_goes_by_untouched(page: Path) -> None:
    seen: list[Message] = []

    async def socket(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept", "headers": []})
        # An answer that refuses the socket begins like this.
        await send({"type": "http.response.start", "status": 403, "headers": []})

    async def send(message: Message) -> None:
        seen.append(message)

    async def receive() -> Message:
        raise AssertionError("nothing is asked for")

    run(SecurityHeaders(socket, page)({"type": "websocket"}, receive, send))
    assert [message["headers"] for message in seen] == [[], []]


def test_scripts_of_the_page_itself_may_run_and_are_told_by_their_hash() -> None:
    assert inline_scripts(PAGE) == [FIRST, SECOND]
    allowed = directives(content_policy(PAGE))["script-src"]
    assert allowed[-2:] == [hash_of(FIRST), hash_of(SECOND)]


def test_the_installed_streamlit_has_inline_scripts_and_they_are_found() -> None:
    html = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    found = inline_scripts(html)
    assert len(found) == html.count("<script>") > 0
    assert "prerenderReady" in found[0]


def test_no_text_becomes_code_and_nothing_comes_from_elsewhere() -> None:
    policy = directives(content_policy(PAGE))
    scripts = policy["script-src"]
    assert "'unsafe-eval'" not in scripts
    assert "'unsafe-inline'" not in scripts
    assert policy["default-src"] == policy["base-uri"] == ["'self'"]
    assert policy["connect-src"] == ["'self'", "data:"], "of the page itself, and of no host"
    assert policy["object-src"] == ["'none'"]
    assert not [word for words in policy.values() for word in words if "//" in word or "*" in word]


def test_a_page_without_scripts_of_its_own_gets_a_policy_too() -> None:
    assert directives(content_policy("<p>hello</p>"))["script-src"][0] == "'self'"


def test_who_may_show_the_lab_in_a_frame_is_a_setting(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ancestors() -> list[str]:
        app = SecurityHeaders(Starlette(), page)
        return directives(get(app, "/").headers["content-security-policy"])["frame-ancestors"]

    assert ancestors() == ["'self'"]
    monkeypatch.setenv("NNLAB_FRAME_ANCESTORS", "https://lms.example https://*.school.example:8443")
    assert ancestors() == ["'self'", "https://lms.example", "https://*.school.example:8443"]


@pytest.mark.parametrize(
    "received", ["*", "https://a.example; script-src *", "https://a.example\nX: y", "'none'", "a"]
)
def test_a_setting_that_is_no_list_of_origins_is_refused_and_lets_nobody_in(
    received: str, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_FRAME_ANCESTORS", received)
    with pytest.raises(NnlabError, match=r"NNLAB_FRAME_ANCESTORS=.* is not valid"):
        read_settings()
    policy = get(SecurityHeaders(Starlette(), page), "/").headers["content-security-policy"]
    assert directives(policy)["frame-ancestors"] == ["'self'"]
    assert policy == content_policy(PAGE)
