"""The weights of a run over time: as an unbroken run had them, between all of its checkpoints."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch

from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind import path as path_module
from nnlab.runs.rewind.branch import branch
from nnlab.runs.rewind.past import Past, Replaying, replay
from nnlab.runs.rewind.path import moments, path_of
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.fit import fit
from tests.runs.rewind.test_replay import EXPERIMENT, Script, change, checkpoint_at, trained

CHANGE = {7: change("training.optimizer.lr", 0.05)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("path")


@pytest.fixture(scope="module")
def run(home: Path) -> Run:
    return trained(home / "runs", home / "data", CHANGE | checkpoint_at(20, 40))


def unbroken(home: Path) -> torch.Tensor:
    """[61, p]: an independent way, the same training looked at after each step."""

    running = fit(EXPERIMENT, load(EXPERIMENT.data, home / "data"), controls=Script(CHANGE))
    names = [name for name, _parameter in running.model.named_parameters()]
    seen = []

    def look() -> None:
        weights = running.weights()
        seen.append(torch.cat([weights[name].flatten() for name in names]))

    look()
    running.after_step = look
    for _event in running:
        pass
    return torch.stack(seen)


def test_each_moment_has_the_weights_of_the_unbroken_run_bit_for_bit(run: Run, home: Path) -> None:
    told = []
    path = path_of(run, 60, home / "data", on_way=lambda done, total: told.append((done, total)))
    assert path.steps.tolist() == list(range(61))
    assert path.is_whole
    assert torch.equal(path.weights, unbroken(home))
    assert told
    assert all(0 <= done <= total == 60 for done, total in told)


def test_of_a_long_run_about_a_hundred_moments_are_kept_evenly(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path_module, "MOMENTS", 7)
    path = path_of(run, 60, home / "data")
    assert {0, 10, 20, 30, 40, 50, 60} <= set(path.steps.tolist())
    assert torch.equal(path.weights[0], unbroken(home)[0])


def test_where_time_is_up_the_checkpoints_are_still_known(run: Run, home: Path) -> None:
    path = path_of(run, 60, home / "data", seconds=0.0)
    assert not path.is_whole
    assert {20, 40, 60} <= set(path.steps.tolist())
    assert torch.equal(path.weights[-1], unbroken(home)[60])


def test_the_path_of_a_branch_begins_where_it_branched_off(run: Run, home: Path) -> None:
    branched = branch(Store(home / "runs"), run, 30, {}, name="from 30", data_dir=home / "data")
    for _event in train(branched, data_dir=home / "data"):
        pass
    path = path_of(branched, 60, home / "data")
    assert path.steps[0] == 30
    assert torch.equal(path.weights[0], unbroken(home)[30])


def test_a_network_too_large_and_a_run_without_checkpoints_are_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = Store(home / "runs").create(EXPERIMENT, name="not trained")
    with pytest.raises(NnlabError, match="no checkpoints"):
        path_of(empty, 0, home / "data")
    monkeypatch.setattr(path_module, "MOST_WEIGHTS", 50)
    with pytest.raises(NnlabError, match="at most 50: take a run of a smaller network"):
        path_of(empty, 0, home / "data")


def test_the_server_gets_it_from_a_process_of_its_own_and_keeps_it(run: Run, home: Path) -> None:
    orders: list[Mapping[str, object]] = []

    def hand_over(order: Mapping[str, object]) -> None:
        orders.append(order)
        replay(order)

    past, history = Past(hand_over, home / "data"), History(EventReader(run.path).read_new())
    for _again in range(2):
        found = past.path(run, history, 60)
        assert not isinstance(found, Replaying)
        assert torch.equal(found.weights, unbroken(home))
    assert len(orders) == 1
    chosen = past.path(run, history, 60, steps=[0, 17, 60])
    assert not isinstance(chosen, Replaying)
    assert set(chosen.steps.tolist()) == {0, 17, 20, 40, 60}, "those, and the checkpoints"
    assert torch.equal(chosen.weights[1], unbroken(home)[17])
    assert not isinstance(past.path(run, history, 60), Replaying), "the even path is still kept"
    assert len(orders) == 2
    assert not isinstance(past.look(run, history, 33), Replaying)


def test_until_it_is_there_the_server_hears_how_far_it_is_and_why_it_failed(
    run: Run, home: Path
) -> None:
    orders: list[Mapping[str, object]] = []
    past, history = Past(orders.append, home / "data"), History(EventReader(run.path).read_new())
    assert past.path(run, history, 60) == Replaying(0, 60)
    checkpoint = list_checkpoints(run.path)[0]
    whole = checkpoint.read_bytes()
    checkpoint.write_bytes(b"no checkpoint")
    try:
        replay(orders[0])
        with pytest.raises(NnlabError, match="cannot be read"):
            past.path(run, history, 60)
    finally:
        checkpoint.write_bytes(whole)


def test_the_moments_of_a_very_long_run_end_at_its_last_step() -> None:
    steps = moments(16_777_215, 20_000_001)
    assert (steps[0], steps[-1]) == (16_777_215, 20_000_001)
    assert moments(0, 3) == [0, 1, 2, 3]
