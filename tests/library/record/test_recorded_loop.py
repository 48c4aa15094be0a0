"""What is recorded is what the loop did, and the loop does what it did without."""

import json
import random
import time

import numpy as np
import onnx
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file
from torch import nn

from nnlab.library.record import Recording, record, recorder
from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.record import DATA, GRADIENT, GRAPH
from nnlab.runs.run import Run
from nnlab.runs.store import Store
from nnlab.training.events import FitEnded, FitStarted, Metrics
from tests.library.record.bench import (
    all_random_states,
    checkpoint_steps,
    events,
    live,
    losses,
    network,
    points,
    the_run,
    train,
)


def run_of(recording: Recording) -> Run:
    assert recording.run is not None
    return recording.run


def test_the_recorded_loop_has_the_very_weights_and_random_numbers_of_the_bare_one() -> None:
    results = []
    for is_recorded in (False, True):
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002
        model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), nn.Linear(8, 2))
        torch.manual_seed(0)
        for parameter in model.parameters():
            nn.init.normal_(parameter)
        if is_recorded:
            loader = torch.utils.data.DataLoader(
                torch.utils.data.TensorDataset(*points()), batch_size=7, shuffle=True
            )
            with record(model, name="mine", data=loader, classes=["a", "b"]) as run:
                said = train(model, run)
        else:
            said = train(model)
        results.append((said, model.state_dict(), all_random_states(), model.training))
    (bare, weights, states, mode), (recorded, others, other_states, other_mode) = results
    assert (bare, states, mode) == (recorded, other_states, other_mode)
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_recorded_means_are_numpys_means_of_the_steps_between(
    runs_dir: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "FIGURES_SHARE", 1.0)  # on a busy machine a write may take long
    model = network()
    with record(model, name="mine") as run:
        kept = []
        for loss in losses(model, run, 300):
            kept.append(loss)
            time.sleep(0.001)
    said = np.array(kept)
    metrics = [event for event in events(run_of(run)) if isinstance(event, Metrics)]
    assert len(metrics) > 3
    ends = [event.step for event in metrics]
    assert ends[-1] == 300
    for first, last, event in zip([0, *ends], ends, metrics, strict=False):
        assert event.values["loss"] == pytest.approx(said[first:last].mean(), rel=1e-12)
        assert event.values["lr"] == 0.1
    gaps = np.diff([event.seconds for event in metrics[:-1]])  # the last is written at the end
    assert gaps.min() >= 0.0999


def test_the_newest_and_kept_weights_are_the_state_dict_bit_for_bit() -> None:
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with record(model, name="mine", data=points()) as run:
        train(model, run)
    recorded = run_of(run)
    final = live(recorded)
    assert final.keys() == model.state_dict().keys()
    assert all(torch.equal(final[name], value) for name, value in model.state_dict().items())
    with safe_open(recorded.path / LIVE, framework="np") as file:
        assert file.metadata() == {"step": "30"}
    folder = recorded.path / FOLDER
    first = load_file(folder / f"{0:010d}.safetensors")
    assert all(np.array_equal(first[name], value.numpy()) for name, value in before.items())
    last = load_file(folder / f"{30:010d}.safetensors")
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        assert np.array_equal(last[GRADIENT + name], parameter.grad.numpy())


