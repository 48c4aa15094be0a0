"""A server of the wire alone, a run directory written by hand, and a viewer's view of frames."""

import contextlib
import http.client
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
import uvicorn
from safetensors.numpy import save
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from nnlab.files import append_line, write_bytes
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run
from nnlab.training.events import Progress, to_line
from nnlab.wire import hub
from nnlab.wire.room.routes import room_routes
from nnlab.wire.routes import wire_routes
from tests.runs.bench import new_run, started

PATIENCE = 60.0
"""Seconds until a test gives up; nothing is measured by it."""
STREAMLITS_LIMIT = 200 * 1024 * 1024
"""Bytes of a message, as Streamlit starts the server."""
START = {"offset": 0, "version": "", "parts": None}


@dataclass(frozen=True)
class Told:
    """A frame as a viewer reads it."""

    head: dict[str, Any]
    weights: bytes

    @property
    def steps(self) -> list[int]:
        return [event["step"] for event in self.head.get("events", [])]


def read(data: bytes | str) -> Told:
    assert isinstance(data, bytes)
    length = int.from_bytes(data[:4], "little")
    head = json.loads(data[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert ("version" in head) == (len(data) > 4 + length)
    return Told(head, data[4 + length :])


@dataclass(frozen=True)
class Server:
    """Listens on 127.0.0.1."""

    port: int
    base: str = ""

    def connect(self, run: Run | str, **options: Any) -> ClientConnection:
        """A socket for a run, or with this token; nothing is asked for yet."""
        token = run if isinstance(run, str) else hub.sign(run.id)
        address = f"ws://127.0.0.1:{self.port}{self.base}/wire?{urlencode({'token': token})}"
        return connect(address, max_size=None, proxy=None, compression=None, **options)

    @contextlib.contextmanager
    def watch(self, run: Run, **asked: Any) -> Iterator[ClientConnection]:
        with self.connect(run) as socket:
            socket.send(json.dumps(START | asked))
            yield socket

    def plain(self, run: Run | str, **query: Any) -> tuple[int, bytes]:
        """Status and body of `/wire/frame`."""
        token = run if isinstance(run, str) else hub.sign(run.id)
        headers = query.pop("headers", {})
        request = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        path = f"{self.base}/wire/frame?{urlencode({'token': token, **query})}"
        request.request("GET", path, headers=headers)
        answer = request.getresponse()
        body = answer.read()
        request.close()
        return answer.status, body


@contextlib.contextmanager
def serving(base: str = "", **options: Any) -> Iterator[Server]:
    """The wire's routes in a thread of this process, as Streamlit would serve them."""
    config = uvicorn.Config(
        Starlette(routes=[*wire_routes(base, **options), *room_routes(base)]),
        host="127.0.0.1",
        port=0,
        ws="websockets-sansio",
        ws_max_size=STREAMLITS_LIMIT,
        ws_per_message_deflate=False,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Server(port, base and f"/{base.strip('/')}")
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def receive(socket: ClientConnection) -> Told:
    return read(socket.recv(timeout=PATIENCE))


def receive_until(socket: ClientConnection, holds: Callable[[Told], object]) -> list[Told]:
    """The frames up to the first of which it holds."""
    deadline = time.monotonic() + PATIENCE
    frames = [receive(socket)]
    while not holds(frames[-1]):
        assert time.monotonic() < deadline
        frames.append(receive(socket))
    return frames


def close_of(socket: ClientConnection) -> tuple[int, str]:
    """The code and reason with which the server ends the socket."""
    with pytest.raises(ConnectionClosed) as closed:
        deque(iter(partial(socket.recv, timeout=PATIENCE), None), maxlen=0)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


def a_run(runs_dir: Path, steps: int = 0) -> Run:
    """A run with `fit_started` and so many `progress`."""
    run = new_run(runs_dir)
    append_line(run.path / EVENTS_FILE, to_line(started()))
    add_steps(run, 1, steps)
    return run


def progress(step: int, **fields: Any) -> str:
    fields = {"lr": 0.03, "train_loss": 1 / step, "epoch": 1, "seconds": step / 10} | fields
    return to_line(Progress(step=step, **fields))


def add_steps(run: Run, first: int, count: int) -> None:
    for step in range(first, first + count):
        append_line(run.path / EVENTS_FILE, progress(step))


def tensors(step: int, width: int = 8) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(step)
    return {
        name: generator.standard_normal(shape, np.float32)
        for name, shape in {
            "0.weight": (width, 2),
            "0.bias": (width,),
            "2.weight": (2, width),
        }.items()
    }


def put_weights(run: Run, step: int, width: int = 8) -> dict[str, np.ndarray]:
    """As a worker writes them; returns the tensors."""
    values = tensors(step, width)
    write_bytes(run.path / LIVE, save(values, {"step": str(step)}))
    return values
