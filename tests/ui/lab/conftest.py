"""A launcher that notes what the pages of a test ask of it."""

from typing import Any, ClassVar

import pytest

from nnlab.runs.store import Run
from nnlab.training.controls import Control
from nnlab.ui import services
from tests.ui.conftest import IdleLauncher


class NotedLauncher(IdleLauncher):
    """Trains nothing, and notes what it is asked for."""

    started: ClassVar[list[Run]] = []
    asked: ClassVar[list[tuple[str, object]]] = []

    def start(self, run: Run, first: object = None, **_how: object) -> None:
        self.started.append(run)

    def ask(self, run: Run, do: Any = None, *, path: str = "", value: object = None) -> Control:
        self.asked.append((do or path, value))
        return Control(id="noted", at=0, do=do or "resume")

    def queue_place(self, run: Run) -> int | None:
        return None


@pytest.fixture
def launcher(quiet_server: None, monkeypatch: pytest.MonkeyPatch) -> type[NotedLauncher]:
    """The server's launcher, with nothing noted yet."""
    NotedLauncher.started.clear()
    NotedLauncher.asked.clear()
    monkeypatch.setattr(services, "launcher", NotedLauncher)
    return NotedLauncher
