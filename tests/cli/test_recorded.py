"""Recorded runs on the command line: listed, exported, and refused where the lab has to train."""

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from nnlab.drawing import read_image, split
from nnlab.runs.store import Store
from tests.cli.conftest import Ask, picture
from tests.runs.recorded.made import make_recorded
from tests.runs.recorded.recordings import recorded


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


def test_a_script_and_a_prediction_of_no_pictures_are_refused_in_one_sentence(
    ask: Ask, runs_dir: Path
) -> None:
    run = make_recorded(Store(runs_dir))
    for words in (("export", run.id, "--format", "script-module"), ("predict", run.id, "a.png")):
        answer = ask(*words)
        assert answer.status == 2
        assert "recording" in answer.err


@pytest.mark.parametrize("scaled", [False, True], ids=["0 to 1", "normalised"])
def test_predict_reads_a_digit_with_a_network_of_somebodys_own(
    ask: Ask, runs_dir: Path, tmp_path: Path, scaled: bool
) -> None:
    """It counts the ink in ten bands of the picture: an answer that a formula can be held to."""
    bands = nn.Linear(784, 10, bias=False)
    with torch.no_grad():
        rows = torch.arange(784) // 28
        bands.weight.copy_((rows[None] * 10 // 28 == torch.arange(10)[:, None]).float() / 50)
    x = torch.rand(20, 1, 28, 28)
    x = x * 2 - 1 if scaled else x
    x[0, 0, 0, :2] = torch.tensor([-1.0, 1.0]) if scaled else torch.tensor([0.0, 1.0])
    model = nn.Sequential(nn.Flatten(), bands)
    run = recorded(Store(runs_dir), model, x, torch.arange(20) % 10, task="classification")
    path = tmp_path / "ink.png"
    picture(3, side=200, dark_on_light=True).save(path)
    answer = ask("predict", run.id, path)
    assert answer.status == 0
    (piece,) = split(read_image(str(path)))
    drawn = torch.from_numpy(piece.made.result)[None, None]
    expected = model(drawn * 2 - 1 if scaled else drawn).softmax(1)[0].tolist()
    assert answer.last["probabilities"] == pytest.approx(expected, rel=1e-4)
    assert answer.last["prediction"] == expected.index(max(expected))
