"""Every test has a class of its own: a lecturer, and students whose cookies it knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.classroom import answers, standing
from nnlab.classroom.classroom import Classroom
from nnlab.wire.room import wall


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch, runs_dir: Path, own_hub: None) -> Iterator[Classroom]:
    """The one that the server reads, too."""
    monkeypatch.setenv("NNLAB_CLASS", "1")
    caches = standing._only, wall._only_ticker, answers._of
    for cache in caches:
        cache.cache_clear()
    room = standing.classroom()
    assert room is not None
    yield room
    for cache in caches:
        cache.cache_clear()
