"""A run directory trained in this process: what is written, and going on from it."""

import os
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nnlab.config import Data, Experiment
from nnlab.data.registry import load
from nnlab.data.splits import Part, Splits
from nnlab.errors import NnlabError
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import load_checkpoint, load_live, load_newest
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import FOLDER, list_checkpoints
from nnlab.runs.store import Run
from nnlab.runs.workers.worker import train
from nnlab.training.controls import Control, Controls, EndRun, Set
from nnlab.training.events import CheckpointSaved, ControlApplied, Diverged, FitEnded, FitStarted
from nnlab.training.fit import fit
from tests.runs.bench import events_of, experiment, new_run, noisy
from tests.training.bench import same


class At:
    """Controls at given steps, and once while paused; a paused run is then released."""

    PAUSED = -1

    def __init__(self, at: dict[int, list[str | tuple[str, object]]]) -> None:
        self._at = at

    def poll(self, step: int, *, paused: bool) -> list[Control]:
        if paused and not self._at.get(self.PAUSED):
            raise EndRun("released")
        asked = self._at.pop(self.PAUSED if paused else step, [])
        return [
            Control.model_validate({"id": "c", "at": 0, "do": one})
            if isinstance(one, str)
            else Control(id="c", at=0, set=Set(path=one[0], value=one[1]))
            for one in asked
        ]


def trained(run: Run, data_dir: Path, controls: Controls | None = None) -> list:
    return list(train(run, data_dir=data_dir, controls=controls))


def weights(run: Run) -> dict[str, torch.Tensor]:
    found = load_live(run.path)
    assert found is not None
    return found[1]


def unbroken(given: Experiment, data_dir: Path) -> dict[str, torch.Tensor]:
    fitting = fit(given, load(given.data, data_dir))
    list(fitting)
    return fitting.weights()


def end(run: Run) -> FitEnded:
    event = events_of(run)[-1]
    assert isinstance(event, FitEnded)
    return event


def test_what_is_yielded_is_what_is_written(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir)
    yielded = trained(run, data_dir)
    written = events_of(run)
    kept = [event for event in written if not isinstance(event, CheckpointSaved)]
    assert kept == yielded
    assert isinstance(written[0], FitStarted)
    assert end(run).reason == "completed"
    assert run.status() == "finished"
    assert not lock.is_held(run.path)
    assert same(weights(run), unbroken(experiment(), data_dir))
    assert {path.name for path in run.path.iterdir()} == {
        "experiment.json",
        "meta.json",
        "events.jsonl",
        "live.safetensors",
        "checkpoints",
    }


def test_a_run_goes_on_from_its_checkpoint_to_the_same_weights(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir, noisy())
    for step in (7, 30, 31):
        trained(run, data_dir, At({step: ["pause"]}))
        assert end(run).reason == "released"
        assert run.status() == "paused"
        assert load_live(run.path)[0] == step  # ty: ignore[not-subscriptable]
    trained(run, data_dir)
    assert same(weights(run), unbroken(noisy(), data_dir))
    history = History(events_of(run))
    assert history.epochs["step"].tolist() == [100]
    assert history.ended is not None
    assert history.step == 100


def test_what_was_set_while_paused_survives_the_release(runs_dir: Path, data_dir: Path):
    """The pause has saved step 9 already; the change comes at the same step."""
    run = new_run(runs_dir)
    changes: list = [("training.optimizer.lr", 0.5), ("weights.0.weight.0.0", 2.0)]
    trained(run, data_dir, At({9: ["pause"], At.PAUSED: changes}))
    state = load_newest(run.path)
    assert state is not None
    assert state["step"] == 9
    assert state["settings"] == {"training.optimizer.lr": 0.5}
    assert state["optimizer"]["param_groups"][0]["lr"] == 0.5
    assert state["model"]["0.weight"][0, 0] == 2.0
    assert weights(run)["0.weight"][0, 0] == 2.0


def test_a_run_goes_on_although_a_crash_cut_its_last_line(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir)
    trained(run, data_dir, At({9: ["pause"]}))
    log = run.path / "events.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole[:-20])
    assert run.status() == "interrupted"
    trained(run, data_dir)
    assert run.status() == "finished"
    assert log.read_bytes().startswith(whole[:-20] + b"\n{")
    assert same(weights(run), unbroken(experiment(), data_dir))


def test_a_damaged_newest_checkpoint_costs_the_steps_since_the_one_before(
    runs_dir: Path, data_dir: Path
):
    run = new_run(runs_dir, noisy())
    trained(run, data_dir, At({5: ["checkpoint"], 9: ["pause"]}))
    first, second = list_checkpoints(run.path)
    second.write_bytes(second.read_bytes()[:-100])
    events = trained(run, data_dir)
    assert (int(first.stem), events[0].step) == (5, 5)
    assert same(weights(run), unbroken(noisy(), data_dir))


def test_where_no_checkpoint_can_be_read_the_run_fails_with_words(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir)
    trained(run, data_dir, At({9: ["pause"]}))
    for path in list_checkpoints(run.path):
        path.write_bytes(b"nothing")
    trained(run, data_dir)
    assert (run.status(), end(run).reason, end(run).step) == ("failed", "failed", 9)
    assert "delete that file" in (end(run).error or "")


def exploding() -> Experiment:
    return Experiment.from_dict(
        {
            "data": {"kind": "plane", "points": 500},
            "model": {"layers": [{"kind": "linear", "out_features": 1}]},
            "training": {"loss": "mse", "epochs": 9, "optimizer": {"kind": "sgd", "lr": 0.2}},
        }
    )


