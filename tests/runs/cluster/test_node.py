"""A run that trains on a node leaves what it would have left as a worker of this machine."""

import errno
import os
import platform
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nnlab.config import (
    Activation,
    Experiment,
    Flatten,
    Images,
    Linear,
    Model,
    PlaneClasses,
    Training,
    mlp,
)
from nnlab.data import registry
from nnlab.data.registry import load
from nnlab.runs.cluster.given import give
from nnlab.runs.cluster.node import NodeWorker
from nnlab.runs.cluster.pack import pack_run
from nnlab.runs.record import control
from nnlab.runs.record.checkpoints import load_checkpoint, load_live, load_newest
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import DAMAGED, FOLDER, list_checkpoints
from nnlab.runs.rewind.branch import branch
from nnlab.runs.rewind.past import Past, Replaying
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.run import Run
from nnlab.runs.store import Store
from nnlab.runs.workers import worker as worker_module
from nnlab.runs.workers.worker import train
from nnlab.training.events import (
    ControlApplied,
    EpochEnded,
    Event,
    FitEnded,
    FitStarted,
    NetEnded,
    NetsFigures,
    Progress,
)
from tests.runs.bench import endless, events_of, experiment, new_run, noisy, wait_for
from tests.runs.cluster.in_process import ORDER, line, replay_on_node, train_on_node
from tests.runs.sweeps.bench import sweep_of
from tests.runs.workers.test_worker import At
from tests.training.bench import same

pytestmark = pytest.mark.usefixtures("process_of_a_node")
AT_STEPS = FitStarted, EpochEnded, ControlApplied, FitEnded, NetEnded, NetsFigures
"""Events that come at the same steps each time; others come by the clock."""


def said(run: Run) -> list[dict[str, Any]]:
    """What the run says but for times."""
    return [
        event.model_dump(exclude={"seconds"})
        for event in events_of(run)
        if isinstance(event, AT_STEPS)
    ]


def weights(run: Run) -> dict[str, torch.Tensor]:
    found = load_live(run.path)
    assert found is not None
    return found[1]


def end(run: Run) -> FitEnded:
    event = events_of(run)[-1]
    assert isinstance(event, FitEnded)
    return event


def trained_here(root: Path, given: Experiment, data_dir: Path, *controls: At) -> Run:
    run = new_run(root / "here", given)
    for one in controls or (None,):
        list(train(run, data_dir=data_dir, device="cpu", controls=one))
    return run


def must_be_alike(run: Run, other: Run) -> None:
    """Events but for times, weights and the newest full state bit for bit, and the files."""
    assert said(run) == said(other)
    assert said(run)
    assert same(weights(run), weights(other))
    state, expected = load_newest(run.path), load_newest(other.path)
    assert state is not None
    assert expected is not None
    assert same_state(state, expected)
    assert files(run) == files(other)


def same_state(a: Any, b: Any) -> bool:
    """Two states but for the seconds that training took."""
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, Mapping):
        return a.keys() == b.keys() and all(
            same_state(a[name], b[name]) for name in a if name != "seconds"
        )
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same_state, a, b))
    return a == b


def files(run: Run) -> set[str]:
    return {path.name for path in run.path.iterdir()} - {control.CONTROL_FILE}


def test_a_run_is_as_if_it_had_been_trained_here(runs_dir: Path, data_dir: Path) -> None:
    run = new_run(runs_dir, noisy())
    train_on_node(run)
    must_be_alike(run, trained_here(runs_dir, noisy(), data_dir))
    assert run.status() == "finished"
    best = run.path / FOLDER / "best.pt"
    other = trained_here(runs_dir, noisy(), data_dir).path / FOLDER / "best.pt"
    assert same_state(load_checkpoint(best), load_checkpoint(other))


def test_nothing_of_a_run_stays_on_the_node(process_of_a_node: Path, runs_dir: Path) -> None:
    during: list[int] = []

    def hear(_worker: NodeWorker, _event: Event) -> None:
        during.append(len(list(process_of_a_node.iterdir())))

    train_on_node(new_run(runs_dir), hear=hear)
    assert max(during) == 1
    assert list(process_of_a_node.iterdir()) == []


def test_a_run_goes_on_where_it_was_released(runs_dir: Path, data_dir: Path) -> None:
    def release(worker: NodeWorker, event: Event) -> None:
        if isinstance(event, Progress) and event.paused:
            worker.ask(f"{line(do='release')}\n".encode())

    run = new_run(runs_dir, noisy())
    train_on_node(run, first=[line(do="epoch")], hear=release)
    assert (end(run).reason, end(run).step) == ("released", 25)
    train_on_node(run)
    assert [event.step for event in events_of(run) if isinstance(event, FitStarted)] == [0, 25]
    other = trained_here(runs_dir, noisy(), data_dir, At({0: ["epoch"]}), At({}))
    assert said(run)[-3:] == said(other)[-3:]
    assert same(weights(run), weights(other))
    assert History(events_of(run)).step == 100


