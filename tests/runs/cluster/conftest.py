"""A process of a node is of one run alone; here, many share one."""

import tempfile
from pathlib import Path

import pytest

from nnlab.data import registry
from nnlab.runs.cluster import own_memory
from nnlab.training.machine import device


@pytest.fixture
def process_of_a_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of it stays after a test. Returns where its folders are."""
    place = tmp_path / "node"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(registry, "given", {})
    monkeypatch.setattr(device, "most_threads", None)
    monkeypatch.setattr(own_memory, "limit_own", lambda _allowance, reserve: None)
    return place
