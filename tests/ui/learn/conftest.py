"""Replays in the process of the test."""

import pytest

from nnlab.runs.rewind import past
from tests.ui.conftest import IdleLauncher


@pytest.fixture
def replays_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay is over when the look at it returns, however long it takes: nobody looks on."""
    replays = lambda _self, order: past.replay(order)  # noqa: E731
    monkeypatch.setattr(IdleLauncher, "replay", replays, raising=False)
    monkeypatch.setattr(past, "FORGOTTEN_SECONDS", 600.0)
