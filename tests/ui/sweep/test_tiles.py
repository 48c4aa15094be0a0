"""What the page gives to the tiles of a run at rest."""

import pytest

from nnlab.runs.store import Store
from nnlab.ui.sweep import tiles
from tests.browser.experiments import spiral


def test_a_run_at_rest_carries_its_weights_unless_they_are_many(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(spiral(), name="sweep")
    assert tiles.weights_at_rest(run) is None
    (run.path / "live.safetensors").write_bytes(b"weights")
    assert tiles.weights_at_rest(run) == b"weights"
    monkeypatch.setattr(tiles, "MOST_BYTES", 6)
    assert tiles.weights_at_rest(run) is None