def test_a_branch_begins_with_its_state_and_its_changes(runs_dir: Path, data_dir: Path) -> None:
    store = Store(runs_dir)
    parent = new_run(runs_dir, noisy())
    train_on_node(parent)
    changes = {"training.optimizer.lr": 0.5}
    runs = [branch(store, parent, 33, changes, name="b", data_dir=data_dir) for _ in "ab"]
    there, here = runs
    asked = (there.path / control.CONTROL_FILE).read_text(encoding="utf-8").splitlines()
    train_on_node(there, first=asked)
    list(train(here, data_dir=data_dir, controls=control.FileControls(here.path, 0, lambda: False)))
    ids = [one.id for one in events_of(there) if isinstance(one, ControlApplied)]
    assert len(ids) == 1
    assert [one | {"id": ""} for one in said(there)] == [one | {"id": ""} for one in said(here)]
    assert said(there)[0]["step"] == 33
    assert same(weights(there), weights(here))


def test_controls_reach_a_run_that_trains(runs_dir: Path) -> None:
    """Paused, changed, one step, and stopped there: each is asked for when the one before shows."""
    asked = iter(
        [
            line(do="pause"),
            line(set={"path": "training.optimizer.lr", "value": 0.5}),
            line(do="step"),
            line(do="stop"),
        ]
    )

    def hear(worker: NodeWorker, event: Event) -> None:
        if isinstance(event, FitStarted | ControlApplied) and (next_one := next(asked, "")):
            worker.ask(f"{next_one}\n".encode())

    run = new_run(runs_dir, endless())
    train_on_node(run, hear=hear)
    pause, change, step, stop = (e for e in events_of(run) if isinstance(e, ControlApplied))
    assert (pause.do, step.do, stop.do) == ("pause", "step", "stop")
    assert change.set == {"path": "training.optimizer.lr", "value": 0.5}
    assert pause.step == change.step == step.step == stop.step - 1
    assert run.status() == "stopped"
    state = load_newest(run.path)
    assert state is not None
    assert state["settings"] == {"training.optimizer.lr": 0.5}
    assert state["step"] == stop.step


def test_what_is_asked_before_it_begins_is_heard(runs_dir: Path) -> None:
    worker = NodeWorker()
    worker.ask(f"{line(do='stop')}\n".encode())
    run = new_run(runs_dir, endless())
    train_on_node(run, worker=worker)
    assert (end(run).reason, end(run).step) == ("stopped", 0)


def test_controls_of_an_earlier_session_are_not_heard(runs_dir: Path) -> None:
    run = new_run(runs_dir)
    train_on_node(run, first=[line(do="stop")], since=2.0)
    assert end(run).reason == "completed"


def test_a_run_whose_server_goes_is_interrupted_and_keeps_its_state(runs_dir: Path) -> None:
    run = new_run(runs_dir, endless())
    train_on_node(run, hear=lambda worker, _event: worker.leave())
    assert end(run).reason == "server_gone"
    assert run.status() == "interrupted"
    assert load_checkpoint(list_checkpoints(run.path)[-1])["step"] == end(run).step


def test_a_run_ends_when_nobody_reads_of_it_any_more(
    process_of_a_node: Path, runs_dir: Path
) -> None:
    worker = NodeWorker()
    stream = worker.train(pack_run(new_run(runs_dir, endless())), ORDER)
    assert next(stream)
    assert "nnlab-node" in str(threading.enumerate())
    stream.close()  # ty: ignore[missing-attribute]
    assert isinstance(worker._last, FitEnded)
    assert worker._last.reason == "server_gone"
    wait_for(lambda: "nnlab-node" not in str(threading.enumerate()), "the run's thread to end")
    assert list(process_of_a_node.iterdir()) == []


def test_a_run_that_waits_gives_signs_of_life(runs_dir: Path) -> None:
    worker = NodeWorker()
    pack = pack_run(new_run(runs_dir, endless()))
    seen: list[bool] = []
    for changes in worker.train(pack, ORDER | {"first": [line(do="pause")]}):
        seen.append(bool(changes))
        if not changes:
            worker.leave()
    assert False in seen


def test_changes_are_made_again_at_their_steps(runs_dir: Path, data_dir: Path) -> None:
    """A run that begins anew since its node died: as if nothing had been."""
    changes: Any = {
        30: [("training.optimizer.lr", 0.5)],
        61: [("weights.0.weight.0.0", 2.0), "checkpoint"],
    }
    here = trained_here(runs_dir, experiment(), data_dir, At(changes))
    made = [event for event in events_of(here) if isinstance(event, ControlApplied)]
    assert [event.step for event in made] == [30, 61, 61]
    run = new_run(runs_dir)
    train_on_node(run, again=[event.model_dump(mode="json") for event in made])
    assert same(weights(run), weights(here))
    applied = [event for event in events_of(run) if isinstance(event, ControlApplied)]
    assert [event.model_dump(exclude={"seconds"}) for event in applied] == [
        event.model_dump(exclude={"seconds"}) for event in made[:2]
    ]
    without = new_run(runs_dir)
    train_on_node(without)
    assert not same(weights(without), weights(here))


