"""`python -m nnlab sweep`, and what the other commands say of a sweep."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet
import pytest

from nnlab.config.sweep import Sweep
from nnlab.data.registry import load
from nnlab.runs.store import Store
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit

REPOSITORY = Path(__file__).resolve().parents[2]
SMALL = ("--set", "training.epochs=2", "--set", "data.points=100")
RATES, SEEDS = "training.optimizer.lr=log:0.001..1:3", "model.seed=0..1"


def figures_alone(sweep: Sweep, number: int, data_dir: Path) -> FitEnded:
    """What the network's own run ends with."""
    given = sweep.nets[number].experiment
    *_, last = fit(given, load(given.data, data_dir))
    assert isinstance(last, FitEnded)
    return last


# What is trained, and what is said of it ------------------------------------------------------


def test_the_last_line_names_the_best_network_with_the_figures_of_its_own_run(
    ask, runs_dir, data_dir
):
    answer = ask("sweep", "circle", *SMALL, "--over", RATES, "--over", SEEDS, "--name", "mine")
    assert answer.status == 0
    last = answer.last
    assert list(last) == ["run", "status", "nets", "seconds", "best"]
    assert (last["status"], last["nets"]) == ("finished", 6)
    run = Store(runs_dir).get(last["run"])
    assert (run.meta.name, run.meta.recipe) == ("mine", "circle")
    assert run.sweep is not None
    alone = [figures_alone(run.sweep, number, data_dir) for number in range(6)]
    losses = [ended.val_loss for ended in alone]
    best = last["best"]
    assert best["net"] == min(range(6), key=lambda net: losses[net])
    assert best["train_loss"] == alone[best["net"]].train_loss
    assert best["val_accuracy"] == alone[best["net"]].val_accuracy
    assert best["values"] == {
        "training.optimizer.lr": run.sweep.nets[best["net"]].values[0],
        "model.seed": run.sweep.nets[best["net"]].values[1],
    }


def test_every_network_stands_in_the_table_with_the_loss_of_its_own_run(
    ask, runs_dir, data_dir, tmp_path
):
    run_id = ask("sweep", "circle", *SMALL, "--over", RATES, "--over", SEEDS).last["run"]
    sweep = Store(runs_dir).get(run_id).sweep
    assert sweep is not None
    table, columns = tmp_path / "nets.csv", tmp_path / "nets.parquet"
    assert ask("export", run_id, "--format", "csv", "--out", table).status == 0
    assert ask("export", run_id, "--format", "parquet", "--out", columns).status == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert list(rows[0])[:4] == ["net", "training.optimizer.lr", "model.seed", "status"]
    for number, row in enumerate(rows):
        assert row["net"] == str(number)
        ended = figures_alone(sweep, number, data_dir)
        assert row["train_loss"] == repr(ended.train_loss)
        assert row["val_accuracy"] == repr(ended.val_accuracy)
        assert float(row["training.optimizer.lr"]) == sweep.nets[number].values[0]
    read = pyarrow.parquet.read_table(columns)
    assert read.column_names == list(rows[0])
    assert read["train_loss"].to_pylist() == [float(row["train_loss"]) for row in rows]
    assert read["model.seed"].to_pylist() == [0, 1] * 3


def test_one_network_is_exported_in_the_forms_of_a_single_run(ask, runs_dir, data_dir, tmp_path):
    words = ("--over", RATES, "--over", SEEDS)
    run_id = ask("sweep", "circle", *SMALL, *words).last["run"]
    sweep = Store(runs_dir).get(run_id).sweep
    assert sweep is not None
    experiment = tmp_path / "one.json"
    assert ask("export", run_id, "--net", "4", "--format", "json", "--out", experiment).status == 0
    assert experiment.read_text().strip() == sweep.nets[4].experiment.to_json(indent=1)
    again = ask("train", experiment).last
    assert again["train_loss"] == figures_alone(sweep, 4, data_dir).train_loss
    for form in ("csv", "safetensors", "zip", "onnx", "tensorboard"):
        out = tmp_path / form
        assert ask("export", run_id, "--net", "4", "--format", form, "--out", out).status == 0
        assert out.stat().st_size > 100
    rows = list(csv.DictReader(io.StringIO((tmp_path / "csv").read_text())))
    assert rows[-1]["rows"] == "end"
    assert float(rows[-1]["train_loss"]) == again["train_loss"]


@pytest.mark.slow
def test_the_script_of_one_network_prints_its_very_loss(ask, runs_dir, data_dir, tmp_path):
    run_id = ask("sweep", "circle", *SMALL, "--over", RATES, "--over", SEEDS).last["run"]
    sweep = Store(runs_dir).get(run_id).sweep
    assert sweep is not None
    script = tmp_path / "net.py"
    words = ("export", run_id, "--net", "3", "--format", "script-module", "--out", script)
    assert ask(*words).status == 0
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    expected = figures_alone(sweep, 3, data_dir).train_loss
    assert done.stdout.split()[-2:] == ["train_loss", repr(expected)]


def test_a_sweep_is_listed_as_one(ask):
    last = ask("sweep", "circle", *SMALL, "--over", SEEDS, "--name", "seeds").last
    assert "seeds (sweep of 2)" in ask("runs").out
    (listed,) = json.loads(ask("runs", "--json").out)
    assert listed["sweep"] == {"nets": 2, "axes": {"model.seed": 2}}
    assert listed["val_loss"] == last["best"]["val_loss"]


