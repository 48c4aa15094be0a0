"""The addresses that a class is given, and what the terminal prints of them."""

import re
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from nnlab.classroom.classroom import Classroom
from nnlab.settings import Settings
from nnlab.ui import addresses as module
from nnlab.ui.addresses import address_by_name, join_address, public_address
from nnlab.ui.terminal import of_class

MakeServer = Any


@pytest.fixture
def listens(monkeypatch: pytest.MonkeyPatch) -> MakeServer:
    """`listens("0.0.0.0", own="192.0.2.9")`: how the server was started, on which machine."""

    def start(address: str | None, own: str | None = "192.0.2.9", base: str = "", tls: str = ""):
        said = {
            "server.address": address,
            "server.port": 8501,
            "server.baseUrlPath": base,
            "server.sslCertFile": tls,
        }
        monkeypatch.setattr(st, "get_option", said.__getitem__)
        monkeypatch.setattr(module, "own_address", lambda: own)
        monkeypatch.setattr(module.socket, "gethostname", lambda: "teacher")

    return start


@pytest.mark.parametrize(
    ("address", "given", "expected"),
    [
        ("0.0.0.0", {}, "http://192.0.2.9:8501"),
        (None, {}, "http://192.0.2.9:8501"),
        ("::", {"own": "2001:db8::7"}, "http://[2001:db8::7]:8501"),
        ("192.0.2.7", {}, "http://192.0.2.7:8501"),
        ("0.0.0.0", {"base": "/lab/", "tls": "x.pem"}, "https://192.0.2.9:8501/lab"),
        ("127.0.0.1", {}, None),
        ("localhost", {}, None),
        ("0.0.0.0", {"own": None}, None),
    ],
)
def test_others_reach_the_lab_by_a_number_of_the_network_and_never_by_localhost(
    listens: MakeServer, address: str | None, given: dict[str, Any], expected: str | None
) -> None:
    listens(address, **given)
    assert public_address(Settings()) == expected


def test_behind_a_proxy_the_address_is_the_proxys(listens: MakeServer) -> None:
    listens("127.0.0.1")
    settings = Settings(public_url="https://lab.example/nn/")
    assert public_address(settings) == "https://lab.example/nn"
    assert address_by_name(settings) is None
    assert join_address("https://lab.example/nn", "ABCDEF") == (
        "https://lab.example/nn/join?code=ABCDEF"
    )


@pytest.fixture
def room(runs_dir: Path) -> Classroom:
    return Classroom(runs_dir)


def test_the_terminal_prints_the_key_the_address_in_large_and_the_name_beside(
    listens: MakeServer, room: Classroom
) -> None:
    listens("0.0.0.0")
    said = of_class(Settings(), room, is_terminal=False)
    assert f"http://127.0.0.1:8501/lecture?key={room.key}" in said
    assert f"http://192.0.2.9:8501/lecture?key={room.key}" in said
    boxed = re.findall(r"^║(.+)║$", said, re.MULTILINE)
    assert len({len(line) for line in boxed}) == 1
    assert [line.strip() for line in boxed if line.strip()] == [
        "http://192.0.2.9:8501/join",
        f"Code: {' '.join(room.code)}",
    ]
    assert "http://teacher:8501/join" in said
    assert "localhost" not in said
    assert "\x1b" not in said
    assert "█" not in said


def test_a_terminal_shows_a_qr_code_with_a_quiet_zone(listens: MakeServer, room: Classroom) -> None:
    listens("0.0.0.0")
    lines = of_class(Settings(), room, is_terminal=True).splitlines()
    symbol = [line for line in lines if line and set(line) <= set("█▀▄ ") and "█" in line]
    assert len(symbol) > 12
    assert len({len(line) for line in symbol}) == 1
    assert set(symbol[0]) == {"█"}  # light: two rows of it
    assert all(line.startswith("██") and line.endswith("██") for line in symbol)


def test_without_a_network_the_terminal_says_what_to_do(
    listens: MakeServer, room: Classroom
) -> None:
    listens("0.0.0.0", own=None)
    said = of_class(Settings(), room, is_terminal=True)
    assert "No student can come in" in said
    assert "NNLAB_PUBLIC_URL" in said
    assert "/lecture?key=" in said


def test_behind_a_proxy_its_address_stands_for_all(listens: MakeServer, room: Classroom) -> None:
    listens("127.0.0.1")
    said = of_class(Settings(public_url="https://lab.example/nn"), room, is_terminal=False)
    assert f"https://lab.example/nn/lecture?key={room.key}" in said
    assert "https://lab.example/nn/join" in said
    assert "127.0.0.1" not in said
