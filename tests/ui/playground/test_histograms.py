"""The panel of histograms over a run that really trained: which moments, of what, and once each."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from nnlab.config import Adam, Experiment, Model, PlaneClasses, Training, mlp
from nnlab.insight import histograms as insight
from nnlab.models import build
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.branch import branch
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.ui import services
from nnlab.ui.runtime import layer_histograms
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.layer_histograms import LayerHistory, layers_over_time
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.session.playground_state import PlaygroundState
from tests.runs.rewind.test_replay import Script, checkpoint_at
from tests.ui.playground.test_rewind import Launcher, captions, open_panel, opened

EXPERIMENT = Experiment(
    data=PlaneClasses(kind="xor", points=60),
    model=Model(layers=mlp(6, 5, outputs=2, activation="tanh", dropout=0.2)),
    training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=8, steps=60),
)


@pytest.fixture(autouse=True)
def _server(quiet_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Launcher()
    monkeypatch.setattr(services, "launcher", lambda: made)


@pytest.fixture
def run(runs_dir: Path, data_dir: Path) -> Run:
    made = Store(runs_dir).create(EXPERIMENT, name="a run")
    for _ in train(made, data_dir=data_dir, controls=Script(checkpoint_at(20, 40))):
        pass
    assert [int(path.stem) for path in list_checkpoints(made.path)] == [20, 40, 60]
    return made


def kept(run: Run) -> LayerHistory:
    view = RunView(run)
    view.refresh()
    return layers_over_time(view, view.moment())


def panel(run: Run | None) -> AppTest:
    state = PlaygroundState(EXPERIMENT, run.id if run else None)
    return open_panel(opened(state), "Histograms")


def words(test: AppTest) -> str:
    return "\n".join(line.value for line in test.markdown)


def test_moments_are_the_untrained_network_the_checkpoints_and_now(
    run: Run, data_dir: Path
) -> None:
    found = kept(run)
    assert list(found.layers) == [0, 20, 40, 60]
    assert found.problem is None
    for step, layers in found.layers.items():
        weights = state_at(run, step, data_dir)["model"]
        assert [layer.number for layer in layers] == [1, 2, 3]
        for layer, name in zip(layers, ("0", "3", "6"), strict=True):
            assert layer.weights.tolist() == weights[f"{name}.weight"].flatten().tolist()
            assert layer.biases.tolist() == weights[f"{name}.bias"].tolist()


def test_gradients_are_of_all_training_points_without_dropout(run: Run, data_dir: Path) -> None:
    found = kept(run)
    part = splits_of(EXPERIMENT.data).train
    network = build(EXPERIMENT.model, (2,)).eval()
    network.load_state_dict(state_at(run, 20, data_dir)["model"])
    F.cross_entropy(network(part.x), part.y).backward()
    assert found.examples == len(part)
    gradient = network[3].weight.grad
    assert isinstance(gradient, torch.Tensor)
    assert found.layers[20][1].weight_gradients == pytest.approx(gradient.flatten().numpy())
    assert np.abs(found.layers[20][1].weight_gradients).max() > 1e-4


def test_a_moment_is_read_and_asked_once_and_a_file_that_changes_anew(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def note(*arguments: Any) -> Any:
        asked.append(arguments)
        return insight.layer_numbers(*arguments)

    monkeypatch.setattr(layer_histograms, "layer_numbers", note)
    view = RunView(run)
    view.refresh()
    layers_over_time(view, view.moment())
    once = len(asked)
    assert once >= 3, "the untrained network may be known from another test"
    layers_over_time(view, view.moment())
    assert len(asked) == once
    path = list_checkpoints(run.path)[1]
    path.write_bytes(path.read_bytes())
    layers_over_time(view, view.moment())
    assert len(asked) == once + 1


def test_a_branch_does_not_begin_with_an_untrained_network(run: Run, data_dir: Path) -> None:
    made = branch(
        Store(run.path.parent), run, 40, {"training.l1": 0.01}, name="branch", data_dir=data_dir
    )
    for _ in train(made, data_dir=data_dir):
        pass
    assert list(kept(made).layers) == [40, 60]


def test_a_checkpoint_that_cannot_be_read_is_left_out_with_a_word(run: Run) -> None:
    path = list_checkpoints(run.path)[0]
    path.write_bytes(path.read_bytes()[:100])
    found = kept(run)
    assert list(found.layers) == [0, 40, 60]
    assert "cannot be read" in (found.problem or "")


def test_before_a_run_one_sentence_says_what_is_to_come() -> None:
    test = panel(None)
    assert not test.exception
    assert "Once it trains, this shows how each layer's weights and gradients are spread" in (
        captions(test)
    )
    assert len(test.selectbox) == len(opened(PlaygroundState(EXPERIMENT)).selectbox)


def test_the_panel_says_which_moments_and_how_the_spread_went(run: Run) -> None:
    test = panel(run)
    assert not test.exception
    layer = test.selectbox("playground_histograms_layer_3")
    assert layer.options == ["layer 1 (6 units)", "layer 2 (5 units)", "layer 3 (outputs)"]
    assert "4 exact moments that the run kept: steps 0 · 20 · 40 · 60." in captions(test)
    assert "over all 30 training points, without penalties, dropout off." in captions(test)
    found = kept(run).layers
    before, after = (float(found[step][0].weights.std()) for step in (0, 60))
    assert f"Spread (standard deviation): {before:.3g} at step 0, {after:.3g} at step 60." in words(
        test
    )
    test = layer.set_value(2).run()
    before, after = (float(found[step][1].weights.std()) for step in (0, 60))
    assert f"{before:.3g} at step 0, {after:.3g} at step 60." in words(test)


@pytest.mark.parametrize("kind", ["weights", "biases", "weight_gradients", "bias_gradients"])
def test_each_kind_of_numbers_can_be_seen(run: Run, kind: str) -> None:
    test = panel(run)
    test = test.selectbox("playground_histograms_kind_True").set_value(kind).run()
    assert not test.exception
    after = float(getattr(kept(run).layers[60][0], kind).std())
    assert f"{after:.3g} at step 60." in words(test).replace("×10⁻", "e-0")


def test_the_moment_looked_at_is_among_them(run: Run) -> None:
    state = PlaygroundState(EXPERIMENT, run.id)
    state.past = 33
    test = open_panel(opened(state), "Histograms")
    assert not test.exception
    assert "steps 0 · 20 · 33 · 40 · 60." in captions(test)
