"""The real server under fire: it refuses, it lives, and its log stays short."""

import contextlib
import http.client
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from nnlab.wire.guard import sockets as guard_sockets
from nnlab.wire.guard.quiet import LINES_A_MINUTE
from tests.browser.server import App, running_app
from tests.wire.bench import PATIENCE, close_of

pytestmark = pytest.mark.slow

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "X" * 50)
PATHS = (
    "/", "/playground", "/wire", "/wire/frame?token=x", "/web/x/y", "/_stcore/stream",
    "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/upload_file/a/b",
    "/media/x", "/component/x/y", "/../../etc/passwd", "/%00", "/%ff%fe", "//x",
)  # fmt: skip
MIB = 2**20


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("guarded"), share=1) as app:
        yield app


def port_of(app: App) -> int:
    return int(app.url.rpartition(":")[2])


def page(app: App, cookie: str = "") -> ClientConnection:
    """A socket as a page of Streamlit opens it."""
    return connect(
        f"{app.url.replace('http', 'ws')}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": cookie} if cookie else {},
        proxy=None,
        open_timeout=PATIENCE,
    )


def code_for(app: App, said: bytes | str) -> int:
    """With which the server closes the socket of a page that says this."""
    with page(app) as tab:
        with contextlib.suppress(ConnectionClosed):
            tab.send(said)
        return close_of(tab)[0]


def asked(app: App, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    """Status and cookies of the answer."""
    client = http.client.HTTPConnection("127.0.0.1", port_of(app), timeout=PATIENCE)
    with contextlib.closing(client):
        client.request(method, path, body, headers)
        answer = client.getresponse()
        answer.read()
        cookies = [one.partition(";")[0] for one in answer.headers.get_all("set-cookie") or []]
        return answer.status, "; ".join(cookies)


def raw(app: App, data: bytes) -> bytes:
    """The beginning of what comes back to some bytes, where anything does."""
    with socket.create_connection(("127.0.0.1", port_of(app)), PATIENCE) as client:
        client.settimeout(0.3)
        with contextlib.suppress(OSError):
            client.sendall(data)
            return client.recv(1000)
    return b""


def test_six_hundred_sockets_of_one_person_are_refused_and_those_of_a_lecture_are_not(
    app: App,
) -> None:
    _, cookie = asked(app, "GET", "/")
    assert "nnlab_person_" in cookie
    most, codes = int(guard_sockets.OPEN.person), set()
    with contextlib.ExitStack() as stack:
        for _ in range(most):
            stack.enter_context(page(app, cookie))
        for _ in range(600 - most):
            with pytest.raises(InvalidStatus) as refused:
                page(app, cookie)
            codes.add(refused.value.response.status_code)
        assert codes == {429}
        for _ in range(10):  # others from the same address
            stack.enter_context(page(app))
        assert asked(app, "GET", "/_stcore/health")[0] == 200
    with page(app, cookie):  # there is room again
        pass


def test_a_socket_that_says_two_thousand_things_a_second_is_heard_at_its_rate(app: App) -> None:
    said = BackMsg()
    said.app_heartbeat = True
    data, heard = said.SerializeToString(), 0
    with page(app) as flood:

        def say() -> None:
            with contextlib.suppress(ConnectionClosed):
                for _ in range(4000):
                    flood.send(data)

        sending = threading.Thread(target=say, daemon=True)
        began = time.monotonic()
        sending.start()
        while time.monotonic() < began + 3:
            with contextlib.suppress(TimeoutError):
                message = ForwardMsg.FromString(flood.recv(timeout=0.1))
                heard += message.WhichOneof("type") == "heartbeat_ack"
        seconds = time.monotonic() - began
        assert heard >= guard_sockets.BURST
        assert heard <= guard_sockets.BURST + guard_sockets.RATE * seconds + 1
        assert asked(app, "GET", "/_stcore/health")[0] == 200


def test_a_long_message_is_refused_before_it_is_whole(app: App) -> None:
    """Its first bytes say how long it is, and no more of it comes."""
    binary, masked, long = 0x82, 0x80, 127
    size = struct.pack(">BBQ", binary, masked | long, 2 * guard_sockets.MESSAGE_BYTES)
    with page(app) as tab:
        tab.socket.sendall(size + b"mask" + b"x" * 100)
        assert close_of(tab)[0] == 1009


def test_a_file_of_100_megabytes_takes_no_memory(app: App) -> None:
    server = psutil.Process(app.pid)
    before = server.memory_info().rss
    head = "PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n"
    answer = raw(app, head.format(100 * MIB).encode() + b"x" * MIB)
    assert b" 413 " in answer.splitlines()[0]
    assert server.memory_info().rss - before < 20 * MIB


def test_one_person_cannot_have_more_than_64_megabytes_of_files_kept(app: App) -> None:
    _, person = asked(app, "GET", "/")
    _, token = asked(app, "GET", "/_stcore/health")
    cookie = f"{person}; {token}"
    xsrf = re.search(r"_streamlit_xsrf=\"?([^\";]+)", cookie)
    assert xsrf is not None
    said = BackMsg()
    said.rerun_script.page_name = "playground"
    boundary = "b" * 20
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'.encode()
        + bytes(18 * MIB)
        + f"\r\n--{boundary}--\r\n".encode()
    )
    with page(app, cookie) as tab:
        tab.send(said.SerializeToString())
        session = ""
        while not session:
            message = ForwardMsg.FromString(tab.recv(timeout=PATIENCE))
            session = message.new_session.initialize.session_id
        got = [
            asked(
                app,
                "PUT",
                f"/_stcore/upload_file/{session}/{number}",
                body,
                **{
                    "Cookie": cookie,
                    "X-Xsrftoken": xsrf[1],
                    "Content-Type": f"multipart/form-data; boundary={boundary}",
                },
            )[0]
            for number in range(5)
        ]
    assert got == [204, 204, 204, 413, 413]


def test_garbage_on_every_route_leaves_few_lines_and_no_traceback(tmp_path: Path) -> None:
    with running_app(tmp_path, share=1) as app:
        quiet = app.log.read_text(errors="replace")
        for path in PATHS:
            for method in METHODS:
                raw(
                    app,
                    f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab".encode(),
                )
            upgrade = (
                f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            )
            key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            raw(
                app,
                f"{upgrade}Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: bad\r\n\r\n".encode(),
            )
            raw(app, (upgrade + key).encode() + os.urandom(200))
            raw(app, (upgrade + "Origin: http://evil.example\r\n" + key).encode())
            raw(
                app,
                f"GET {path} HTTP/1.1\r\nCookie: {'%' * 3000}\r\n".encode() + b"A: \xff\r\n\r\n",
            )
        for _ in range(3 * LINES_A_MINUTE):
            raw(app, os.urandom(200) + b"\r\n\r\n")
            for said in (b"\xff" * 10, "text", b""):
                assert code_for(app, said) == 1002
        assert asked(app, "GET", "/")[0] == 200
        log = app.log.read_text(errors="replace").removeprefix(quiet)
    assert "Traceback" not in log
    lines = [line for line in log.splitlines() if line.strip()]
    kinds = {re.sub(r"\S*\d\S*", "", line) for line in lines}
    assert "Refused a message that is none of a page " in kinds
    assert len(lines) <= LINES_A_MINUTE * 6
    assert max(lines.count(line) for line in lines) <= LINES_A_MINUTE