def test_a_recording_is_whole_and_the_lab_finds_it_while_it_goes_on() -> None:
    model = network()
    x, y = points()
    with record(model, name="mine", data=(x, y), classes=["out", "in"]) as run:
        (summary,) = Store(run_of(run).path.parent).recorded()
        assert (summary.meta.name, summary.status) == ("mine", "running")
        assert isinstance(summary.started, FitStarted)
        assert (summary.started.parameters, summary.started.train_size) == (42, 60)
        train(model, run)
    recorded = run_of(run)
    assert run.id == recorded.id
    assert run.path == recorded.path
    found = recorded.recorded
    assert (found.module, found.parameters) == ("Sequential", 42)
    assert (found.inputs, found.outputs, found.task) == ((2,), (2,), "classification")
    assert (found.classes, found.examples, found.given) == (("out", "in"), 60, 60)
    assert found.no_graph is None
    assert found.notes == ()
    graph = onnx.load(recorded.path / GRAPH)
    assert {place.name for place in graph.graph.initializer} >= set(model.state_dict())
    with np.load(recorded.path / DATA, allow_pickle=False) as data:
        assert np.array_equal(data["x"], x.numpy())
        assert np.array_equal(data["y"], y.numpy())
        assert data["y"].dtype == np.int64
    history = RecordedHistory(events(recorded))
    assert list(history.curves) == ["loss", "lr"]
    assert {event.step for event in history.checkpoints} == set(checkpoint_steps(recorded))
    assert isinstance(history.ended, FitEnded)
    assert history.ended.reason == "completed"
    assert recorded.status() == "finished"
    assert not (recorded.path / "lock").exists()


def test_without_data_the_first_call_says_what_the_network_takes_and_the_look_is_gone() -> None:
    model = network()
    with record(model, name="mine") as run:
        assert run_of(run).recorded.tensors is None
        train(model, run, steps=1)
        assert not model._forward_pre_hooks
        found = run_of(run).recorded
    assert (found.inputs, found.outputs, found.task) == ((2,), (2,), None)
    assert set(found.tensors or ()) == set(model.state_dict())


def test_a_lazy_network_is_known_after_its_first_call() -> None:
    model = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(3))
    x = torch.randn(5, 6)
    with record(model, name="lazy", data=(x, torch.tensor([0, 1, 2, 0, 1]))) as run:
        assert run_of(run).recorded.parameters == 0
        model(x)
        run.step(loss=1.0)
    found = run_of(run).recorded
    assert (found.parameters, found.outputs) == (43, (3,))
    assert found.classes == ("0", "1", "2")
    assert live(run_of(run)).keys() == model.state_dict().keys()


def test_epoch_is_a_place_and_no_curve_and_more_figures_of_a_step_count_no_step() -> None:
    with record(network(), name="mine") as run:
        for epoch in range(1, 4):
            for _ in range(5):
                run.step(loss=0.5, epoch=epoch)
            run.log(val_loss=torch.tensor(float(epoch)))
    history = RecordedHistory(events(run_of(run)))
    assert list(history.curves) == ["loss", "val_loss"]
    assert (history.step, history.epoch) == (15, 3)


def test_a_metric_may_have_any_name_even_self() -> None:
    with record(network(), name="mine") as run:
        run.step(**{"self": 1, "loss/train": 2, "step": 3, "größe": 4})
    history = RecordedHistory(events(run_of(run)))
    assert list(history.curves) == ["self", "loss/train", "step", "größe"]


def test_tied_weights_and_types_that_numpy_lacks_are_kept() -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3)).to(torch.bfloat16)
    model[1].weight = model[0].weight
    with record(model, name="halves") as run:
        run.step(loss=1)
    with safe_open(run_of(run).path / LIVE, framework="pt") as file:
        for name, value in model.state_dict().items():
            assert torch.equal(file.get_tensor(name), value)
            assert file.get_tensor(name).dtype == torch.bfloat16


def test_a_path_may_be_given_and_nothing_is_printed(
    tmp_path: object, capsys: pytest.CaptureFixture[str], runs_dir: object
) -> None:
    with record(network(), name="mine", runs=f"{tmp_path}/elsewhere") as run:
        run.step(loss=1)
    assert run_of(run).path.parent.name == "elsewhere"
    assert capsys.readouterr() == ("", "")


def test_the_json_lines_are_plain(runs_dir: object) -> None:
    with record(network(), name="mine") as run:
        run.step(loss=float("nan"))
    lines = (run_of(run).path / "events.jsonl").read_text().splitlines()
    said = next(json.loads(line) for line in lines if '"metrics"' in line)
    assert said["values"] == {"loss": "NaN"}
    assert the_run(run_of(run).path.parent) == run_of(run)
