"""Saved both ways that PyTorch teaches, and loaded back without nnlab where that can be."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from nnlab import recipes
from nnlab.config import BatchNorm, Experiment
from nnlab.errors import NnlabError
from nnlab.export import agree, export, read_upload, restore
from nnlab.export.onnx import sample_inputs
from nnlab.models import build
from nnlab.models.code import code
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run, Store
from tests.export.conftest import train_to_the_end

Trained = Callable[..., tuple[Run, float]]

DIGITS = recipes.get("digits-cnn").experiment.with_set("training.steps", 8)
PICTURES = sample_inputs((1, 28, 28))
READERS: dict[str, Callable[[bytes], dict[str, Tensor]]] = {
    "safetensors": safetensors.torch.load,
    "pt": lambda data: torch.load(io.BytesIO(data), weights_only=True),
}


@pytest.fixture
def run(trained: Trained) -> Run:
    return trained(DIGITS)[0]


@pytest.mark.parametrize("form", READERS)
def test_the_parameters_alone_fit_a_network_built_anew_from_source(form: str, run: Run) -> None:
    weights = READERS[form](export(run, form))
    scope: dict[str, nn.Module] = {}
    exec(code(DIGITS.model, (1, 28, 28), "sequential"), scope)
    fresh = scope["network"]
    before = agree(fresh, load_network(run)[0], PICTURES)
    fresh.load_state_dict(weights)
    assert agree(fresh, load_network(run)[0], PICTURES) == 0 < before


def test_the_whole_network_comes_back_without_any_class(run: Run) -> None:
    network = torch.export.load(io.BytesIO(export(run, "pt2"))).module()
    expected = load_network(run)[0]
    for inputs in (PICTURES, PICTURES[:1]):
        torch.testing.assert_close(network(inputs), expected(inputs))


@pytest.mark.parametrize("form", ["safetensors", "pt", "zip"])
def test_what_the_lab_exports_it_takes_back(form: str, run: Run, store: Store) -> None:
    upload = read_upload(f"mine.{form}", export(run, form))
    assert upload.experiment == (DIGITS if form == "zip" else None)
    restored = restore(store, upload.experiment or DIGITS, upload.weights, "brought")
    assert agree(load_network(restored)[0], load_network(run)[0], PICTURES) == 0


def test_a_restored_run_does_not_claim_to_have_trained(run: Run, store: Store) -> None:
    upload = read_upload("mine.zip", export(run, "zip"))
    restored = restore(store, DIGITS, upload.weights, "brought", owner="somebody")
    history = History(EventReader(restored.path).read_new())
    assert restored.status() == "stopped"
    assert (history.started, history.step, history.final_figures()) == (None, 0, {})
    assert (restored.meta.tags, restored.meta.owner) == (("restored",), "somebody")
    assert restored.id in {summary.run.id for summary in store.summaries()}


def test_training_goes_on_from_restored_weights(run: Run, store: Store, data_dir: Path) -> None:
    """Independent: the first steps by hand, with the run's own weights and a fresh optimizer."""
    upload = read_upload("mine.zip", export(run, "zip"))
    moons = recipes.get("moons").experiment.with_set("training.steps", 3)
    network = build(moons.model, (2,))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.25)
    restored = restore(store, moons, network.state_dict(), "brought")
    train_to_the_end(restored, data_dir)
    trained_on = load_network(restored)[0]
    moved = max(
        float((a - b).abs().max().detach())
        for a, b in zip(trained_on.parameters(), network.parameters(), strict=True)
    )
    # Adam moves each weight by at most about its rate, 0.003, in each of the three steps.
    assert 0.001 < moved < 0.01
    assert upload.weights


def test_networks_that_differ_are_said_to_differ_by_the_largest_output() -> None:
    one, other = nn.Linear(2, 1), nn.Linear(2, 1)
    other.load_state_dict(one.state_dict())
    with torch.no_grad():
        other.bias.add_(0.5)
    assert agree(one, one, torch.zeros(4, 2)) == 0
    assert agree(one, other, torch.rand(4, 2)) == pytest.approx(0.5)
    assert one.training


def test_a_batch_norms_buffers_are_restored_too(trained: Trained, store: Store) -> None:
    layers = recipes.get("moons").experiment.model.layers
    moons: Experiment = recipes.get("moons").experiment.with_set("training.steps", 9)
    moons = moons.model_copy(
        update={
            "model": moons.model.model_copy(
                update={"layers": (*layers[:1], BatchNorm(), *layers[1:])}
            )
        }
    )
    run, _ = trained(moons)
    upload = read_upload("mine.pt", export(run, "pt"))
    restored = restore(store, moons, upload.weights, "brought")
    samples = sample_inputs((2,))
    assert agree(load_network(restored)[0], load_network(run)[0], samples) == 0
    assert int(upload.weights["1.num_batches_tracked"]) == 9


def test_a_run_without_weights_has_none_to_export(store: Store) -> None:
    run = store.create(DIGITS, name="waiting")
    for form in ("safetensors", "pt", "pt2", "zip"):
        with pytest.raises(NnlabError, match="no weights yet"):
            export(run, form)
