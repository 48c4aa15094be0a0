"""Runs on a real Ray cluster of two nodes on this machine, as a server trains them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from nnlab.config import Experiment
from nnlab.config.sweep import Sweep
from nnlab.runs.cluster.launcher import RayLauncher
from nnlab.runs.engine import launcher_of
from nnlab.runs.record.checkpoints import load_checkpoint, load_live, load_newest
from nnlab.runs.record.control import ask
from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.past import Past, Replaying
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.settings import Settings
from nnlab.training.events import ControlApplied, EpochEnded, FitEnded, FitStarted, Progress
from tests.runs.bench import endless, events_of, experiment, noisy, wait_for
from tests.runs.cluster.ray_cluster import RayCluster
from tests.runs.sweeps.bench import sweep_of

pytestmark = pytest.mark.slow

CORES = 1
"""Of each of the two nodes: eight runs of small networks at once."""
CLOCKED = {"seconds", "id"}
"""Fields of events that are never the same twice."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    made = RayCluster()
    made.add(CORES)
    made.add(CORES)
    yield made
    made.close()


@pytest.fixture(scope="module")
def runs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def launcher(cluster: RayCluster, runs_dir: Path) -> Iterator[RayLauncher]:
    made = launcher_of(
        Settings(engine="ray", RAY_ADDRESS=cluster.address, runs_dir=runs_dir, max_runs=1000)
    )
    assert isinstance(made, RayLauncher)
    wait_for(lambda: made.cores() == 2 * CORES, "both nodes")
    yield made
    made.close()


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def on_cluster(launcher: RayLauncher, run: Run) -> Run:
    launcher.start(run)
    wait_for(lambda: launcher.status(run) == "finished", f"the end of {run.meta.name}")
    return run


def here(store: Store, given: Experiment, sweep: Sweep | None = None) -> Run:
    """The same, trained by this process."""
    run = store.create(given, name="here", sweep=sweep)
    for _event in train(run, data_dir=Path("data"), device="cpu"):
        pass
    return run


def kinds(run: Run, *kept: type) -> list[Mapping[str, Any]]:
    """Events without what depends on the clock."""
    return [e.model_dump(exclude=CLOCKED) for e in events_of(run) if isinstance(e, kept)]


def same_weights(one: Run, other: Run) -> bool:
    first, second = load_live(one.path), load_live(other.path)
    assert first is not None
    assert second is not None
    return first[0] == second[0] and all(
        torch.equal(value, second[1][name]) for name, value in first[1].items()
    )


def test_a_run_equals_the_local_one_bit_for_bit(launcher: RayLauncher, store: Store) -> None:
    """Figures, weights, the full state and the files of a run are those of a run of this machine.

    With every generator (dropout) and a schedule.
    """
    run = on_cluster(launcher, store.create(noisy(), name="there"))
    own = here(store, noisy())
    assert kinds(run, FitStarted, EpochEnded, FitEnded) == kinds(
        own, FitStarted, EpochEnded, FitEnded
    )
    assert same_weights(run, own)
    there, local = load_newest(run.path), load_newest(own.path)
    assert there is not None
    assert local is not None
    assert torch.equal(there["random"]["cpu"], local["random"]["cpu"])
    assert {path.name for path in own.path.iterdir()} <= {path.name for path in run.path.iterdir()}
    assert not (run.path / "lock").exists()


def test_what_people_ask_reaches_the_node(launcher: RayLauncher, store: Store) -> None:
    """Pause, one step, a new rate, a weight by hand, resume and stop, each answered once."""
    run = store.create(endless(), name="asked")
    launcher.start(run, "pause")

    def stands() -> Progress | None:
        told = [e for e in events_of(run) if isinstance(e, Progress | ControlApplied)]
        last = told[-1] if told else None
        return last if isinstance(last, Progress) and last.paused else None

    wait_for(stands, "the pause")
    before = stands()
    assert before is not None
    assert launcher.status(run) == "paused"
    launcher.ask(run, "step")
    wait_for(lambda: (now := stands()) and now.step == before.step + 1, "one step")
    launcher.ask(run, path="training.optimizer.lr", value=0.5)
    launcher.ask(run, path="weights.0.weight.0.1", value=0.25)
    asked = [launcher.ask(run, "resume").id]
    wait_for(lambda: events_of(run)[-1].step > before.step + 10, "more steps")
    asked.append(launcher.ask(run, "stop").id)
    wait_for(lambda: launcher.status(run) == "stopped", "the end")
    answers = [e for e in events_of(run) if isinstance(e, ControlApplied)]
    assert [one.error for one in answers] == [None] * len(answers)
    assert [one.id for one in answers if one.do in ("resume", "stop")] == asked
    changes = [one.set for one in answers if one.set is not None]
    assert [change["path"] for change in changes] == [
        "training.optimizer.lr",
        "weights.0.weight.0.1",
    ]
    assert len({one.id for one in answers}) == len(answers)
    assert list_checkpoints(run.path)


def test_a_run_goes_on_from_its_checkpoint(launcher: RayLauncher, store: Store) -> None:
    """Stopped on one machine and resumed on the other: the numbers of one that was not stopped."""
    given = experiment(steps=400)
    whole = here(store, given)
    run = store.create(given, name="resumed")
    ask(run.path, path="training.optimizer.lr", value=0.03)  # what it is: changes no number
    for event in train(run, data_dir=Path("data"), device="cpu"):
        if isinstance(event, EpochEnded) and event.epoch == 4:
            ask(run.path, "stop")
    wait_for(lambda: launcher.status(run) in ("stopped", "finished"), "its first end")
    on_cluster(launcher, run)
    assert same_weights(run, whole)


