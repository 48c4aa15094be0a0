"""The server's key, and that nobody else has it."""

import errno
import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from nnlab.errors import NnlabError
from nnlab.runs.store import Store
from nnlab.settings import Settings, read_settings
from nnlab.wire import tokens
from nnlab.wire.tokens import KEY_FILE, Tokens, key_of
from tests.runs.bench import new_run


def test_a_token_says_the_run_and_survives_the_server(runs_dir: Path) -> None:
    token = Tokens(key_of(read_settings())).sign("20261128-120000-0123abcd")
    assert Tokens(key_of(read_settings())).run_of(token) == "20261128-120000-0123abcd"
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


def test_the_key_is_for_its_owner_alone_and_no_run(runs_dir: Path) -> None:
    run = new_run(runs_dir)
    key = key_of(read_settings())
    file = runs_dir / KEY_FILE
    assert key == file.read_bytes()
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [summary.run.id for summary in Store(runs_dir).summaries()] == [run.id]
    assert Store(runs_dir).damaged() == []
    assert {path.name for path in runs_dir.iterdir()} == {KEY_FILE, run.id}


def test_of_servers_that_start_at_once_all_take_the_key_that_was_there_first(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = tokens._write
    other = b"o" * 32

    def write_too_late(path: Path) -> None:
        write(path)
        (runs_dir / KEY_FILE).write_bytes(other)  # another server, a moment before

    monkeypatch.setattr(tokens, "_write", write_too_late)
    assert key_of(read_settings()) == other
    assert [path.name for path in runs_dir.iterdir()] == [KEY_FILE]


def test_a_disk_without_hard_links_keeps_a_key_too(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_paths: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    key = key_of(read_settings())
    assert len(key) == 32
    assert key_of(read_settings()) == key
    assert [path.name for path in runs_dir.iterdir()] == [KEY_FILE]


def test_a_key_can_be_set(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNLAB_SECRET", "correct horse battery")
    assert key_of(read_settings()) == b"correct horse battery"
    assert not runs_dir.exists()


def test_a_short_key_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNLAB_SECRET", "battery")
    with pytest.raises(NnlabError, match=r"NNLAB_SECRET.*at least 16") as raised:
        read_settings()
    assert "battery" not in str(raised.value)
    assert "horse" not in repr(Settings(secret=SecretStr("correct horse battery")))


def test_a_damaged_key_is_named(runs_dir: Path) -> None:
    runs_dir.mkdir()
    (runs_dir / KEY_FILE).write_bytes(b"short")
    with pytest.raises(NnlabError, match=r"\.secret holds 5 bytes and should hold 32: delete it"):
        key_of(read_settings())
