"""Files of a sweep that were altered: lines are passed over, and what does not fit is said."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError

from nnlab.errors import RunDamagedError
from nnlab.export import export
from nnlab.runs.record.checkpoints import list_checkpoints, load_sweep_checkpoint
from nnlab.runs.store import Run, Store
from nnlab.runs.sweeps.alone import train_alone
from nnlab.runs.workers.worker import train
from nnlab.training.events import from_line, to_line
from tests.runs.sweeps.bench import begun, figures, over, sweep_of


@pytest.fixture
def run(runs_dir: Path, data_dir: Path) -> Run:
    given = sweep_of(epochs=1)
    made = Store(runs_dir).create(given.experiment, sweep=given, name="a sweep")
    list(train(made, data_dir=data_dir))
    return made


@pytest.mark.parametrize(
    ("event", "changed"),
    [
        (begun(), {"nets": 10**9}),
        (begun(), {"nets": -5}),
        (begun(), {"step": 10**30}),
        (over(1, 5), {"net": -1}),
        (figures(5, 0.1, 0.2), {"steps": [5]}),
        (figures(5, 0.1, 0.2), {"steps": [5, 10**30]}),
        (figures(5, 0.1, 0.2), {"first": -1}),
    ],
)
def test_a_line_that_no_sweep_writes_is_no_event(event, changed: dict[str, Any]):
    said = json.loads(to_line(event))
    assert from_line(json.dumps(said).encode()) == event
    with pytest.raises(ValidationError):
        from_line(json.dumps(said | changed).encode())


@pytest.mark.parametrize(("form", "net"), [("csv", None), ("script-module", 1)])
def test_a_sweep_with_other_networks_than_its_events_is_named(run: Run, form, net):
    said = json.loads((run.path / "sweep.json").read_text())
    said["axes"][1]["values"] = "0..9"
    (run.path / "sweep.json").write_text(json.dumps(said))
    with pytest.raises(RunDamagedError, match=r"are of 4 networks, and its sweep\.json makes 20"):
        export(run, form, net)


def test_a_sweep_with_the_events_of_one_network_is_named(run: Run):
    log = run.path / "events.jsonl"
    log.write_text(log.read_text().replace('"nets":4', '"nets":null'))
    with pytest.raises(RunDamagedError, match="are of 0 networks"):
        export(run, "script-module", 1)


def test_a_checkpoint_of_other_networks_is_named(run: Run, runs_dir: Path):
    for path in list_checkpoints(run.path):
        state = load_sweep_checkpoint(path)
        state["stacks"][0]["members"] = [99]
        torch.save(state, path)
    with pytest.raises(RunDamagedError, match=r"is not of the networks that sweep\.json says"):
        train_alone(Store(runs_dir), run, 1, owner="local", name="alone")
