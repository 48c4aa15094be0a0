"""`nnlab` alone opens the lab."""

import os
import sys

import pytest

from nnlab.cli import lab
from tests.conftest import REPOSITORY


@pytest.fixture
def started(monkeypatch):
    """What would have been started, in the place of this process."""
    calls = []
    monkeypatch.setattr(os, "execve", lambda *given: calls.append(given[1:]))
    monkeypatch.setattr(lab.subprocess, "call", lambda *given, **named: 0)
    return calls


def test_without_a_command_the_lab_of_the_checkout_is_opened(ask, started):
    ask()
    ((command, environment),) = started
    script = str(REPOSITORY / "app.py")
    assert command == [sys.executable, "-m", "streamlit", "run", script]
    assert environment == dict(os.environ)


@pytest.mark.parametrize(
    ("words", "flags", "variables"),
    [
        (("--port", "8080"), ["--server.port=8080"], []),
        (("--no-browser",), ["--server.headless=true"], []),
        (("--share",), ["--server.address=0.0.0.0"], ["NNLAB_SHARE"]),
        (("--share", "::"), ["--server.address=::"], ["NNLAB_SHARE"]),
        (
            ("--class", "--port", "80"),
            ["--server.port=80", "--server.address=0.0.0.0", "--server.headless=true"],
            ["NNLAB_CLASS"],
        ),
    ],
)
def test_options_become_those_of_the_server(ask, started, words, flags, variables):
    ask(*words)
    ((command, environment),) = started
    assert command[5:] == flags
    assert [name for name in ("NNLAB_SHARE", "NNLAB_CLASS") if name in environment] == variables


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_told(ask, started, port):
    answer = ask("--port", str(port))
    assert answer.status == 2
    assert "1 to 65535" in answer.err
    assert started == []


def test_a_package_without_its_pages_says_so(ask, started, monkeypatch, tmp_path):
    monkeypatch.setattr(lab, "PLACES", (tmp_path,))
    answer = ask()
    assert answer.status == 2
    assert "install nnlab anew" in answer.err


@pytest.mark.parametrize(
    ("program", "said"), [("/usr/bin/nnlab", "usage: nnlab "), ("x/__main__.py", "python -m nnlab")]
)
def test_help_calls_the_program_as_it_was_called(monkeypatch, capsys, program, said):
    monkeypatch.setattr(sys, "argv", [program, "--help"])
    with pytest.raises(SystemExit) as ended:
        lab_main()
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert said in out
    for word in ("--port", "--share", "train", "recipes", "NNLAB_RUNS_DIR"):
        assert word in out


def lab_main() -> int:
    from nnlab.__main__ import run

    return run()
