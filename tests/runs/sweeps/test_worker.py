"""A sweep trained as a run: paused, stopped, killed and gone on, each time to the same weights."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from nnlab.config import Axis, Curve, Experiment, Model, Sgd, Training, mlp
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Sweep
from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import load_newest_readable, load_sweep_checkpoint
from nnlab.runs.record.control import ask
from nnlab.runs.record.weight_files import LIVE, list_checkpoints
from nnlab.runs.store import Run, Store
from nnlab.runs.sweeps.alone import as_run, train_alone
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.runs.workers.worker import train
from nnlab.training.controls import Controls
from nnlab.training.ensemble.sweep_fit import one_net
from nnlab.training.events import CheckpointSaved, FitEnded, FitStarted, NetsProgress
from nnlab.training.fit import fit
from tests.runs.bench import events_of, wait_for
from tests.runs.sweeps.bench import sweep_of
from tests.runs.workers.test_worker import At
from tests.training.bench import same

REPOSITORY = Path(__file__).resolve().parents[3]


def new_sweep(runs_dir: Path, given: Sweep) -> Run:
    return Store(runs_dir).create(given.experiment, sweep=given, name="a sweep")


def trained(run: Run, data_dir: Path, controls: Controls | None = None) -> list:
    return list(train(run, data_dir=data_dir, controls=controls))


def history_of(run: Run) -> SweepHistory:
    return SweepHistory(events_of(run))


def uneven() -> Sweep:
    """Two shapes, a schedule, and a budget that some networks spend early."""
    return sweep_of(
        ("width", "3,5"),
        ("training.epochs", "2,3"),
        optimizer={"kind": "adam", "lr": 0.02},
        schedule={"kind": "cosine"},
    )


def must_equal_runs_alone(run: Run, data_dir: Path) -> None:
    """Every network's final weights and figures are those of its own run, bit for bit."""
    given = run.sweep
    assert given is not None
    state, unreadable = load_newest_readable(run.path, load_sweep_checkpoint)
    assert state is not None
    assert unreadable == []
    losses = history_of(run).figures("train_loss")
    for net in given.nets:
        alone = fit(net.experiment, load(net.experiment.data, data_dir))
        *_, ended = alone
        assert isinstance(ended, FitEnded)
        assert same(one_net(state, given, net.number)["model"], alone.model.state_dict())
        assert losses[net.number] == ended.train_loss


def test_every_network_ends_with_the_weights_and_figures_of_its_own_run(runs_dir, data_dir):
    run = new_sweep(runs_dir, uneven())
    yielded = trained(run, data_dir)
    assert run.status() == "finished"
    written = events_of(run)
    assert [event for event in written if not isinstance(event, CheckpointSaved)] == yielded
    assert isinstance(written[0], FitStarted)
    assert written[0].nets == 4
    history = history_of(run)
    assert history.reasons == ["completed"] * 4
    assert history.steps.tolist() == [20, 30, 20, 30]
    must_equal_runs_alone(run, data_dir)
    assert {path.name for path in run.path.iterdir()} == {
        "experiment.json",
        "sweep.json",
        "meta.json",
        "events.jsonl",
        "live.safetensors",
        "checkpoints",
    }


def test_live_weights_are_stacked_in_half_precision_with_the_figures_of_all(runs_dir, data_dir):
    run = new_sweep(runs_dir, uneven())
    trained(run, data_dir)
    live = load_file(run.path / LIVE)
    state, _ = load_newest_readable(run.path, load_sweep_checkpoint)
    assert state is not None
    given = uneven()
    for place, stack in enumerate(stacks_of(given.nets)):
        for row, number in enumerate(stack.nets):
            for name, value in one_net(state, given, number)["model"].items():
                shown = live[f"{place}/{name}"]
                assert shown.dtype == np.float16
                assert len(shown) == len(stack.nets)
                np.testing.assert_array_equal(shown[row], value.to(torch.float16).numpy())
    assert live["steps"].tolist() == [20, 30, 20, 30]
    assert (live["steps"].dtype, live["ended"].dtype) == (np.int32, np.uint8)
    assert live["ended"].tolist() == [1] * 4
    for name in ("train_loss", "train_accuracy", "val_loss", "val_accuracy"):
        assert live[name].dtype == np.float32
        assert live[name].shape == (4,)
        assert np.isfinite(live[name]).all()


@pytest.mark.parametrize("control", ["pause", "stop"])
def test_a_sweep_goes_on_from_its_checkpoint_to_the_same_weights(runs_dir, data_dir, control):
    run = new_sweep(runs_dir, uneven())
    for step in (7, 23, 24):
        trained(run, data_dir, At({step: [control]}))
        assert run.status() == {"pause": "paused", "stop": "stopped"}[control]
        history = history_of(run)
        assert history.step == step
        assert history.reasons == ["completed" if step > 20 else "", ""] * 2
    trained(run, data_dir)
    assert history_of(run).steps.tolist() == [20, 30, 20, 30]
    must_equal_runs_alone(run, data_dir)