def test_how_a_run_begins_is_said(runs_dir: Path) -> None:
    run = new_run(runs_dir, noisy())
    train_on_node(run, first=[line(do="epoch"), line(do="checkpoint")], hear=stop_when_paused)
    damaged = run.path / FOLDER / "0000000099.pt"
    damaged.write_bytes(b"no checkpoint")
    train_on_node(run, note="Node a was lost.")
    notes = [event.note for event in events_of(run) if isinstance(event, FitStarted)]
    assert notes[0] is None
    assert notes[1] is not None
    assert notes[1].startswith("Node a was lost. Resumed from step 25:")
    assert damaged.name in notes[1]
    assert damaged.with_name(damaged.name + DAMAGED).exists()
    assert end(run).reason == "completed"


def stop_when_paused(worker: NodeWorker, event: Event) -> None:
    if isinstance(event, Progress) and event.paused:
        worker.ask(f"{line(do='stop')}\n".encode())


def test_a_run_without_a_checkpoint_that_can_be_read_fails_as_here(
    runs_dir: Path, data_dir: Path
) -> None:
    run, here = new_run(runs_dir), new_run(runs_dir)
    for one in (run, here):
        (one.path / FOLDER).mkdir()
        for step in (7, 9):
            (one.path / FOLDER / f"{step:010d}.pt").write_bytes(b"no checkpoint")
    train_on_node(run)
    list(train(here, data_dir=data_dir))
    assert end(run).reason == "failed"
    assert end(run).error == (end(here).error or "").replace(here.id, run.id)
    assert len(list_checkpoints(run.path)) == 2