@pytest.mark.parametrize("checkpoint_at", [None, 4])
def test_a_diverged_run_keeps_its_last_good_state(
    runs_dir: Path, data_dir: Path, checkpoint_at: int | None
):
    run = new_run(runs_dir, exploding())
    trained(run, data_dir, At({checkpoint_at: ["checkpoint"]} if checkpoint_at else {}))
    (diverged,) = [event for event in events_of(run) if isinstance(event, Diverged)]
    assert run.status() == "diverged"
    assert diverged.step > 4
    assert diverged.last_good_step == checkpoint_at
    kept = [int(path.stem) for path in list_checkpoints(run.path)]
    assert kept == ([] if checkpoint_at is None else [checkpoint_at])
    for state in map(load_checkpoint, list_checkpoints(run.path)):
        assert all(value.isfinite().all() for value in state["model"].values())
    assert all(value.isfinite().all() for value in weights(run).values())


def test_a_resumed_run_that_diverges_names_the_checkpoint_it_came_from(
    runs_dir: Path, data_dir: Path
):
    run = new_run(runs_dir, exploding())
    trained(run, data_dir, At({4: ["pause"]}))
    trained(run, data_dir)
    (diverged,) = [event for event in events_of(run) if isinstance(event, Diverged)]
    assert diverged.last_good_step == 4


def test_weights_that_are_no_numbers_are_neither_kept_nor_shown(
    runs_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    """The loss of the first step is a number yet, the weights after it are not."""

    def far_away(data: Data, folder: Path) -> Splits:
        near = load(data, folder)
        return replace(near, train=Part(near.train.x * 1e18, near.train.y))

    monkeypatch.setattr("nnlab.runs.workers.worker.load", far_away)
    run = new_run(runs_dir, exploding().with_set("training.optimizer.lr", 1000))
    trained(run, data_dir, At({0: ["checkpoint"], 1: ["checkpoint"]}))
    events = events_of(run)
    assert [e.step for e in events if isinstance(e, ControlApplied)] == [0, 1]
    assert run.status() == "diverged"
    assert [int(path.stem) for path in list_checkpoints(run.path)] == [0]
    assert all(value.isfinite().all() for value in weights(run).values())


def test_data_that_cannot_be_trained_on_fail_the_run_with_words(runs_dir: Path, data_dir: Path):
    given = Experiment.from_dict(
        {
            "data": {"kind": "points", "rows": [[0, 0, 1], [1, 0, 1], [1, 1, 1]], "seed": 0},
            "model": {"layers": [{"kind": "linear", "out_features": 2}]},
            "training": {"epochs": 1, "batch_size": 10},
        }
    )
    run = new_run(runs_dir, given)
    trained(run, data_dir)
    assert run.status() == "failed"
    assert end(run).error


def test_a_mistake_in_the_engine_fails_the_run_and_is_logged(
    runs_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog
):
    def broken(*_: object) -> None:
        _ = {}["missing"]

    monkeypatch.setattr("nnlab.runs.workers.worker.load", broken)
    run = new_run(runs_dir)
    trained(run, data_dir)
    assert (run.status(), end(run).error) == (
        "failed",
        "KeyError: 'missing'. The whole story is in worker.log of this run.",
    )
    assert "Traceback" in caplog.text


def test_a_run_is_trained_by_one_process_at_a_time(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir)
    with lock.hold(run.path), pytest.raises(NnlabError, match="another process"):
        trained(run, data_dir)
    assert events_of(run) == []


def test_leaving_off_in_the_middle_frees_the_lock(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir)
    running = train(run, data_dir=data_dir)
    assert isinstance(running, Generator)
    next(running)
    assert run.status() == "running"
    running.close()
    assert run.status() == "interrupted"


def test_a_run_deleted_under_its_worker_ends_without_a_trace(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir)
    running = train(run, data_dir=data_dir)
    next(running)
    run.path.rename(runs_dir / ".deleted")
    list(running)
    assert [path.name for path in runs_dir.iterdir()] == [".deleted"]


def test_the_best_state_is_kept_and_says_so(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir, experiment(evaluate_every=1))
    trained(run, data_dir)
    history = History(events_of(run))
    best = int(history.epochs["val_loss"].argmin())
    saved = [event for event in history.checkpoints if event.best]
    assert saved[-1].step == history.epochs["step"][best]
    assert load_checkpoint(run.path / "checkpoints" / "best.pt")["step"] == saved[-1].step
    assert history.ended is not None
    assert history.ended.best_val_loss == history.epochs["val_loss"].min()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc names an open file")
def test_checkpoints_and_the_end_of_a_run_are_on_the_disk_before_it_goes_on(
    runs_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    """A power cut loses what was written and never synced: so it counts what reached `fsync`."""
    run = new_run(runs_dir)
    synced: dict[str, bytes | None] = {}
    real = os.fsync

    def noted(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        synced[path.name] = path.read_bytes() if path.is_file() else None
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    asked = 0
    for event in train(run, data_dir=data_dir, controls=At({5: ["checkpoint"]})):
        if isinstance(event, ControlApplied):
            asked += 1
            (kept,) = list_checkpoints(run.path)
            assert kept.read_bytes() in synced.values()  # under its temporary name
            assert FOLDER in synced
            assert b"checkpoint_saved" in (synced[EVENTS_FILE] or b"")
    assert asked == 1
    assert synced[EVENTS_FILE] == (run.path / EVENTS_FILE).read_bytes()
    assert list_checkpoints(run.path)[-1].read_bytes() in synced.values()
    assert run.path.name in synced
