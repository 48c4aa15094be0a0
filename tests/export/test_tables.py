import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from nnlab import recipes
from nnlab.config import Experiment
from nnlab.export.tables import experiment_json, metrics_csv
from nnlab.export.tensorboard import event_file
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.training.events import EpochEnded, FitEnded, Progress

Trained = Callable[..., tuple[Run, float]]

DIGITS = recipes.get("digits-mlp").experiment.with_set("training.epochs", 3)


@pytest.fixture
def run(trained: Trained) -> Run:
    return trained(DIGITS)[0]


def test_the_csv_holds_every_row_of_the_log_to_the_last_digit(run: Run) -> None:
    events = EventReader(run.path).read_new()
    rows = list(csv.DictReader(io.StringIO(metrics_csv(run))))
    kinds = {"progress": Progress, "epoch": EpochEnded, "end": FitEnded}
    for name, kind in kinds.items():
        logged = [event for event in events if isinstance(event, kind)]
        table = [row for row in rows if row["rows"] == name]
        assert len(table) == len(logged)
        for row, event in zip(table, logged, strict=True):
            assert int(row["step"]) == event.step
            for column in ("train_loss", "val_loss", "val_accuracy", "lr", "seconds"):
                value = getattr(event, column, None)
                assert row[column] == ("" if value is None else repr(value))
    assert [row["rows"] for row in rows].count("epoch") == 3
    steps = [int(row["step"]) for row in rows]
    assert steps == sorted(steps)


def test_pandas_reads_the_csv(run: Run) -> None:
    table = pd.read_csv(io.StringIO(metrics_csv(run)))
    ended = EventReader(run.path).read_new()[-1]
    assert isinstance(ended, FitEnded)
    assert table["train_loss"].iloc[-1] == pytest.approx(ended.train_loss, rel=1e-15)


def test_the_json_is_the_experiment(run: Run) -> None:
    text = experiment_json(run)
    assert json.loads(text)["training"]["epochs"] == 3
    assert Experiment.from_json(text) == DIGITS


def test_tensorboard_reads_the_curves(run: Run, tmp_path: Path) -> None:
    (tmp_path / f"{run.id}.tfevents").write_bytes(event_file(run))
    curves = EventAccumulator(str(tmp_path)).Reload()
    epochs = [e for e in EventReader(run.path).read_new() if isinstance(e, EpochEnded)]
    shown = curves.Scalars("epoch/val_loss")
    assert [scalar.step for scalar in shown] == [event.step for event in epochs]
    assert [scalar.value for scalar in shown] == pytest.approx([e.val_loss for e in epochs])
    seconds = shown[-1].wall_time - shown[0].wall_time
    assert seconds == pytest.approx(epochs[-1].seconds - epochs[0].seconds, abs=1e-3)
    assert "end/train_loss" in curves.Tags()["scalars"]
