"""One network of a sweep taken out: trained on alone, or as a run directory for export."""

import subprocess
import sys
from pathlib import Path

import pytest

from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.export.script import script
from nnlab.export.timeline import read_timeline
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run, Store
from nnlab.runs.sweeps.alone import as_run, train_alone
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.runs.workers.worker import train
from nnlab.training.events import FitEnded, FitStarted
from nnlab.training.fit import fit
from tests.runs.bench import events_of
from tests.runs.sweeps.bench import sweep_of
from tests.runs.workers.test_worker import At
from tests.training.bench import same

RATE = "training.optimizer.lr"


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def stopped_at(store: Store, data_dir: Path, step: int) -> Run:
    given = sweep_of()
    run = store.create(given.experiment, sweep=given, name="a sweep")
    list(train(run, data_dir=data_dir, controls=At({step: ["stop"]})))
    return run


def alone(run: Run, number: int, data_dir: Path) -> tuple[dict, FitEnded]:
    assert run.sweep is not None
    given = run.sweep.nets[number].experiment
    fitting = fit(given, load(given.data, data_dir))
    *_, ended = fitting
    assert isinstance(ended, FitEnded)
    return fitting.model.state_dict(), ended


def loss_printed(file: Path) -> float:
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=True, cwd=file.parent
    )
    name, loss = done.stdout.split()[-2:]
    assert name == "train_loss"
    return float(loss)


def test_a_network_goes_on_alone_to_the_weights_that_it_has_in_the_sweep(store, data_dir):
    run = stopped_at(store, data_dir, 13)
    made = train_alone(store, run, 2, owner="ada", name="the third")
    assert (made.meta.parent, made.meta.parent_step, made.meta.owner) == (run.id, 13, "ada")
    assert made.sweep is None
    list(train(made, data_dir=data_dir))
    weights, ended = alone(run, 2, data_dir)
    network, step = load_network(made)
    assert step == 30
    assert same(network.state_dict(), weights)
    last = events_of(made)[-1]
    assert isinstance(last, FitEnded)
    assert last.train_loss == ended.train_loss
    assert state_at(made, 20, data_dir)["step"] == 20


def test_the_script_of_what_went_on_alone_begins_with_the_networks_first_step(
    store, data_dir, tmp_path
):
    run = stopped_at(store, data_dir, 13)
    made = train_alone(store, run, 2, owner="local", name="the third")
    list(train(made, data_dir=data_dir))
    timeline = read_timeline(made)
    (phase,) = timeline.phases
    assert (phase.first_step, phase.last_step) == (0, 30)
    assert phase.changes == ()
    file = tmp_path / "alone.py"
    file.write_text(script(made, "module"))
    assert loss_printed(file) == alone(run, 2, data_dir)[1].train_loss


def test_a_network_whose_budget_is_spent_goes_on_with_a_larger_one(store, data_dir):
    run = stopped_at(store, data_dir, 99)
    made = train_alone(store, run, 0, owner="local", name="on", budget={"training.epochs": 5})
    list(train(made, data_dir=data_dir))
    assert History(events_of(made)).step == 50
    assert run.sweep is not None
    given = run.sweep.nets[0].experiment.with_set("training.epochs", 5)
    fitting = fit(given, load(given.data, data_dir))
    list(fitting)
    assert same(load_network(made)[0].state_dict(), fitting.model.state_dict())


def test_what_cannot_go_on_alone_is_refused(store, data_dir):
    given = sweep_of()
    run = store.create(given.experiment, sweep=given, name="a sweep")
    with pytest.raises(NnlabError, match="no checkpoint yet"):
        train_alone(store, run, 0, owner="local", name="a")
    with pytest.raises(NnlabError, match="not trained yet"):
        as_run(run, 0, store.root)
    run = stopped_at(store, data_dir, 5)
    with pytest.raises(NnlabError, match=r"leave training\.optimizer\.lr out"):
        train_alone(store, run, 0, owner="local", name="a", budget={RATE: 1})
    with pytest.raises(NnlabError, match="0 to 3"):
        train_alone(store, run, 4, owner="local", name="a")


def test_a_network_as_a_run_says_what_its_own_run_would(store, data_dir, tmp_path):
    run = stopped_at(store, data_dir, 99)
    made = as_run(run, 3, tmp_path)
    weights, ended = alone(run, 3, data_dir)
    history = History(events_of(made))
    assert history.ended is not None
    assert history.final_figures() == ended.model_dump(
        exclude={"type", "step", "epoch", "seconds", "reason", "error"}, exclude_none=True
    )
    assert (history.step, history.epoch, history.ended.reason) == (30, 3, "completed")
    assert same(load_network(made)[0].state_dict(), weights)
    assert made.experiment == sweep_of().nets[3].experiment
    assert "training.optimizer.lr=0.1, model.seed=1" in made.meta.name
    started = history.started
    assert started is not None
    assert (started.nets, started.steps_per_epoch, started.total_steps) == (None, 10, 30)


@pytest.mark.slow
def test_the_script_of_a_network_that_was_stopped_prints_its_loss(store, data_dir, tmp_path):
    run = stopped_at(store, data_dir, 20)
    made = as_run(run, 1, tmp_path)
    ended = events_of(made)[-1]
    assert isinstance(ended, FitEnded)
    file = tmp_path / "net.py"
    file.write_text(script(made, "module"))
    assert loss_printed(file) == ended.train_loss


def test_the_script_of_a_network_with_other_data_than_the_first_prints_its_loss(
    store, data_dir, tmp_path
):
    given = sweep_of(("data.points", "31,200"), ("data.train_share", "0.5,1"), steps=33)
    run = store.create(given.experiment, sweep=given, name="a sweep")
    list(train(run, data_dir=data_dir))
    history = SweepHistory(EventReader(run.path).read_new())
    made = as_run(run, 3, tmp_path)
    begun = EventReader(made.path).read_new()[0]
    assert isinstance(begun, FitStarted)
    assert (begun.train_size, begun.val_size) == (200, 0)
    file = tmp_path / "script.py"
    file.write_text(script(made, "module"))
    assert loss_printed(file) == history.final("train_loss")[3]