def test_a_node_dies_and_the_run_goes_on(
    launcher: RayLauncher, cluster: RayCluster, store: Store
) -> None:
    """On another node, from its newest checkpoint: the numbers of a run to which nothing happened.

    A rate that was set meanwhile is set again at the step at which it was.
    """
    given = experiment(steps=40_000)
    run = store.create(given, name="on a node that dies")
    before = {machine.name for machine in launcher.overview().machines}
    dying = cluster.add(64)  # the most room: the next run goes there
    wait_for(lambda: launcher.cores() == 2 * CORES + 64, "the third node")
    (new,) = {machine.name for machine in launcher.overview().machines} - before
    launcher.start(run)
    wait_for(lambda: list_checkpoints(run.path), "a checkpoint")
    there = [m.name for m in launcher.overview().machines if run.id in {r.id for r in m.runs}]
    assert there == [new]
    launcher.ask(run, path="training.optimizer.lr", value=0.01)
    wait_for(lambda: any(isinstance(e, ControlApplied) for e in events_of(run)), "the new rate")
    cluster.kill(dying)
    wait_for(lambda: any(isinstance(e, FitStarted) and e.note for e in events_of(run)), "the next")
    assert launcher.status(run) == "running"
    wait_for(lambda: launcher.status(run) == "finished", "the end")
    started = [e for e in events_of(run) if isinstance(e, FitStarted)]
    assert new in str(started[-1].note)
    answered = [e for e in events_of(run) if isinstance(e, ControlApplied)]
    assert len({(one.id, one.step) for one in answered}) == 1
    assert torch.equal(
        load_checkpoint(list_checkpoints(run.path)[-1])["model"]["0.weight"],
        _with_rate_from(store, given, answered[0].step),
    )


def _with_rate_from(store: Store, given: Experiment, step: int) -> torch.Tensor:
    """The first layer's weights of the same run here, with the rate set at that step."""
    from nnlab.data.registry import load
    from nnlab.runs.rewind.repeated import Repeating
    from nnlab.training.controls import NoControls
    from nnlab.training.fit import fit

    changed = ControlApplied(
        step=step,
        epoch=0,
        seconds=0,
        id="rate",
        set={"path": "training.optimizer.lr", "value": 0.01},
    )
    del store
    training = fit(given, load(given.data, Path("data")), None, Repeating([changed], NoControls()))
    for _event in training:
        pass
    return training.weights()["0.weight"]


def test_thirty_runs_finish_and_those_without_a_place_wait(
    launcher: RayLauncher, store: Store
) -> None:
    """Eight train at once, the others stand in the queue with their place, and all have an end.

    Their data, which are the same, lie in the store once.
    """
    given = experiment(steps=3000)
    runs = [store.create(given, name=f"run {number}") for number in range(30)]
    for run in runs:
        launcher.start(run)
    places = [place for run in runs if (place := launcher.queue_place(run)) is not None]
    assert places == list(range(1, 23))
    overview = launcher.overview()
    assert sum(len(machine.runs) for machine in overview.machines) == 8
    assert [waiting.id for waiting in overview.queue] == [run.id for run in runs[8:]]
    for run in runs:  # the last one has waited for all others: each has its own time
        wait_for(lambda run=run: launcher.status(run) == "finished", f"the end of {run.meta.name}")
    assert len({str(kinds(run, FitEnded)) for run in runs}) == 1
    circles = [data for data in launcher.overview().data if data.name == "circle"]
    assert 0 < len(circles) <= 4  # of all tests here: not one for each run


def test_a_sweep_trains_on_both_nodes(launcher: RayLauncher, store: Store) -> None:
    """Its stacks are shared out, and every network has the numbers that it has here."""
    sweep = sweep_of(("model.layers.0.out_features", "32,64"), ("model.seed", "0..1"), steps=3000)
    run = store.create(sweep.experiment, name="a sweep", sweep=sweep)
    launcher.start(run)
    wait_for(lambda: launcher.status(run) in ("running", "finished"), "its beginning")
    wait_for(lambda: launcher.status(run) == "finished", "its end")
    own = here(store, sweep.experiment, sweep)
    kept = {"nets_figures", "net_ended", "fit_ended"}
    told = [e.model_dump(exclude=CLOCKED) for e in events_of(run) if e.type in kept]
    assert told == [e.model_dump(exclude=CLOCKED) for e in events_of(own) if e.type in kept]
    assert same_weights(run, own)


def test_a_past_step_is_replayed_on_a_node(launcher: RayLauncher, store: Store) -> None:
    run = on_cluster(launcher, store.create(experiment(steps=2000), name="replayed"))
    past, history = Past(launcher.replay, Path("data")), History(events_of(run))
    looked: list[Any] = []

    def is_there() -> bool:
        looked.append(past.look(run, history, 1234))
        return not isinstance(looked[-1], Replaying)

    wait_for(is_there, "step 1234")
    expected = state_at(run, 1234, Path("data"))
    assert looked[-1]["step"] == 1234
    for name, value in expected["model"].items():
        assert torch.equal(looked[-1]["model"][name], value)


def test_the_server_goes_and_its_runs_keep_a_checkpoint(
    cluster: RayCluster, tmp_path: Path
) -> None:
    """A second server on the same cluster; its run can go on here, with the same numbers."""
    store = Store(tmp_path)
    launcher = launcher_of(Settings(engine="ray", RAY_ADDRESS=cluster.address, runs_dir=tmp_path))
    run = store.create(endless(), name="left")
    launcher.start(run)
    wait_for(lambda: launcher.status(run) == "running", "its beginning")
    launcher.close()
    wait_for(lambda: run.status() == "interrupted", "its end")
    ended = events_of(run)[-1]
    assert isinstance(ended, FitEnded)
    assert ended.reason == "server_gone"
    assert int(list_checkpoints(run.path)[-1].stem) == ended.step
