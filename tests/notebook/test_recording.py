"""The page that a notebook keeps of a run: the weights of its file, its curves, and a size."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from nnlab.config import Experiment, Images, Linear, Model, Sweep, Training
from nnlab.config.axis import parse_axis
from nnlab.errors import NnlabError
from nnlab.notebook import scene as scene_module
from nnlab.notebook.news import WeightHistory
from nnlab.notebook.recording import recording_of
from nnlab.notebook.scenes import scene_of
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Store
from tests.notebook.conftest import MakeRun, small
from tests.notebook.pages import data_of, moments_of, numbers_of
from tests.runs.recorded.made import add_metrics
from tests.runs.recorded.recordings import recorded

NASTY = '</script><img src=x onerror=alert(1)>"'


def page_of(run, kept: WeightHistory | None = None, *, may_replay: bool = True) -> str:
    return recording_of(run, scene_of(run), kept, may_replay=may_replay)


def test_a_short_run_is_replayed_and_ends_with_the_weights_of_its_file(trained: MakeRun) -> None:
    run = trained()
    page = page_of(run)
    moments, steps = moments_of(page), data_of(page)["moments"]["steps"]
    assert steps[0] == 0
    assert steps[-1] == 60
    assert len(steps) > 30
    live = load_file(run.path / LIVE)
    assert moments[-1].keys() == live.keys()
    for name, value in moments[-1].items():
        assert np.array_equal(value, live[name].numpy())


def test_what_was_seen_while_it_trained_is_kept_without_a_replay(trained: MakeRun) -> None:
    run = trained()
    needed = scene_of(run).needed
    assert needed is not None
    size = needed.size
    kept = WeightHistory([5, 60], [np.zeros(size, np.float32), np.ones(size, np.float32)])
    page = page_of(run, kept, may_replay=False)
    assert data_of(page)["moments"]["steps"] == [5, 60]
    assert set(numbers_of(page, "weights")) == {0.0, 1.0}


def test_a_replay_leaves_the_random_state_of_the_kernel(trained: MakeRun) -> None:
    run = trained()
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    page_of(run)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_page_beyond_its_size_keeps_the_last_weights_and_then_curves_alone(
    trained: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained()
    whole = page_of(run)
    monkeypatch.setattr(scene_module, "PAGE_BYTES", len(whole) - 1000)
    less = page_of(run)
    assert data_of(less)["moments"]["steps"] == [60]
    assert "last weights" in data_of(less)["words"][-1]
    monkeypatch.setattr(scene_module, "PAGE_BYTES", 1000)
    least = data_of(page_of(run))
    assert least["network"] is None
    assert least["curves"]["loss"]["train"][0]
    assert "curves are kept" in least["words"][-1]


def test_a_large_network_has_fewer_moments() -> None:
    def most(size: int) -> int:
        needed = scene_module.Needed((("w", (size,)),), ("w",))
        return scene_module.Scene("", None, needed).most

    assert most(100) == 300
    assert most(15_000) == 10
    assert most(10**7) == 2


def test_pictures_have_their_curves_alone(store: Store) -> None:
    data = Images(kind="digits")
    model = Model(layers=({"kind": "flatten"}, Linear(out_features=10)))
    run = store.create(Experiment(data=data, model=model, training=Training(steps=1)), name="it")
    scene = scene_of(run)
    assert scene.picture is None
    assert data_of(scene.live())["network"] is None


def test_a_sweep_is_refused_in_words(store: Store) -> None:
    sweep = Sweep(experiment=small(), axes=(parse_axis("model.seed=0,1"),))
    run = store.create(sweep.experiment, name="many", sweep=sweep)
    with pytest.raises(NnlabError, match="one network at a time"):
        scene_of(run)


def test_a_name_cannot_end_the_script(trained: MakeRun) -> None:
    page = page_of(trained(name=NASTY))
    assert "<img" not in page
    assert data_of(page)["title"] == NASTY


def test_a_recorded_chain_is_kept_at_its_checkpoints(store: Store) -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    x, y = torch.randn(20, 2), torch.arange(20) % 2
    run = recorded(store, model, x, y, classes=("no", "yes"))
    add_metrics(run, [{"loss": 0.5, "my metric": 3.0}])
    page = page_of(run)
    assert data_of(page)["moments"]["steps"] == [0, 10, 20]
    assert data_of(page)["curves"].keys() == {"loss", "my metric"}
    for step, moment in zip((0, 10, 20), moments_of(page), strict=True):
        kept = load_file(run.path / "checkpoints" / f"{step:010d}.safetensors")
        for name, value in moment.items():
            assert np.array_equal(value, kept[name].numpy())


def test_what_onnx_alone_holds_is_drawn_by_the_answers_of_its_last_weights(store: Store) -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(2, 4), nn.Linear(2, 4)
            self.last = nn.Linear(4, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(self.one(x) * self.two(x).sigmoid())

    model = Odd()
    run = recorded(store, model, torch.randn(9, 2), torch.arange(9) % 3, classes=("a", "b", "c"))
    page = page_of(run)
    data = data_of(page)
    assert data["network"] is None
    assert data["grid"]["outputs"] == 3
    low, high = data["grid"]["space"]["extent"]
    found = numbers_of(page, "answers").reshape(3, 100, 100)
    middle = low + (high - low) / 100 * (np.array([7, 93]) + 0.5)
    x = torch.tensor([[middle[0], middle[1]]], dtype=torch.float32)  # row 6 from the top
    with torch.inference_mode():
        expected = model(x)[0].numpy()
    assert np.allclose(found[:, 6, 7], expected, atol=1e-4)
