"""Which moments of a run its recording keeps, and that they are the run's own weights."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config import Adam, BatchNorm, Dropout, Experiment, Linear, Model, PlaneClasses, Training
from nnlab.config.layers import Activation
from nnlab.export.html.moments import Moments, chosen, moments_of, steps_of
from nnlab.models import build
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.rewind import path as paths
from nnlab.runs.rewind.branch import branch
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from tests.export.conftest import Scripted, train_to_the_end

Trained = Callable[..., tuple[Run, float]]

LAYERS = (
    Linear(out_features=6),
    BatchNorm(),
    Activation(kind="tanh"),
    Dropout(p=0.2),
    Linear(out_features=2),
)
EXPERIMENT = Experiment(
    data=PlaneClasses(kind="xor", points=60),
    model=Model(layers=LAYERS),
    training=Training(optimizer=Adam(kind="adam", lr=0.05), batch_size=10, steps=40),
)


def recorded(run: Run, data_dir: Path) -> Moments:
    history = History(EventReader(run.path).read_new())
    network = build(run.experiment.model, (2,))
    return moments_of(run, history, network, torch.rand(50, 2) * 12 - 6, data_dir)


def state_dict(moments: Moments, place: int) -> dict[str, torch.Tensor]:
    found, at = {}, 0
    for name, shape in moments.tensors:
        size = int(np.prod(shape))
        found[name] = torch.from_numpy(moments.values[place, at : at + size].reshape(shape))
        at += size
    assert at == moments.values.shape[1]
    return found


def must_equal(recorded: dict[str, torch.Tensor], state: dict[str, torch.Tensor]) -> None:
    for name, tensor in recorded.items():
        assert torch.equal(tensor, state[name]), name


def test_a_recording_has_the_very_weights_of_the_run_batch_norms_averages_among_them(
    trained: Trained, data_dir: Path
) -> None:
    run, _ = trained(EXPERIMENT)
    moments = recorded(run, data_dir)
    assert moments.until is None
    assert (moments.steps[0], moments.steps[-1]) == (0, 40)
    assert {"1.running_mean", "1.running_var"} <= {name for name, _shape in moments.tensors}
    network, step = load_network(run)
    assert step == 40
    must_equal(state_dict(moments, -1), network.state_dict())
    middle = len(moments.steps) // 2
    must_equal(state_dict(moments, middle), state_at(run, moments.steps[middle], data_dir)["model"])


def test_a_branch_is_recorded_from_where_it_branched(trained: Trained, data_dir: Path) -> None:
    run, _ = trained(EXPERIMENT)
    child = branch(
        Store(run.path.parent),
        run,
        25,
        {"training.optimizer.lr": 0.01},
        name="branch",
        data_dir=data_dir,
    )
    train_to_the_end(child, data_dir)
    moments = recorded(child, data_dir)
    assert (moments.steps[0], moments.steps[-1]) == (25, 40)
    must_equal(state_dict(moments, 0), state_at(run, 25, data_dir)["model"])


def test_where_the_time_is_over_first_and_last_are_there_and_it_says_so(
    trained: Trained, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = trained(EXPERIMENT)
    monkeypatch.setattr("nnlab.export.html.moments.SECONDS", 0.0)
    moments = recorded(run, data_dir)
    assert moments.until is not None
    assert (moments.steps[0], moments.steps[-1]) == (0, 40)
    must_equal(state_dict(moments, -1), load_network(run)[0].state_dict())


def test_a_run_without_checkpoints_has_its_last_weights_alone(
    trained: Trained, data_dir: Path
) -> None:
    run, _ = trained(EXPERIMENT)
    for file in (run.path / "checkpoints").iterdir():
        file.unlink()
    moments = recorded(run, data_dir)
    assert moments.steps == [40]
    must_equal(state_dict(moments, 0), load_network(run)[0].state_dict())


def test_a_run_that_diverged_is_recorded_up_to_its_end(store: Store, data_dir: Path) -> None:
    fitted = EXPERIMENT.with_all(
        [
            ("data", {"kind": "bumps", "points": 60}),
            ("model.layers", [{"kind": "linear", "out_features": 1}]),
            ("training", {"optimizer": {"kind": "sgd", "lr": 100.0}, "loss": "mse", "steps": 400}),
        ]
    )
    run = store.create(fitted, name="diverged")
    asked = Scripted([(2, "checkpoint", None)])
    *_, last = train(run, data_dir=data_dir, device="cpu", controls=asked)
    history = History(EventReader(run.path).read_new())
    assert history.diverged is not None
    moments = recorded(run, data_dir)
    assert moments.steps[0] == 0
    assert last.step >= moments.steps[-1] >= history.diverged.step - 1
    assert steps_of(run, history, build(fitted.model, (2,)))[-1] == history.diverged.step - 1
    assert torch.isfinite(torch.from_numpy(moments.values[:-1])).all()


# Thinning ----------------------------------------------------------------------------------------


def test_moments_stand_close_where_the_answers_change() -> None:
    steps = np.arange(1001)
    answers = np.minimum(steps, 100)[:, None].astype(np.float32)  # all happens in the first tenth
    kept = np.array(chosen(steps, answers, 100))
    assert (kept[0], kept[-1]) == (0, 1000)
    assert len(kept) <= 100
    early = int((kept <= 100).sum())
    assert 65 <= early <= 80, "seven tenths by change, and a tenth of the rest"


def test_a_run_that_does_not_change_is_shown_evenly() -> None:
    kept = chosen(np.arange(0, 2000, 2), np.zeros((1000, 3), np.float32), 11)
    assert kept == [0, 100, 200, 300, 400, 500, 599, 699, 799, 899, 999]


def test_what_is_no_number_does_not_decide() -> None:
    answers = np.full((50, 2), np.nan, np.float32)
    assert len(chosen(np.arange(50), answers, 10)) == 10


def test_few_moments_are_all_kept() -> None:
    assert chosen(np.array([3, 9]), np.ones((2, 1), np.float32), 300) == [0, 1]


def test_the_path_takes_the_steps_that_it_is_asked_for(trained: Trained, data_dir: Path) -> None:
    run, _ = trained(EXPERIMENT)
    path = paths.path_of(run, 40, data_dir, steps=[0, 7, 40])
    anchors = {int(file.stem) for file in (run.path / "checkpoints").glob("[0-9]*.pt")}
    assert set(path.steps.tolist()) == {0, 7, 40} | anchors
