"""`python -m nnlab train`."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sklearn.metrics import accuracy_score

from nnlab.cli.main import main
from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.recipes import RECIPES
from nnlab.runs.network import load_network
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Store
from nnlab.runs.testset import open_test
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit

REPOSITORY = Path(__file__).resolve().parents[2]
FIELDS = [
    "run", "status", "step", "epoch", "seconds",
    "train_loss", "train_accuracy", "val_loss", "val_accuracy",
]  # fmt: skip


def test_the_last_line_holds_the_figures_that_fit_gives_to_the_last_digit(ask, data_dir):
    words = ("train", "spiral", "--set", "training.steps=50")
    first, again = ask(*words), ask(*words)
    assert first.status == again.status == 0
    experiment = RECIPES["spiral"].experiment.with_set("training.steps", 50)
    *_, ended = fit(experiment, load(experiment.data, data_dir))
    assert isinstance(ended, FitEnded)
    assert list(first.last) == FIELDS
    assert (first.last["status"], first.last["step"], first.last["epoch"]) == ("finished", 50, 2)
    for figure in FIELDS[5:]:
        assert first.last[figure] == again.last[figure] == getattr(ended, figure)
    assert repr(ended.train_loss) in first.out


def test_a_run_of_the_command_line_is_a_run_like_any_other(ask, runs_dir):
    answer = ask("train", "circle", "--set", "training.steps=30", "--name", "my ring")
    run = Store(runs_dir).get(answer.last["run"])
    assert (run.meta.name, run.meta.recipe, run.status()) == ("my ring", "circle", "finished")
    assert run.experiment == RECIPES["circle"].experiment.with_set("training.steps", 30)
    live = load_live(run.path)
    assert live is not None
    assert live[0] == 30
    assert History(EventReader(run.path).read_new()).step == 30


def test_runs_go_where_the_option_says(ask, runs_dir, tmp_path):
    answer = ask("train", "xor", "--set", "training.steps=5", "--runs", tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / answer.last["run"] / "events.jsonl").is_file()
    assert not runs_dir.exists()


def test_a_json_file_trains_as_the_recipe_that_it_was_written_from(ask, tmp_path):
    file = tmp_path / "mine.json"
    file.write_text(RECIPES["moons"].experiment.with_set("training.steps", 20).to_json())
    from_file = ask("train", file)
    from_recipe = ask("train", "moons", "--set", "training.steps=20")
    assert from_file.last["train_loss"] == from_recipe.last["train_loss"]


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("training.optimizer.lr=0.25", "training.optimizer.lr", 0.25),
        ("data.kind=gauss", "data.kind", "gauss"),
        ('training.schedule={"kind": "cosine"}', "training.schedule", {"kind": "cosine"}),
        ("training.zero_grad=false", "training.zero_grad", False),
        ("training.batch_size=all", "training.batch_size", "all"),
    ],
)
def test_set_takes_json_and_otherwise_text(ask, runs_dir, text, path, value):
    answer = ask("train", "circle", "--set", text, "--set", "training.steps=3")
    expected = RECIPES["circle"].experiment.with_set(path, value).with_set("training.steps", 3)
    assert Store(runs_dir).get(answer.last["run"]).experiment == expected


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["spirall"], "Did you mean 'spiral'? Or give the path of an experiment"),
        (["nowhere.json"], "'nowhere.json' cannot be read (No such file or directory)"),
        (["circle", "--set", "training.steps"], "--set takes PATH=VALUE"),
        (["circle", "--set", "=3"], "--set takes PATH=VALUE"),
        (["circle", "--set", "training.lr=1"], "training.lr: Unknown name 'lr'"),
        (["circle", "--set", "training.optimizer.lr=-1"], "training.optimizer.lr: "),
        (["circle", "--set", "training.optimizer.lr=NaN"], "training.optimizer.lr: "),
        (["circle", "--set", "training.optimizer.kind=adamm"], "Did you mean 'adam'?"),
        (["circle", "--set", "model.layers.2.out_features=3"], "the data need 2 values"),
        (["circle", "--name", " "], "A run's name has 1 to 80 characters"),
        (["circle", "--open-test"], "'circle' has no test set of its own"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_one_line_and_leaves_no_run(
    ask, runs_dir, words, says
):
    answer = ask("train", *words)
    assert answer.status == 2
    assert answer.out == ""
    (line,) = answer.err.splitlines()
    assert line.startswith("nnlab: ")
    assert says in line
    assert not runs_dir.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"data": {"kind": "circle"}}', "\xff\x00"])
def test_a_file_that_is_no_experiment_is_named(ask, tmp_path, text):
    file = tmp_path / "broken.json"
    file.write_bytes(text.encode("latin-1"))
    answer = ask("train", file)
    assert answer.status == 2
    assert "broken.json: " in answer.err


def test_a_run_that_diverges_says_at_which_step_and_exits_with_1(ask, tmp_path):
    file = tmp_path / "steep.json"
    experiment = {
        "data": {"kind": "plane"},
        "model": {"layers": [{"kind": "linear", "out_features": 1}]},
        "training": {"loss": "mse", "optimizer": {"kind": "sgd", "lr": 100}, "steps": 3000},
    }
    file.write_text(json.dumps(experiment))
    answer = ask("train", file)
    assert answer.status == 1
    assert answer.last["status"] == "diverged"
    assert "train_loss" not in answer.last
    assert "Diverged at step " in answer.err
    assert "Lower training.optimizer.lr (now 100)" in answer.err


def test_absent_data_fail_the_run_with_the_reason(ask, data_dir):
    answer = ask("train", "mnist-mlp")
    assert answer.status == 1
    assert answer.last["status"] == "failed"
    assert str(data_dir) in answer.err


def test_the_test_set_is_opened_on_demand_alone_and_the_look_is_counted(ask, runs_dir, data_dir):
    words = ("train", "digits-mlp", "--set", "training.epochs=2")
    sealed, opened = ask(*words), ask(*words, "--open-test")
    assert "test_accuracy" not in sealed.last
    assert 0 < opened.last["test_accuracy"] <= 1
    run = Store(runs_dir).get(opened.last["run"])
    network, _ = load_network(run)
    test = load(run.experiment.data, data_dir).test
    assert test is not None
    guesses = network(test.x).argmax(1).numpy()
    assert opened.last["test_accuracy"] == accuracy_score(test.y.numpy(), guesses)
    peeks = [len(Store(runs_dir).get(a.last["run"]).meta.peeks) for a in (sealed, opened)]
    assert peeks == [0, 1]
    assert sealed.last["train_loss"] == opened.last["train_loss"]


@pytest.mark.parametrize("test", ["at_end", "validates"])
def test_an_experiment_that_looks_at_the_test_set_by_itself_says_what_it_saw(
    ask, runs_dir, data_dir, test
):
    answer = ask("train", "digits-mlp", "--set", "training.epochs=2", "--set", f"data.test={test}")
    run = Store(runs_dir).get(answer.last["run"])
    assert len(run.meta.peeks) == 1
    assert answer.last["test_accuracy"] == open_test(run, data_dir).test_accuracy


def test_points_have_no_test_set_to_open(ask, runs_dir, data_dir):
    run = Store(runs_dir).get(ask("train", "xor", "--set", "training.steps=3").last["run"])
    with pytest.raises(NnlabError, match="'xor' has no test set of its own"):
        open_test(run, data_dir)
    assert run.meta.peeks == ()


def test_a_program_of_its_own_stops_at_ctrl_c_and_keeps_its_checkpoint(runs_dir):
    command = [
        sys.executable,
        "-m",
        "nnlab",
        "train",
        "spiral",
        "--set",
        "training.steps=900000000",
    ]
    with subprocess.Popen(
        [*command, "--set", "training.epochs=1000000"],
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        while process.poll() is None and not any(runs_dir.glob("*/live.safetensors")):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    figures = json.loads(out.splitlines()[-1])
    assert figures["status"] == "stopped"
    assert figures["train_loss"] > 0
    kept = sorted((runs_dir / figures["run"] / "checkpoints").glob("[0-9]*.pt"))
    assert int(kept[-1].stem) == figures["step"]
    assert "Traceback" not in err


def test_bad_usage_is_argparse_s_own(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["train"])
    assert ended.value.code == 2
    assert "RECIPE|FILE.json" in capsys.readouterr().err
