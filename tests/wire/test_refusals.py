"""Who gets nothing, and is told why: the close codes of docs/wire.md, one by one."""

import json
import re
import secrets
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.wire import hub, refusals, socket, tokens
from tests.wire.bench import (
    START,
    Server,
    a_run,
    add_steps,
    close_of,
    receive,
    receive_until,
    serving,
    until,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "wire.md"


def answer_to(server: Server, runs_dir: Path, message: str | bytes) -> tuple[int, str]:
    with server.connect(a_run(runs_dir)) as viewer:
        viewer.send(message)
        return close_of(viewer)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "rubbish",
        "[1]",
        "7",
        "[" * 4000,
        b"\x00\xff",
        '{"offset": -1}',
        '{"offset": 1.5}',
        '{"offset": true}',
        '{"offset": 1e400}',
        '{"offset": "1"}',
        '{"offset": 9223372036854775808}',
        '{"version": 3}',
        json.dumps({"version": "v" * 101}),
        '{"parts": "0.weight"}',
        '{"parts": {"0.weight": 1}}',
        '{"parts": [1]}',
        json.dumps({"parts": ["n" * 101]}),
        json.dumps({"parts": [str(n) for n in range(65)]}),
    ],
)
def test_what_is_no_request_is_refused_with_what_was_wrong(
    server: Server, runs_dir: Path, message: str | bytes
) -> None:
    code, reason = answer_to(server, runs_dir, message)
    assert code == 4400
    assert re.match("A request is|offset is|version is|parts are", reason)


@pytest.mark.parametrize(
    "message", ["x" * 4097, "ä" * 2049, b"x" * 4097, "x" * 2**20, '{"offset": 0} ' + " " * 5000]
)
def test_a_message_that_is_too_long_is_refused(
    server: Server, runs_dir: Path, message: str | bytes
) -> None:
    assert answer_to(server, runs_dir, message) == (4413, "A request has at most 4,096 bytes.")


def test_a_request_of_the_greatest_length_is_served(server: Server, runs_dir: Path) -> None:
    with server.connect(a_run(runs_dir)) as viewer:
        viewer.send(json.dumps(START).ljust(4096))
        assert receive(viewer).steps == [0]


def test_silence_is_refused(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "FIRST_SECONDS", 0.05)
    with server.connect(a_run(runs_dir)) as viewer:
        assert close_of(viewer)[0] == 4408


def test_more_than_twenty_messages_a_second_are_refused(server: Server, runs_dir: Path) -> None:
    with server.connect(a_run(runs_dir)) as viewer:
        for _ in range(21):
            viewer.send(json.dumps(START))
        assert close_of(viewer)[0] == 4429


def test_twenty_messages_at_once_are_served(server: Server, runs_dir: Path) -> None:
    with server.connect(a_run(runs_dir)) as viewer:
        for _ in range(20):
            viewer.send(json.dumps(START))
        assert receive(viewer).steps == [0]


def altered(token: str) -> str:
    middle = len(token) // 3
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


def forged(run_id: str) -> list[str]:
    own = hub.sign(run_id)
    other = tokens.Tokens(secrets.token_bytes(32)).sign(run_id)
    return ["", "rubbish", run_id, altered(own), own[:-1], other, own + "." + own, "x" * 3000]


def test_a_token_that_this_server_did_not_make_opens_nothing(
    server: Server, runs_dir: Path
) -> None:
    for token in forged(a_run(runs_dir).id):
        with server.connect(token) as viewer:
            assert close_of(viewer)[0] == 4401, token
        assert server.plain(token)[0] == 401