def test_a_sweep_that_stands_still_says_so_and_goes_on_when_it_is_asked_to(runs_dir, data_dir):
    run = new_sweep(runs_dir, uneven())
    trained(run, data_dir, At({9: ["pause"], At.PAUSED: ["resume"]}))
    paused = [event for event in events_of(run) if isinstance(event, NetsProgress) and event.paused]
    assert [event.step for event in paused] == [9]
    assert (run.path / "checkpoints" / f"{9:010d}.pt").is_file()
    must_equal_runs_alone(run, data_dir)


def test_a_damaged_newest_checkpoint_is_set_aside_and_said(runs_dir, data_dir):
    run = new_sweep(runs_dir, uneven())
    trained(run, data_dir, At({5: ["checkpoint"], 9: ["pause"]}))
    _first, second = list_checkpoints(run.path)
    second.write_bytes(second.read_bytes()[:-100])
    events = trained(run, data_dir)
    assert events[0].step == 5
    assert "Resumed from step 5" in events[0].note
    assert second.with_name(second.name + ".damaged").is_file()
    must_equal_runs_alone(run, data_dir)


def test_a_network_that_diverges_leaves_the_others_alone(runs_dir, data_dir):
    experiment = Experiment(
        data=Curve(kind="quadratic", points=100),
        model=Model(layers=mlp(4, outputs=1, activation="relu")),
        training=Training(optimizer=Sgd(kind="sgd", lr=0.01), loss="mse", batch_size=10, epochs=2),
    )
    given = Sweep(
        experiment=experiment, axes=(Axis(path="training.optimizer.lr", values=(1000, 0.01)),)
    )
    run = new_sweep(runs_dir, given)
    trained(run, data_dir)
    assert run.status() == "finished"
    history = history_of(run)
    assert history.reasons == ["diverged", "completed"]
    assert np.isnan(history.figures("train_loss")).tolist() == [True, False]
    assert history.best() == 1
    assert load_file(run.path / LIVE)["ended"].tolist() == [4, 1]
    state, _ = load_newest_readable(run.path, load_sweep_checkpoint)
    assert state is not None
    net = given.nets[1]
    alone = fit(net.experiment, load(net.experiment.data, data_dir))
    list(alone)
    assert same(one_net(state, given, 1)["model"], alone.model.state_dict())
    with pytest.raises(NnlabError, match="Network 0 has diverged"):
        train_alone(Store(runs_dir), run, 0, owner="local", name="a")
    made = as_run(run, 0, runs_dir)
    assert made.status() == "diverged"


def test_a_killed_sweep_goes_on_to_the_same_weights(runs_dir, data_dir, tmp_path):
    given = sweep_of(("training.optimizer.lr", "0.01,0.1"), ("width", "3,4"), steps=300)
    file = tmp_path / "sweep.json"
    file.write_text(given.to_json())
    store = Store(runs_dir)
    process = subprocess.Popen(
        [sys.executable, "-m", "nnlab", "sweep", str(file)],
        cwd=REPOSITORY,
        env=os.environ | {"NNLAB_RUNS_DIR": str(runs_dir), "NNLAB_DATA_DIR": str(data_dir)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: store.summaries(), "the run directory")
        run = store.summaries()[0].run
        ask(run.path, pace=20.0)  # so slow that it cannot end first
        wait_for(lambda: history_of(run).step > 3, "some steps")
        ask(run.path, "checkpoint")
        wait_for(lambda: list_checkpoints(run.path), "a checkpoint")
        kept = int(list_checkpoints(run.path)[-1].stem)
        wait_for(lambda: history_of(run).step > kept + 2, "steps beyond the checkpoint")
        assert json.loads((run.path / lock.LOCK_FILE).read_text())["pid"] == process.pid
    finally:
        process.kill()
        process.wait()
    assert run.status() == "interrupted"
    events = trained(run, data_dir)
    assert 0 < events[0].step < 300
    assert run.status() == "finished"
    must_equal_runs_alone(run, data_dir)


def test_a_sweep_that_does_not_fit_in_memory_fails_with_the_mend(runs_dir, data_dir, monkeypatch):
    run = new_sweep(runs_dir, uneven())
    monkeypatch.setattr("nnlab.runs.workers.worker.free_memory", lambda *_args: 10)
    trained(run, data_dir)
    ended = events_of(run)[-1]
    assert isinstance(ended, FitEnded)
    assert ended.reason == "failed"
    assert "4 networks of this sweep need" in (ended.error or "")


def test_a_checkpoint_of_other_networks_ends_the_session_with_the_mend(runs_dir, data_dir):
    run = new_sweep(runs_dir, uneven())
    trained(run, data_dir, At({5: ["stop"]}))
    for path in list_checkpoints(run.path):
        state = load_sweep_checkpoint(path)
        state["stacks"] = state["stacks"][:1]
        torch.save(state, path)
    last = trained(run, data_dir)[-1]
    assert last.reason == "failed"
    assert "is not of the networks that sweep.json says" in last.error


def test_a_fault_that_is_not_of_the_checkpoint_is_not_laid_on_it(runs_dir, data_dir, monkeypatch):
    run = new_sweep(runs_dir, uneven())
    trained(run, data_dir, At({5: ["stop"]}))

    def full(*_arguments):
        raise RuntimeError("can't allocate memory")

    monkeypatch.setattr("nnlab.training.ensemble.stack.build", full)
    last = trained(run, data_dir)[-1]
    assert "NNLAB_WORKER_MEMORY" in last.error