def test_networks_that_diverged_are_named_and_the_others_have_figures(ask):
    words = ("--set", "training.epochs=60", "--set", "training.optimizer.kind=sgd")
    answer = ask("sweep", "curve-fit", *words, "--over", "training.optimizer.lr=0.001,1000.0")
    assert answer.status == 0
    assert (answer.last["status"], answer.last["best"]["net"]) == ("finished", 0)
    assert "1 of 2 networks diverged: 1." in answer.err
    answer = ask("sweep", "curve-fit", *words, "--over", "training.optimizer.lr=900.0,1000.0")
    assert (answer.status, answer.last["status"], answer.last["best"]) == (1, "diverged", None)


# Where a sweep comes from ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("circle",), "--over"),
        (("nosuch", "--over", SEEDS), "Valid: "),
        (("circle", "--over", "training.optimizer.rate=0.1,0.2"), "Unknown name 'rate'"),
        (("circle", "--over", "colour=1,2"), "activation, width, depth, optimizer"),
        (("circle", "--over", "training.optimizer.lr=0.1,-1"), "training.optimizer.lr"),
        (("circle", "--over", "training.batch_size=0..3"), "batch_size"),
        (("circle", "--over", "activation=relu,tan"), "Did you mean 'tanh'"),
        (("circle", "--over", "model.seed=0..999", "--over", "data.seed=0..999"), "1,000,000"),
        (("circle", "--over", "model.seed=0..1000000"), "at most 1,024"),
        (("circle", "--over", "model.seed=7..0"), "empty"),
        (("circle", "--over", "model.seed="), "at least one value"),
        (("circle", "--over", "model.seed"), "write path=values"),
        (("circle", "--over", "training.optimizer.lr=log:0..1:3"), "above 0"),
        (("circle", "--over", SEEDS, "--over", "model.seed=1", "--sample", "0"), "sample.count"),
        (("circle", "--over", SEEDS, "--set", "training.epochs=0"), "training.epochs"),
        (("circle", "--over", SEEDS, "--name", ""), "name"),
        (("circle", "--over", "model.layers.0.kind=linear,conv"), "Axis model.layers.0.kind"),
        (("digits-mlp", "--over", "training.optimizer.rate=0.1"), "Unknown name 'rate'"),
    ],
)
def test_what_makes_no_sweep_is_refused_in_one_line_before_anything_starts(
    ask, runs_dir, words, mend
):
    answer = ask("sweep", *words)
    assert answer.status == 2
    assert answer.out == ""
    (line,) = answer.err.splitlines()
    assert line.startswith("nnlab: ")
    assert mend in line
    assert not runs_dir.exists() or not list(runs_dir.iterdir())


def test_a_sweep_that_does_not_fit_in_memory_is_refused_before_anything_starts(
    ask, runs_dir, monkeypatch
):
    monkeypatch.setattr("nnlab.library.here.sweeping.free_memory", lambda: 10_000_000)
    big = ("--set", "training.batch_size=1000", "--set", "data.points=2000", "--over", "width=512")
    answer = ask("sweep", "circle", "--over", "model.seed=0..9", *big)
    assert answer.status == 2
    assert "10 networks of this sweep need" in answer.err
    assert "take fewer or smaller networks" in answer.err
    assert not runs_dir.exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"axes": 3}', '{"axes": [], "experiment": {}}'])
def test_a_file_that_holds_no_sweep_is_named(ask, tmp_path, content):
    file = tmp_path / "bad.json"
    file.write_text(content)
    answer = ask("sweep", file, "--over", SEEDS)
    assert answer.status == 2
    assert str(file) in answer.err


# What is for one network -----------------------------------------------------------------------


def test_other_commands_say_what_to_do_with_a_sweep(ask, tmp_path):
    run_id = ask("sweep", "circle", *SMALL, "--over", SEEDS).last["run"]
    single = ask("train", "circle", *SMALL).last["run"]
    said = ask("export", run_id, "--format", "script-module")
    assert said.status == 2
    assert "--net 0" in said.err
    assert "csv, parquet, json" in said.err
    assert "networks 0 to 1" in ask("export", run_id, "--net", "2", "--format", "json").err
    assert "of one network" in ask("export", single, "--net", "0", "--format", "json").err
    assert "csv" in ask("export", single, "--format", "parquet").err
    picture = tmp_path / "digit.png"
    said = ask("predict", run_id, picture)
    assert said.status == 2
    assert "sweep of 2 networks" in said.err


def test_ctrl_c_stops_a_sweep_and_keeps_it(runs_dir, data_dir):
    words = ("sweep", "circle", "--set", "training.epochs=1000000", "--over", SEEDS)
    process = subprocess.Popen(
        [sys.executable, "-m", "nnlab", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | {"NNLAB_RUNS_DIR": str(runs_dir), "NNLAB_DATA_DIR": str(data_dir)},
    )
    store = Store(runs_dir)
    deadline = time.monotonic() + 120
    while not (store.summaries() and store.summaries()[0].status == "running"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    last = json.loads(out.splitlines()[-1])
    assert (process.returncode, last["status"], last["nets"]) == (0, "stopped", 2)
    assert "stopping" in err
    assert last["best"]["train_loss"] > 0


def test_nothing_that_is_asked_for_wrongly_makes_a_run(ask, runs_dir):
    answer = ask("sweep", "circle", "--over", SEEDS, "--set", "training.epochs")
    assert answer.status == 2
    assert not runs_dir.exists()
