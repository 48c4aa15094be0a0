"""A class, and a session of somebody in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nnlab.classroom.classroom import Classroom
from nnlab.ui import visitors
from nnlab.ui.room import follow, lead, strip
from nnlab.ui.session import hide
from nnlab.visitor import Visitor
from tests.classroom.of_server import class_of_server

Become = Callable[[str], Visitor]


@pytest.fixture
def room(
    monkeypatch: pytest.MonkeyPatch, runs_dir: Path, quiet_server: None
) -> Iterator[Classroom]:
    with class_of_server(monkeypatch) as room:
        room.enter("teacher", room.key)
        room.join("anna", "Anna", room.code)
        yield room


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch, room: Classroom) -> Become:
    """From now on the session is this person's."""

    def become(person: str) -> Visitor:
        who = Visitor(person, "10.0.0.7", room.role_of(person))
        for module in (visitors, lead, strip, hide, follow.doors):
            monkeypatch.setattr(module, "visitor", lambda: who)
        return who

    return become
