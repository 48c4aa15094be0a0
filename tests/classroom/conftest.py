"""A class of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.classroom.classroom import Classroom
from tests.classroom.of_server import class_of_server


@pytest.fixture
def room(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    """The class of this server: NNLAB_CLASS is set."""
    with class_of_server(monkeypatch) as found:
        yield found
