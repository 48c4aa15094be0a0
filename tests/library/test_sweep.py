"""`nnlab.sweep`: many networks, each with the numbers of its own run."""

import csv
import io
from itertools import count

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

import nnlab
from nnlab.config.axis import Axis
from tests.library.conftest import QUICK, STEEP
from tests.runs.search.bench import LR, search_sweep

AXES = {"training.optimizer.lr": [0.01, 0.1], "model.seed": range(2)}


@pytest.fixture
def swept(runs_dir, data_dir) -> nnlab.Sweep:
    return nnlab.sweep("circle", AXES, QUICK, progress=False)


def test_each_row_has_the_figures_of_the_network_trained_alone(swept):
    table = swept.table
    assert table.index.tolist() == [0, 1, 2, 3]
    assert table["training.optimizer.lr"].tolist() == [0.01, 0.01, 0.1, 0.1]
    assert table["model.seed"].tolist() == [0, 1, 0, 1]
    assert swept.best == table["val_loss"].idxmin()
    for net in swept.sweep.nets[:2]:
        alone = nnlab.train(net.experiment, progress=False)
        assert alone.result["val_loss"] == table.loc[net.number, "val_loss"]
        for mine, other in zip(
            swept.network(net.number).parameters(), alone.network().parameters(), strict=True
        ):
            assert torch.equal(mine, other)


def test_values_come_as_lists_ranges_arrays_or_as_the_command_line_writes_them(swept):
    again = nnlab.sweep(
        "circle",
        {"training.optimizer.lr": np.array([0.01, 0.1]), "model.seed": "0..1"},
        **QUICK,
        name="again",
        progress=False,
    )
    assert again.sweep.points == swept.sweep.points
    assert again.table["val_loss"].tolist() == swept.table["val_loss"].tolist()
    assert again.name == "again"
    drawn = nnlab.sweep("circle", AXES, QUICK, sample=2, progress=False)
    assert len(drawn.table) == 2


def test_the_figures_hold_every_network_and_the_best_one(swept):
    assert {"loss", "accuracy", "val_loss", "train_loss"} <= set(swept.figures)
    for name in swept.figures:
        assert go.Figure(swept.figure(name).to_dict(), skip_invalid=False).data
    last = swept.history.iloc[-1]
    assert last.tolist() == swept.table["val_loss"].tolist()
    best = swept.figure("loss").data[-1]
    assert list(best.y)[-1] == swept.table["val_loss"].min()


def test_all_or_one_of_them_is_exported(swept, tmp_path):
    rows = list(csv.DictReader(io.StringIO(swept.export("csv").decode())))
    assert [row["net"] for row in rows] == ["0", "1", "2", "3"]
    path = swept.export("json", tmp_path / "one.json", net=3)
    assert nnlab.Experiment.from_json(path.read_text()) == swept.sweep.nets[3].experiment
    assert swept.export("parquet", tmp_path / "all").read_bytes().startswith(b"PAR1")
    assert len(swept.export("onnx", net=0)) > 100


def test_a_search_names_the_run_of_each_trial(runs_dir):
    given = search_sweep(Axis(path=LR, values=(0.0001, 0.01)), trials=2)
    found = nnlab.sweep(given, progress=False)
    assert found.status == "finished"
    assert found.table.loc[found.best, LR] == 0.01
    trial = nnlab.open(found.table.loc[found.best, "run"])
    assert isinstance(trial, nnlab.Run)
    for mine, other in zip(
        found.network(found.best).parameters(), trial.network().parameters(), strict=True
    ):
        assert torch.equal(mine, other)
    assert go.Figure(found.figure().to_dict(), skip_invalid=False).data
    with pytest.raises(nnlab.NnlabError, match="has no network 7"):
        found.network(7)


def test_where_all_diverged_none_is_the_best():
    found = nnlab.sweep(STEEP, {"model.seed": [0, 1]}, progress=False)
    assert set(found.table["status"]) == {"diverged"}
    with pytest.raises(nnlab.NnlabError, match=r"No network of .*: 2 diverged"):
        _ = found.best
    assert go.Figure(found.figure().to_dict(), skip_invalid=False).data


@pytest.mark.parametrize(
    ("given", "named", "said"),
    [
        (("circle",), {}, "say what varies"),
        (("circle", ["a"]), {}, "a dict of paths and their values"),
        (("circle", {3: [1]}), {}, "is a text"),
        (("circle", {"model.seed": 3}), {}, "values of model.seed are a list .* got 3"),
        (("circle", {"model.seed": [[1]]}), {}, "values of model.seed are a list"),
        (("circle", {"model.seed": count()}), {}, "items belong here"),
        (("circle", {"model.seed": []}), {}, "at least one value"),
        (("circle", {"model.sead": [1, 2]}), {}, "Unknown name 'sead'"),
        (("circle", AXES), {"sample": "many"}, "whole number"),
        (("circle", AXES), {"sample": 0}, "sample.count"),
        (("circle", AXES), {"name": 5}, "is a text"),
        (("circle", AXES, ["a"]), {}, "a dict of paths and values"),
        ((5, AXES), {}, "begins with a recipe's id"),
        (("cirkle", AXES), {}, "Did you mean 'circle'"),
    ],
)
def test_a_mistake_is_told_with_its_mend_and_makes_no_run(given, named, said, runs_dir):
    with pytest.raises(nnlab.NnlabError, match=said):
        nnlab.sweep(*given, **named)
    assert not runs_dir.exists()


@pytest.mark.parametrize("number", [99, -1, "a", 1.5, None])
def test_a_network_that_there_is_not_is_told(swept, number):
    with pytest.raises(nnlab.NnlabError, match=r"not among them|whole number"):
        swept.network(number)
    with pytest.raises(nnlab.NnlabError, match="name one"):
        swept.export("onnx")
