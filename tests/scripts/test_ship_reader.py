"""The command that ships a reader takes a finished run of its recipe, and no other."""

from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load

from nnlab import recipes
from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.recipes import get
from nnlab.runs.store import Store
from nnlab.runs.testset import open_test
from nnlab.runs.workers.worker import train
from nnlab.training.events import FitEnded
from scripts import ship_reader

TINY = get("digits-cnn").experiment.with_set("training.steps", 2)


@pytest.fixture
def as_recipe(monkeypatch: pytest.MonkeyPatch) -> Experiment:
    """The recipe is a network with batch norm that trains for two steps on embedded digits."""
    layers = TINY.model_dump(mode="json")["model"]["layers"]
    experiment = TINY.with_set("model.layers", [layers[0], {"kind": "batch_norm"}, *layers[1:]])
    recipe = replace(get("draw-ready"), experiment=experiment)
    monkeypatch.setitem(recipes.RECIPES, "draw-ready", recipe)
    return experiment


def test_a_finished_run_is_shipped_in_float32_with_the_figures_that_it_had(
    as_recipe: Experiment, tmp_path: Path
):
    run = Store(tmp_path).create(as_recipe, name="tiny")
    *_, ended = train(run, data_dir=tmp_path)
    assert isinstance(ended, FitEnded)
    weights, record = ship_reader.made(run, tmp_path)
    tensors = load(weights)
    assert {str(tensor.dtype) for tensor in tensors.values()} == {"torch.float32"}
    assert tensors["1.num_batches_tracked"].item() == 2
    assert record["step"] == 2
    assert record["val_accuracy"] == ended.val_accuracy
    assert record["test_accuracy"] == open_test(run, tmp_path).test_accuracy
    assert Experiment.model_validate(record["experiment"]) == as_recipe


def test_a_run_that_has_not_ended_is_refused(as_recipe: Experiment, tmp_path: Path):
    run = Store(tmp_path).create(as_recipe, name="tiny")
    with pytest.raises(NnlabError, match="has not come to its end: resume it"):
        ship_reader.made(run, tmp_path)


def test_a_run_of_another_experiment_is_refused(as_recipe: Experiment, tmp_path: Path):
    run = Store(tmp_path).create(as_recipe.with_set("training.steps", 1), name="tiny")
    list(train(run, data_dir=tmp_path))
    with pytest.raises(NnlabError, match="is not of the recipe draw-ready"):
        ship_reader.made(run, tmp_path)