def test_a_token_is_valid_for_twelve_hours(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run(runs_dir)
    clock = "itsdangerous.timed.TimestampSigner.get_timestamp"
    now = int(time.time())
    monkeypatch.setattr(clock, lambda _self: now - 12 * 3600 + 60)
    good = hub.sign(run.id)
    monkeypatch.setattr(clock, lambda _self: now - 12 * 3600 - 60)
    old = hub.sign(run.id)
    monkeypatch.undo()
    assert server.plain(good)[0] == 200
    assert server.plain(old)[0] == 401


@pytest.mark.parametrize(
    "run_id", ["..", ".secret", "a/../b", "../runs", "/etc", "", "\0", "x" * 200]
)
def test_a_token_leads_to_runs_alone(server: Server, runs_dir: Path, run_id: str) -> None:
    a_run(runs_dir)
    with server.connect(hub.sign(run_id)) as viewer:
        assert close_of(viewer)[0] == 4404
    assert server.plain(hub.sign(run_id))[0] == 404


ORIGINS = {
    "http://127.0.0.1:{port}": True,
    "http://127.0.0.1": False,
    "http://127.0.0.2:{port}": False,
    "http://evil.example": False,
    "http://127.0.0.1.evil.example:{port}": False,
    "http://evil.example:{port}@127.0.0.1": False,
    "null": False,
    "file://": False,
    "http://[::1": False,
    "http://127.0.0.1:99999": False,
    "https://lab.example": False,
}


def test_pages_of_other_origins_are_refused(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir)
    for pattern, is_own in ORIGINS.items():
        origin = pattern.format(port=server.port)
        with server.connect(run, origin=origin) as viewer:
            if is_own:
                viewer.send(json.dumps(START))
                assert receive(viewer).steps == [0]
            else:
                assert close_of(viewer)[0] == 4403, origin
        assert server.plain(run, headers={"Origin": origin})[0] == (200 if is_own else 403), origin


def test_an_origin_can_be_let_in(runs_dir: Path) -> None:
    run = a_run(runs_dir)
    with serving(allowed=["https://lab.example"]) as server:
        assert server.plain(run, headers={"Origin": "https://lab.example"})[0] == 200
        assert server.plain(run, headers={"Origin": "https://lab.example:444"})[0] == 403


def test_the_default_port_need_not_be_said(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir)
    for origin, host, status in [
        ("https://lab.example", "lab.example", 200),
        ("https://lab.example", "lab.example:443", 200),
        ("https://LAB.example", "lab.example", 200),
        ("http://lab.example", "lab.example:443", 403),
        ("https://lab.example:8501", "lab.example", 403),
    ]:
        headers = {"Origin": origin, "Host": host}
        assert server.plain(run, headers=headers)[0] == status, headers


def test_beyond_the_last_place_viewers_are_sent_away_and_nobody_is_disturbed(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MAX_VIEWERS", 3)
    run = a_run(runs_dir)
    with ExitStack() as stack, server.watch(run) as leaving:
        viewers = [leaving, *(stack.enter_context(server.watch(run)) for _ in range(2))]
        assert [receive(viewer).steps for viewer in viewers] == [[0]] * 3
        with server.connect(run) as late:
            assert close_of(late) == (4429, "3 others are watching: come back later.")
        assert server.plain(run)[0] == 429
        leaving.close()
        until(lambda: hub.hub().viewers == 2)
        assert server.plain(run)[0] == 200
        add_steps(run, 1, 1)
        assert [receive_until(one, lambda told: told.steps)[-1].steps for one in viewers[1:]] == [
            [1]
        ] * 2
    until(lambda: hub.hub().viewers == 0)


def test_the_document_lists_every_code_that_is_used() -> None:
    source = "".join(path.read_text() for path in Path(hub.__file__).parent.glob("*.py"))
    documented = set(re.findall(r"^\| (4\d\d\d|1011) \|", DOCUMENT.read_text(), re.MULTILINE))
    used = set(re.findall(r"RefusedError\(\s*(\d{4})", source))
    assert len(used) >= 8
    assert used == documented


@pytest.mark.parametrize("kind", [NnlabError, RunDamagedError])
def test_no_refusal_says_where_on_the_server_a_file_lies(
    runs_dir: Path, kind: type[NnlabError]
) -> None:
    said = refusals.refusal_of("run", kind(f"{runs_dir}/run/meta.json cannot be read."))
    assert str(runs_dir) not in str(said)
    assert "meta.json cannot be read" in str(said)
