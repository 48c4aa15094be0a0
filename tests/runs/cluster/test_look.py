"""What a node says of itself."""

import importlib.metadata
import json
import platform
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from nnlab.runs.cluster import look as look_module
from nnlab.runs.cluster.look import look

REPOSITORY = Path(__file__).resolve().parents[3]


def test_a_node_tells_its_versions_and_its_memory() -> None:
    said = look()
    assert said["python"] == platform.python_version()
    assert said["torch"] == importlib.metadata.version("torch")
    assert said["host"] == platform.node()
    assert 0 < said["memory_free"] <= said["memory"] <= psutil.virtual_memory().total
    assert json.loads(json.dumps(said)) == said


def test_cards_are_named_by_their_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (0, 1):
        card = tmp_path / f"0000:0{number}:00.0"
        card.mkdir()
        (card / "information").write_text(f"Model: \t\t Card {number}\nIRQ:   \t 42\n")
    monkeypatch.setattr(look_module, "CARDS", tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    assert look()["gpus"] == ["Card 0", "Card 1"]
    monkeypatch.setattr(look_module, "CARDS", tmp_path / "absent")
    assert look()["gpus"] == []


def test_a_node_without_pytorch_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    assert look()["torch"] is None


def test_looking_takes_no_pytorch() -> None:
    code = "import sys, nnlab.runs.cluster.look as it; it.look(); print('torch' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["False"]
