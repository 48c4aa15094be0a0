"""A run directory whose sweep trains in parts: what is written is what a worker would write."""

from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from nnlab.config import Sweep
from nnlab.runs.cluster.spread import train_spread
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import load_newest_readable, load_sweep_checkpoint
from nnlab.runs.record.weight_files import LIVE, list_checkpoints
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.controls import Controls, NoControls
from nnlab.training.ensemble.sweep_fit import SweepState
from nnlab.training.events import CheckpointSaved, Event, FitEnded, FitStarted, NetsProgress
from tests.runs.bench import events_of
from tests.runs.cluster.parts import PartLostError, ThreadPart, given_of, parts_of
from tests.runs.cluster.sweeps import equal, noisy_data, shapes
from tests.runs.cluster.test_spread import AtLast, told


def new_sweep(runs_dir: Path, sweep: Sweep) -> Run:
    return Store(runs_dir).create(sweep.experiment, sweep=sweep, name="a sweep")


def spread(
    run: Run,
    data_dir: Path,
    parts: list[ThreadPart],
    controls: Controls | None = None,
    **more: Any,
) -> list[Event]:
    """As the bridge does: it holds the lock."""
    assert run.sweep is not None
    given = given_of(run.sweep, data_dir)
    with lock.hold(run.path):
        controls = controls or NoControls()
        return list(train_spread(run, parts, given, controls, lost=PartLostError, **more))


def state_of(run: Run) -> SweepState:
    state, unreadable = load_newest_readable(run.path, load_sweep_checkpoint)
    assert state is not None
    assert unreadable == []
    return state


def lasting(events: list[Event]) -> list[Event]:
    """Without those that come by the clock."""
    return [event for event in events if not isinstance(event, NetsProgress | CheckpointSaved)]


def test_the_directory_is_that_of_a_worker(runs_dir, data_dir):
    own, other = new_sweep(runs_dir, noisy_data()), new_sweep(runs_dir, noisy_data())
    expected = list(train(own, data_dir=data_dir, device="cpu"))
    with parts_of(2) as parts:
        found = spread(other, data_dir, parts)
    assert told(lasting(found)) == told(lasting(expected))
    assert [e for e in events_of(other) if not isinstance(e, CheckpointSaved)] == found
    assert other.status() == own.status() == "finished"
    assert equal(state_of(other), state_of(own))
    lives = [load_file(run.path / LIVE) for run in (other, own)]
    assert lives[0].keys() == lives[1].keys()
    assert all((lives[0][name] == lives[1][name]).all() for name in lives[0])
    names = [{path.name for path in run.path.iterdir()} for run in (other, own)]
    assert names[0] == names[1]


def test_a_run_goes_on_in_parts_from_a_worker_and_the_other_way_round(runs_dir, data_dir):
    whole = new_sweep(runs_dir, noisy_data())
    list(train(whole, data_dir=data_dir, device="cpu"))
    run = new_sweep(runs_dir, noisy_data())
    list(train(run, data_dir=data_dir, device="cpu", controls=AtLast((7, "pause"))))
    assert run.status() == "paused"
    with parts_of(2) as parts:
        spread(run, data_dir, parts, AtLast((15, "stop")))
    assert run.status() == "stopped"
    assert 15 <= state_of(run)["step"] < state_of(whole)["step"]
    list(train(run, data_dir=data_dir, device="cpu"))
    assert run.status() == "finished"
    assert equal(state_of(run), state_of(whole))


def test_where_a_part_is_lost_the_run_goes_on_with_others_from_its_checkpoint(runs_dir, data_dir):
    whole, run = new_sweep(runs_dir, shapes(epochs=9)), new_sweep(runs_dir, shapes(epochs=9))
    list(train(whole, data_dir=data_dir, device="cpu"))
    with parts_of(2) as parts:
        parts[1].dies_at = 12
        with pytest.raises(PartLostError):
            spread(run, data_dir, parts, AtLast((3, "checkpoint")))
    assert not any(isinstance(event, FitEnded) for event in events_of(run))
    kept = int(list_checkpoints(run.path)[-1].stem)
    assert kept >= 3
    with parts_of(2) as parts:
        again = spread(run, data_dir, parts, note="Node 2 is gone.")
    assert isinstance(again[0], FitStarted)
    assert (again[0].step, again[0].note) == (kept, "Node 2 is gone.")
    assert equal(state_of(run), state_of(whole))


def test_what_goes_wrong_on_a_node_is_the_last_word_of_the_run(runs_dir, data_dir):
    run = new_sweep(runs_dir, shapes(steps=10, schedule={"kind": "one_cycle", "pct_start": 0.1}))
    with parts_of(2) as parts:
        last = spread(run, data_dir, parts)[-1]
    assert isinstance(last, FitEnded)
    assert last.reason == "failed"
    assert "pct_start" in (last.error or "")
    assert events_of(run) == [last]


def test_live_weights_come_with_rounds(runs_dir, data_dir):
    """What keeps a run says when it looks at the weights next."""
    run = new_sweep(runs_dir, shapes(epochs=9))
    with parts_of(2) as parts:
        spread(run, data_dir, parts)
        rounds = [args for method, args in parts[0].calls if method == "advance" and args[0]]
    assert any("weights" in wants for _steps, wants in rounds)
