"""Recorded runs on the command line: listed, exported, and refused where the lab has to train."""

import json
from pathlib import Path

from nnlab.runs.store import Store
from tests.cli.conftest import Ask
from tests.runs.recorded.made import make_recorded


def test_runs_lists_them_with_their_figures_and_says_recorded(ask: Ask, runs_dir: Path) -> None:
    rows = [{"loss": 0.5, "val_loss": 0.25, "val_acc": 0.75}]
    run = make_recorded(Store(runs_dir), "my loop", rows)
    (line,) = [line for line in ask("runs").out.splitlines() if line.startswith(run.id)]
    assert "my loop (recorded)" in line
    assert "finished" in line
    assert line.split()[-2:] == ["0.25", "75.00%"]
    (found,) = json.loads(ask("runs", "--json").out)
    assert found["recorded"] == "MyNet"
    assert (found["train_loss"], found["val_loss"], found["val_accuracy"]) == (0.5, 0.25, 0.75)
    assert "data" not in found


def test_export_writes_its_metrics_and_finds_it_by_the_beginning_of_its_id_or_its_folder(
    ask: Ask, runs_dir: Path, tmp_path: Path
) -> None:
    run = make_recorded(Store(runs_dir))
    out = tmp_path / "metrics.csv"
    for typed in (run.id, run.id[:-2], run.path):
        out.unlink(missing_ok=True)
        assert ask("export", typed, "--format", "csv", "--out", out).status == 0
        assert out.read_text().splitlines()[0] == "step,epoch,seconds,loss,acc"


def test_a_script_and_a_prediction_are_refused_in_one_sentence(ask: Ask, runs_dir: Path) -> None:
    run = make_recorded(Store(runs_dir))
    for words in (("export", run.id, "--format", "script-module"), ("predict", run.id, "a.png")):
        answer = ask(*words)
        assert answer.status == 2
        assert "recording of somebody's own loop" in answer.err
