"""`nnlab.train`: the same run as the command line's and the pages'."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import nnlab
from nnlab.data.registry import load
from nnlab.recipes import RECIPES
from nnlab.runs.store import Store
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit
from tests.library.conftest import QUICK, STEEP

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_figures_are_those_of_fit_to_the_last_digit(circle, data_dir):
    experiment = RECIPES["circle"].experiment.with_all(QUICK.items())
    *_, ended = fit(experiment, load(experiment.data, data_dir))
    assert isinstance(ended, FitEnded)
    assert circle.experiment == experiment
    assert circle.result["train_loss"] == ended.train_loss
    assert circle.result["val_accuracy"] == ended.val_accuracy


def test_a_run_from_python_is_a_run_like_any_other(circle, runs_dir):
    (summary,) = Store(runs_dir).summaries()
    assert (summary.run.id, summary.meta.name) == (circle.id, circle.name)
    assert (summary.meta.recipe, summary.status, circle.status) == (
        "circle",
        "finished",
        "finished",
    )


@pytest.mark.parametrize("form", ["recipe", "experiment", "dict", "path", "text path"])
def test_an_experiment_is_named_in_many_ways(form, circle, tmp_path):
    file = tmp_path / "mine.json"
    file.write_text(circle.experiment.to_json())
    what = {
        "recipe": "circle",
        "experiment": circle.experiment,
        "dict": json.loads(file.read_text()),
        "path": file,
        "text path": str(file),
    }[form]
    changes = QUICK if form == "recipe" else None
    run = nnlab.train(what, changes, progress=False)
    assert run.experiment == circle.experiment
    assert run.result == circle.result
    assert run.name == ("mine" if "path" in form else "circle")


def test_changes_come_as_a_dict_or_by_name_and_as_numbers_of_any_library(runs_dir):
    run = nnlab.train(
        "circle",
        {"training.epochs": np.int64(1)},
        **{"training.optimizer.lr": np.float32(0.5)},
        name="mine",
        runs=runs_dir / "elsewhere",
        progress=False,
    )
    assert run.experiment.training.epochs == 1
    assert run.experiment.training.optimizer.lr == 0.5
    assert run.name == "mine"
    assert run.path == runs_dir / "elsewhere" / run.id


def test_the_bar_is_on_stderr_and_only_where_it_is_asked_for(capsys):
    nnlab.train("circle", QUICK, progress=False)
    assert capsys.readouterr() == ("", "")
    run = nnlab.train("circle", QUICK)
    out, err = capsys.readouterr()
    assert out == ""
    assert run.id in err


def test_a_run_that_diverges_comes_back_and_says_so(capsys):
    run = nnlab.train(STEEP, progress=False)
    assert run.status == "diverged"
    assert capsys.readouterr().err == ""
    nnlab.train(STEEP)
    assert "Lower training.optimizer.lr" in capsys.readouterr().err


def test_data_that_are_not_here_are_an_error_that_says_what_to_do(runs_dir):
    with pytest.raises(nnlab.NnlabError, match="MNIST is not on this computer"):
        nnlab.train("mnist-mlp", progress=False)


def test_ctrl_c_stops_the_run_gives_it_back_and_it_can_go_on():
    def press() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any(run.status == "running" and len(run.history) for run in nnlab.runs()):
                return os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
        return None

    presser = threading.Thread(target=press)
    presser.start()
    run = nnlab.train("spiral", {"training.epochs": 100_000}, progress=False)
    presser.join()
    assert run.status == "stopped"
    stopped_at = run.history.index[-1]
    assert run.network() is not None
    branch = run.branch(0, {"training.epochs": 1}, progress=False)
    assert branch.status == "finished"
    assert stopped_at > 0


def test_a_stopped_run_goes_on_to_the_very_end_that_it_would_have_had(tmp_path, circle):
    code = (
        "import os, signal, nnlab\n"
        "from nnlab.library.here import training\n"
        "train = training.train_run\n"
        "def stopping(*given, **named):\n"
        "    for event in train(*given, **named):\n"
        "        yield event\n"
        "        if (event.type, event.step) == ('epoch_ended', 8):\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "training.train_run = stopping\n"
        f"run = nnlab.train('circle', {QUICK!r}, progress=False)\n"
        "assert run.status == 'stopped', run.status\n"
        "training.train_run = train\n"
        "print(repr(run.resume(progress=False).result['train_loss']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == repr(circle.result["train_loss"])


@pytest.mark.parametrize(
    ("given", "named", "said"),
    [
        ((3,), {}, "a recipe's id, a path"),
        ((None,), {}, "a recipe's id, a path"),
        (("spirall",), {}, "Did you mean 'spiral'"),
        (("rate-or-seed",), {}, "is a sweep"),
        (("absent.json",), {}, "cannot be read"),
        (("a\0b",), {}, "Unknown recipe"),
        (("a" * 5000,), {}, "Unknown recipe"),
        (({},), {}, "data: missing"),
        (("spiral", ["a"]), {}, "a dict of paths and values"),
        (("spiral", {3: 4}), {}, "is a text"),
        (("spiral", {"training.epochs": object()}), {}, "valid integer"),
        (("spiral", {"training.epochs": 0}), {}, "greater than or equal to 1"),
        (("spiral",), {"epochs": 3}, "Unknown name 'epochs'"),
        (("spiral",), {"name": 5}, "A run's name is a text"),
        (("spiral",), {"name": ""}, "1 to 80 characters"),
        (("spiral",), {"runs": 5}, "is a path"),
        (("spiral",), {"runs": "a\0b"}, "the character 0"),
        (("circle", {"model.layers.2.out_features": 7}), {}, "7"),
    ],
)
def test_a_mistake_is_told_with_its_mend_and_makes_no_run(given, named, said, runs_dir):
    with pytest.raises(nnlab.NnlabError, match=said):
        nnlab.train(*given, **named)
    assert not runs_dir.exists()
