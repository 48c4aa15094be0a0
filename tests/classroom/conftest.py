"""A class of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.classroom import standing
from nnlab.classroom.classroom import Classroom


@pytest.fixture
def room(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    """The class of this server: NNLAB_CLASS is set."""
    monkeypatch.setenv("NNLAB_CLASS", "1")
    standing._only.cache_clear()
    found = standing.classroom()
    assert found is not None
    yield found
    standing._only.cache_clear()
