"""Who can reach a lab: this machine alone, unless a person says otherwise; then it says so."""

import http.client
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from nnlab.ui import services
from nnlab.wire.addresses import is_this_machine, own_address
from tests.browser.server import running_app
from tests.conftest import REPOSITORY

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def recipe(*given: str, target: str = "run") -> str:
    """The last command of a target, as make would start it."""
    environment = ("VENV=.venv", "-o", ".venv/.run")  # as installed
    printed = subprocess.run(
        ["make", "-n", "--no-print-directory", target, *environment, *given],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return printed.stdout.strip().splitlines()[-1]


@needs_make
def test_make_run_says_nothing_of_addresses() -> None:
    command = recipe("PORT=8080", "SHARE=")
    assert "streamlit run app.py" in command
    assert "address" not in command
    assert "NNLAB_SHARE" not in command
    assert "--server.port 8080" in command
    assert recipe("SHARE=0") == recipe("SHARE=")


@needs_make
@pytest.mark.parametrize(
    ("said", "address"), [("1", "0.0.0.0"), ("::", "::"), ("192.0.2.7", "192.0.2.7")]
)
def test_make_run_share_opens_the_lab_and_says_that_it_is_shared(said: str, address: str) -> None:
    command = recipe(f"SHARE={said}")
    assert command.startswith("NNLAB_SHARE=1 ")
    assert f"--server.address {address} " in f"{command} "


@needs_make
@pytest.mark.parametrize(("said", "address"), [("", "0.0.0.0"), ("1", "0.0.0.0"), ("::", "::")])
def test_make_class_opens_the_lab_for_a_class(said: str, address: str) -> None:
    command = recipe(f"SHARE={said}", "PORT=8080", "ARGS=--x", target="class")
    assert command.startswith("NNLAB_CLASS=1 ")
    assert f"--server.address {address} " in command
    assert "--server.port 8080" in command
    assert command.endswith("--x")


@pytest.fixture
def fresh_settings() -> Iterator[None]:
    services.settings.clear()
    yield
    services.settings.clear()


@pytest.mark.parametrize(
    ("address", "shared"),
    [("127.0.0.1", False), ("localhost", False), ("::1", False), ("0.0.0.0", True), (None, True)],
)
@pytest.mark.usefixtures("fresh_settings")
def test_a_lab_that_others_can_reach_is_shared(
    monkeypatch: pytest.MonkeyPatch, address: str | None, shared: bool
) -> None:
    monkeypatch.delenv("NNLAB_SHARE", raising=False)
    monkeypatch.setattr(st, "get_option", {"server.address": address}.__getitem__)
    assert services.settings().share is shared
    services.settings.clear()
    monkeypatch.setenv("NNLAB_SHARE", "1")
    assert services.settings().share


def reaches(address: str, port: int) -> bool:
    client = http.client.HTTPConnection(address, port, timeout=10)
    try:
        client.request("GET", "/_stcore/health")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()


@pytest.mark.slow
def test_a_server_as_it_is_started_here_refuses_who_comes_by_the_network(tmp_path: Path) -> None:
    outside = own_address()
    if outside is None or not sys.platform.startswith("linux"):
        pytest.skip("this machine has no address on a network")
    with running_app(tmp_path, address=None) as app:
        port = int(app.url.rpartition(":")[2])
        assert reaches("127.0.0.1", port)
        assert not reaches(outside, port)
        assert "open to others" not in app.log.read_text()


@pytest.mark.slow
def test_a_shared_server_lets_others_in_and_prints_where(tmp_path: Path) -> None:
    outside = own_address()
    if outside is None:
        pytest.skip("this machine has no address on a network")
    address = "::" if ":" in outside else "0.0.0.0"
    with running_app(tmp_path, address=address, base="/lab") as app:
        told = re.search(r"reach it at http://\[?([^]/\s]+?)\]?:(\d+)/lab\b", app.log.read_text())
        assert told is not None
        assert not is_this_machine(told[1])
        assert told[2] == app.url.split(":")[2].partition("/")[0]
        client = http.client.HTTPConnection(told[1], int(told[2]), timeout=30)
        client.request("GET", "/lab/_stcore/health")
        assert client.getresponse().status == 200
        client.close()
