"""`/wire/frame`: the same frames by plain requests."""

import threading
import time
from pathlib import Path

import pytest
from safetensors.numpy import load

from nnlab.wire import hub, plain
from tests.wire.bench import Server, a_run, add_steps, put_weights, read, receive, until


def test_a_plain_answer_is_the_frame_of_a_socket(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir, steps=4)
    put_weights(run, 4)
    with server.watch(run) as viewer:
        told = receive(viewer)
    status, body = server.plain(run, offset=0, version="")
    assert status == 200
    assert told.steps == [0, 1, 2, 3, 4]
    assert read(body) == told


def test_named_parts_and_none(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir, steps=1)
    put_weights(run, 1)
    some = read(server.plain(run, parts="2.weight,0.bias,gone")[1])
    assert sorted(load(some.weights)) == ["0.bias", "2.weight"]
    none = read(server.plain(run, parts="")[1])
    assert (none.steps, none.weights) == ([0, 1], b"")


def test_it_waits_for_news(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir, steps=1)
    put_weights(run, 1)
    first = read(server.plain(run)[1]).head
    answers: list[bytes] = []
    place = {"offset": first["offset"], "version": first["version"]}
    asking = threading.Thread(target=lambda: answers.append(server.plain(run, **place)[1]))
    asking.start()
    until(lambda: hub.hub().viewers == 1)
    add_steps(run, 2, 1)
    asking.join()
    told = read(answers[0])
    assert (told.head["from"], told.steps, told.weights) == (first["offset"], [2], b"")


def test_without_news_it_answers_after_a_while(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "WAIT_SECONDS", 0.3)
    run = a_run(runs_dir, steps=1)
    offset = read(server.plain(run)[1]).head["offset"]
    began = time.monotonic()
    told = read(server.plain(run, offset=offset)[1])
    assert time.monotonic() - began >= 0.3
    assert told.head == {"offset": offset, "from": offset, "status": "interrupted"}


@pytest.mark.parametrize(
    "query",
    [
        {"offset": "-1"},
        {"offset": "x"},
        {"offset": "²"},
        {"offset": "1" * 5000},
        {"version": "v" * 101},
        {"parts": "n" * 101},
        {"parts": ",".join(map(str, range(65)))},
    ],
)
def test_what_is_no_request_is_refused(
    server: Server, runs_dir: Path, query: dict[str, str]
) -> None:
    status, body = server.plain(a_run(runs_dir), **query)
    assert status == 400
    assert body.decode().startswith(next(iter(query)))