def test_what_breaks_is_the_last_word_and_its_story_is_in_the_log(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError("of a test")

    run = new_run(runs_dir)
    monkeypatch.setattr(worker_module, "fit", broken)
    worker = NodeWorker()
    worker.ready()
    train_on_node(run, worker=worker)
    assert end(run).reason == "failed"
    assert "ZeroDivisionError: of a test" in str(end(run).error)
    assert "Traceback" in (run.path / "worker.log").read_text(encoding="utf-8")


def test_a_sweep_is_as_if_it_had_been_trained_here(runs_dir: Path, data_dir: Path) -> None:
    sweep = sweep_of()
    runs = [Store(runs_dir).create(sweep.experiment, name="s", sweep=sweep) for _ in "ab"]
    there, here = runs
    train_on_node(there)
    list(train(here, data_dir=data_dir, device="cpu"))
    assert said(there) == said(here)
    assert any(one["type"] == "nets_figures" for one in said(there))
    assert same(weights(there), weights(here))
    assert files(there) == files(here)
    stopped = Store(runs_dir).create(sweep.experiment, name="s", sweep=sweep)
    train_on_node(stopped, first=[line(do="step"), line(do="checkpoint")], hear=release_sweep)
    assert end(stopped).reason == "released"
    train_on_node(stopped)
    assert same(weights(stopped), weights(here))


def release_sweep(worker: NodeWorker, event: Event) -> None:
    if isinstance(event, ControlApplied) and event.do == "checkpoint":
        worker.ask(f"{line(do='release')}\n".encode())


# Data that are given -----------------------------------------------------------------------------


def pictures() -> Experiment:
    return Experiment(
        data=Images(kind="mnist", train_size=200),
        model=Model(layers=(Flatten(), *mlp(8, outputs=10))),
        training=Training(epochs=1, batch_size=50),
    )


def test_a_node_trains_on_the_data_that_it_is_given(
    runs_dir: Path, datasets_dir: Path, data_dir: Path
) -> None:
    given = give(pictures().data, load(pictures().data, datasets_dir))
    for array in (*given.train, *given.val):
        array.flags.writeable = False  # as the cluster's store has them
    run = new_run(runs_dir, pictures())
    train_on_node(run, given)
    must_be_alike(run, trained_here(runs_dir, pictures(), datasets_dir))


def test_a_node_has_no_data_but_those(runs_dir: Path) -> None:
    run = new_run(runs_dir, pictures())
    train_on_node(run)
    assert end(run).reason == "failed"
    assert "MNIST" in str(end(run).error)


# Past steps --------------------------------------------------------------------------------------


@pytest.fixture
def past_run(runs_dir: Path, data_dir: Path) -> Run:
    changes: Any = {20: [("training.optimizer.lr", 0.5)], 50: ["checkpoint"]}
    return trained_here(runs_dir, noisy(), data_dir, At(changes))


def test_a_step_is_replayed_on_a_node(past_run: Run, data_dir: Path) -> None:
    past = Past(replay_on_node, data_dir)
    history = History(events_of(past_run))
    for step in (33, 50, 77):
        state = past.look(past_run, history, step)
        assert not isinstance(state, Replaying)
        expected = state_at(past_run, step, data_dir)
        assert same_state(state, expected)
    left = {path.suffix for path in past._home.rglob("*") if path.is_file()}
    assert left == {".pt"}, "whoever looks again would wait for a replay that is over"


def test_a_path_is_replayed_on_a_node(past_run: Run, data_dir: Path) -> None:
    history = History(events_of(past_run))
    path = Past(replay_on_node, data_dir).path(past_run, history, 90)
    here = Past(lambda order: worker_replay(order), data_dir).path(past_run, history, 90)
    assert not isinstance(path, Replaying)
    assert not isinstance(here, Replaying)
    assert same_state(vars(path), vars(here))
    assert len(path.steps) > 80


def worker_replay(order: Any) -> None:
    from nnlab.runs.rewind.past import replay

    replay(order)


def test_a_replay_that_fails_says_why(past_run: Run, data_dir: Path) -> None:
    past = Past(replay_on_node, data_dir)
    history = History(events_of(past_run))
    for path in list_checkpoints(past_run.path):
        path.write_bytes(b"no checkpoint")
    assert isinstance(past.look(past_run, history, 70), Replaying)
    with pytest.raises(Exception, match="cannot be read"):
        past.look(past_run, history, 70)


# Where there is no room --------------------------------------------------------------------------


def test_a_node_without_a_place_for_the_run_says_so(
    runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run(runs_dir, noisy())
    train_on_node(run, first=[line(do="epoch")], hear=stop_when_paused)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    train_on_node(run)
    assert end(run).reason == "failed"
    assert end(run).step == 25
    assert os.strerror(errno.ENOENT) in str(end(run).error)


def test_a_node_whose_disk_is_full_says_so_although_it_cannot_write_it(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    run = new_run(runs_dir)
    monkeypatch.setattr("nnlab.runs.workers.recorder.write_all", full)
    monkeypatch.setattr(worker_module, "append_line", full)
    train_on_node(run)
    assert end(run).reason == "failed"
    assert os.strerror(errno.ENOSPC) in str(end(run).error)


def test_folders_of_dead_processes_are_removed(process_of_a_node: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    own = f"nnlab-{os.getpid()}-{platform.node()}-x"
    others = "nnlab-past-x", f"nnlab-{dead.pid}-another.example-x"
    for name in (f"nnlab-{dead.pid}-{platform.node()}-x", own, *others):
        (process_of_a_node / name / "inside").mkdir(parents=True)
    NodeWorker()
    assert {path.name for path in process_of_a_node.iterdir()} == {own, *others}


def bent_first(**more: Any) -> Experiment:
    """Its first layer has no weights, and a batch is all the data."""
    layers = (Activation(kind="relu"), Linear(out_features=2))
    training = Training(epochs=5, batch_size=500)
    data = PlaneClasses(kind="circle", points=500)
    return Experiment(data=data, model=Model(layers=layers), training=training, **more)


@pytest.mark.parametrize(
    "given",
    [pictures(), bent_first(), bent_first(engine="stack")],
    ids=["pictures", "whole batches", "whole batches in a stack"],
)
def test_a_node_writes_into_no_data(runs_dir: Path, datasets_dir: Path, given: Experiment) -> None:
    """They may be of all runs of the node, and lie where nobody may write."""
    data = give(given.data, load(given.data, datasets_dir))
    arrays = (*data.train, *data.val)
    before = [array.copy() for array in arrays]
    taken: list[object] = []

    def hear(_worker: NodeWorker, _event: Event) -> None:
        taken.extend(registry.given)

    run = new_run(runs_dir, given)
    train_on_node(run, data, pickled=False, hear=hear)
    assert end(run).reason == "completed"
    assert all(map(np.array_equal, before, arrays))
    assert set(taken) == {given.data.model_dump_json()}
    assert registry.given == {}, "the next run of this process would hold them in memory"


def test_a_log_that_ends_within_a_line_is_closed_first(runs_dir: Path) -> None:
    run = new_run(runs_dir)
    train_on_node(run, first=[line(do="stop")])
    with (run.path / EVENTS_FILE).open("ab") as file:
        file.write(b'{"type": "progr')
    train_on_node(run)
    lines = (run.path / EVENTS_FILE).read_bytes().split(b"\n")
    assert lines.count(b'{"type": "progr') == 1
    assert end(run).reason == "completed"
