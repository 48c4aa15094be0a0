import time
from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.recorded.record import DATA
from nnlab.runs.store import Store
from nnlab.ui.runtime import snapshot
from nnlab.ui.runtime.cache import size_of
from nnlab.ui.runtime.recorded_view import recorded_examples, recorded_moment
from tests.runs.recorded.modules import mlp
from tests.runs.recorded.recordings import recorded


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def test_a_network_is_read_once_for_all_and_anew_when_its_weights_are(store: Store) -> None:
    model, x = mlp(2, 4, 2), torch.randn(5, 2)
    run = recorded(store, model, x)
    first = recorded_moment(run)
    assert recorded_moment(run) is first
    with torch.no_grad():
        next(model.parameters()).add_(1)
    save_live(run.path, model.state_dict(), 21)
    newest = recorded_moment(run)
    assert newest.step == 21
    assert not torch.equal(newest.network(x), first.network(x))
    assert recorded_moment(run, 10) is recorded_moment(run, 10)


def test_while_the_loop_goes_on_the_newest_stays_for_some_seconds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(snapshot.time, "monotonic", lambda: now)
    model = mlp(2, 4, 2)
    run = recorded(store, model, torch.randn(5, 2))
    first = recorded_moment(run, moving=True)
    save_live(run.path, model.state_dict(), 21)
    now = 104.0
    assert recorded_moment(run, moving=True) is first
    now = 106.0
    assert recorded_moment(run, moving=True).step == 21


def test_without_live_weights_the_last_kept_ones_are_shown(store: Store) -> None:
    run = recorded(store, mlp(2, 4, 2), torch.randn(5, 2))
    (run.path / "live.safetensors").unlink()
    assert recorded_moment(run).step == 20


def test_its_weights_count_in_the_servers_cache(store: Store) -> None:
    model = mlp(2, 400, 2)
    moment = recorded_moment(recorded(store, model, torch.randn(5, 2), steps=(0,)))
    assert size_of(moment.network) >= 4 * sum(p.numel() for p in model.parameters())


def test_examples_that_are_no_numbers_are_left_out(store: Store) -> None:
    run = recorded(store, mlp(2, 4, 2), torch.randn(3, 2), torch.arange(3), steps=(0,))
    time.sleep(0.01)  # another moment of writing
    x = np.array([[1, 2], [np.nan, 0], [3, np.inf]], np.float32)
    np.savez(run.path / DATA, x=x, y=np.arange(3))
    kept, targets = recorded_examples(run)
    assert kept.tolist() == [[1, 2]]
    assert targets is not None
    assert targets.tolist() == [0]
