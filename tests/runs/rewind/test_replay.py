"""Rewind and branch: any past step comes back bit for bit, and goes on with something changed."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from nnlab.config import Adam, Experiment, Model, OneCycleSchedule, PlaneClasses, Training, mlp
from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.branch import branch
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.controls import Control, Set
from nnlab.training.fit import fit

EXPERIMENT = Experiment(
    data=PlaneClasses(kind="xor", points=60),
    model=Model(layers=mlp(6, 5, outputs=2, activation="tanh", dropout=0.2)),
    training=Training(
        optimizer=Adam(kind="adam", lr=0.01), schedule=OneCycleSchedule(), batch_size=8, steps=60
    ),
)


class Script:
    """Asks at given steps, as a person would."""

    def __init__(self, asked: dict[int, Control]) -> None:
        self._asked = dict(asked)

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        return [self._asked.pop(step)] if step in self._asked else []


def checkpoint_at(*steps: int) -> dict[int, Control]:
    return {step: Control(id=f"keep-{step}", at=0, do="checkpoint") for step in steps}


def change(path: str, value: object) -> Control:
    return Control(id=path, at=0, set=Set(path=path, value=value))


def trained(runs_dir: Path, data_dir: Path, asked: dict[int, Control]) -> Run:
    run = Store(runs_dir).create(EXPERIMENT, name="parent")
    for _ in train(run, data_dir=data_dir, controls=Script(asked)):
        pass
    return run


def weights_after(steps: int, asked: dict[int, Control], data_dir: Path) -> dict[str, torch.Tensor]:
    """An independent way to the same moment: an unbroken run, looked at when it gets there."""
    stop = {steps: Control(id="look", at=0, do="checkpoint")}
    running = fit(EXPERIMENT, load(EXPERIMENT.data, data_dir), controls=Script(asked | stop))
    for event in running:
        if event.type == "control_applied" and event.id == "look":
            return running.weights()
    raise AssertionError(f"the run never came to step {steps}")


@pytest.mark.parametrize("step", [1, 19, 20, 33, 59])
def test_any_past_step_is_had_bit_for_bit_with_live_changes(
    runs_dir: Path, data_dir: Path, step: int
) -> None:
    changes = {
        7: change("training.optimizer.lr", 0.05),
        25: change("weights.0.weight.1.0", 0.5),
    }
    run = trained(runs_dir, data_dir, changes | checkpoint_at(20, 40))
    assert [int(path.stem) for path in list_checkpoints(run.path)] == [20, 40, 60]

    state = state_at(run, step, data_dir)

    expected = weights_after(step, changes, data_dir)
    assert state["step"] == step
    assert all(torch.equal(state["model"][name], value) for name, value in expected.items())


def test_a_step_that_never_was_is_refused(runs_dir: Path, data_dir: Path) -> None:
    run = trained(runs_dir, data_dir, {})
    with pytest.raises(NnlabError, match=r"steps 0 to 60: step 61 is not among them"):
        state_at(run, 61, data_dir)


def test_a_branch_goes_on_as_if_the_change_had_been_made_live(
    runs_dir: Path, data_dir: Path
) -> None:
    parent = trained(runs_dir, data_dir, checkpoint_at(20))
    twin = branch(
        Store(runs_dir), parent, 33, {"training.optimizer.lr": 0.2}, name="b", data_dir=data_dir
    )
    for _ in train(twin, data_dir=data_dir, controls=FileControls(twin.path, 0, lambda: False)):
        pass

    history = History(EventReader(twin.path).read_new())
    assert (twin.meta.parent, twin.meta.parent_step) == (parent.id, 33)
    assert [(c.step, c.set) for c in history.controls] == [
        (33, {"path": "training.optimizer.lr", "value": 0.2})
    ]
    live = trained(runs_dir, data_dir, {33: change("training.optimizer.lr", 0.2)})
    expected = History(EventReader(live.path).read_new()).final_figures()
    assert history.final_figures()["train_loss"] == expected["train_loss"]


def test_a_finished_run_goes_on_with_a_larger_budget_as_if_it_had_had_it(
    runs_dir: Path, data_dir: Path
) -> None:
    plain = EXPERIMENT.with_set("training.schedule", None)
    store = Store(runs_dir)
    short, long = (
        store.create(plain.with_set("training.steps", steps), name="x") for steps in (30, 50)
    )
    for run in (short, long):
        for _ in train(run, data_dir=data_dir):
            pass
    more = branch(store, short, 30, {"training.steps": 50}, name="more", data_dir=data_dir)
    for _ in train(more, data_dir=data_dir):
        pass
    figures = [History(EventReader(run.path).read_new()).final_figures() for run in (more, long)]
    assert figures[0]["train_loss"] == figures[1]["train_loss"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"data.noise": 0.1}, "cannot change in the middle of a run"),
        ({"training.steps": 90}, "The schedule spreads over the whole budget"),
    ],
)
def test_a_branch_refuses_what_would_make_its_past_untrue(
    runs_dir: Path, data_dir: Path, changes: dict[str, object], reason: str
) -> None:
    parent = trained(runs_dir, data_dir, {})
    with pytest.raises(NnlabError, match=reason):
        branch(Store(runs_dir), parent, 30, changes, name="b", data_dir=data_dir)


def test_a_change_lost_with_its_steps_is_not_replayed(runs_dir: Path, data_dir: Path) -> None:
    run = Store(runs_dir).create(EXPERIMENT, name="broken off")
    asked = checkpoint_at(20) | {24: change("training.optimizer.lr", 0.5)}
    for event in train(run, data_dir=data_dir, controls=Script(asked)):
        if event.step >= 24 and event.type == "control_applied":
            break  # as if killed: what came after step 20 is lost
    for _ in train(run, data_dir=data_dir):
        pass
    expected = weights_after(40, {}, data_dir)
    state = state_at(run, 40, data_dir)
    assert all(torch.equal(state["model"][name], value) for name, value in expected.items())


def test_a_run_that_was_watched_at_a_pace_is_replayed_bit_for_bit(
    runs_dir: Path, data_dir: Path
) -> None:
    paces = {step: Control(id=f"pace-{step}", at=0, pace=1000 - step) for step in (0, 5, 33)}
    run = trained(runs_dir, data_dir, paces | {55: change("training.l1", 0.01)})
    said = History(EventReader(run.path).read_new())
    assert [(control.step, control.pace) for control in said.controls[:3]] == [
        (0, 1000),
        (5, 995),
        (33, 967),
    ]
    assert said.pace == 967
    for step in (4, 33, 59):
        found = state_at(run, step, data_dir)["model"]
        expected = weights_after(step, {55: change("training.l1", 0.01)}, data_dir)
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[name], expected[name]) for name in expected)
