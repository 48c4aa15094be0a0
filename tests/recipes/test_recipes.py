"""The recipes: valid, complete, and they learn."""

import pytest

from nnlab import recipes
from nnlab.config import Experiment, Images, from_link, to_link
from nnlab.data.description import describe
from nnlab.data.registry import load, sizes
from nnlab.errors import NnlabError
from nnlab.models import trace
from nnlab.recipes import RECIPES
from nnlab.recipes.draw_stages import STAGES
from nnlab.training.check import plan
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit

every_recipe = pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)


def train(experiment, data_dir):
    *_, ended = fit(experiment, load(experiment.data, data_dir))
    assert isinstance(ended, FitEnded)
    return ended


def test_those_that_the_lab_promises_are_there():
    promised = {"circle", "spiral", "digits-mlp", "digits-cnn", "mnist-mlp", "mnist-cnn"}
    assert promised <= RECIPES.keys()


@every_recipe
def test_a_recipe_is_found_by_its_id_and_says_what_to_notice(recipe):
    assert recipes.get(recipe.id) is recipe
    assert recipe.title
    assert recipe.source
    assert recipe.notice.endswith(".")


def test_an_unknown_recipe_is_refused_with_a_list_and_a_guess():
    with pytest.raises(NnlabError, match=r"'spirall'\. Valid: circle, .*Did you mean 'spiral'\?"):
        recipes.get("spirall")


@every_recipe
def test_a_recipe_comes_back_from_json_and_from_a_link(recipe):
    assert Experiment.from_json(recipe.experiment.to_json()) == recipe.experiment
    assert from_link(to_link(recipe.experiment)) == recipe.experiment


@every_recipe
def test_a_recipe_fits_its_data(recipe):
    data = recipe.experiment.data
    planned = plan(recipe.experiment, describe(data), sizes(data)[0])
    assert planned.parameters > 0
    assert planned.total_steps >= 100


@every_recipe
def test_pictures_are_normalised_within_the_model_but_where_the_source_takes_them_raw(recipe):
    kinds = [layer.kind for layer in recipe.experiment.model.layers]
    raw = recipe.id == "first-network" or recipe.id.startswith("raw-tensors")
    pictures = isinstance(recipe.experiment.data, Images)
    assert (kinds[0] == "normalize") == (pictures and not raw)


def test_the_convolutional_network_has_the_fewer_weights_that_its_notice_claims():
    weights = {
        name: sum(
            row.parameters for row in trace(RECIPES[name].experiment.model.layers, (1, 28, 28))
        )
        for name in ("mnist-mlp", "mnist-cnn")
    }
    # By hand: 784·200+200 + 200·60+60 + 60·10+10, and 8·26 + 16·201 + 256·64+64 + 64·10+10.
    assert weights == {"mnist-mlp": 169_670, "mnist-cnn": 20_522}
    assert weights["mnist-mlp"] / weights["mnist-cnn"] > 8


@pytest.mark.parametrize(
    ("name", "steps", "at_least"),
    [
        ("circle", 2_500, 0.98),
        ("xor", 2_500, 0.95),
        ("moons", 2_500, 0.93),
        ("blobs", 2_500, 0.9),
    ],
)
def test_a_tenth_of_the_budget_solves_the_plane(name, steps, at_least, data_dir):
    ended = train(RECIPES[name].experiment.with_set("training.steps", steps), data_dir)
    assert ended.step == steps
    assert ended.train_accuracy is not None
    assert ended.val_accuracy is not None
    assert min(ended.train_accuracy, ended.val_accuracy) >= at_least


@pytest.mark.slow
def test_the_spiral_is_learned_on_training_and_validation_points(data_dir):
    ended = train(RECIPES["spiral"].experiment.with_set("training.steps", 40_000), data_dir)
    assert ended.train_accuracy is not None
    assert ended.val_accuracy is not None
    assert min(ended.train_accuracy, ended.val_accuracy) > 0.95


@pytest.mark.slow
@pytest.mark.parametrize(("name", "at_least"), [("digits-mlp", 0.95), ("digits-cnn", 0.97)])
def test_the_embedded_digits_are_read(name, at_least, data_dir):
    ended = train(RECIPES[name].experiment, data_dir)
    assert ended.val_accuracy is not None
    assert ended.val_accuracy >= at_least


@pytest.mark.slow
def test_an_epoch_of_the_mnist_perceptron_reads_over_nine_in_ten(datasets_dir):
    experiment = RECIPES["mnist-mlp"].experiment.with_set("training.epochs", 1)
    ended = train(experiment, datasets_dir)
    assert ended.val_accuracy is not None
    assert ended.val_accuracy > 0.95


def test_the_reader_of_drawings_tells_each_stage_of_its_story_with_its_figures():
    recipe = RECIPES["draw-ready"]
    shrunk, centred, augmented, strokes, ready, _ = STAGES
    assert shrunk.mean < 0.6 < augmented.mean < 0.97 <= strokes.mean
    assert ready.mean >= 0.99
    assert ready.mnist_test >= 0.99
    for stage in STAGES:
        line = f"{100 * sum(stage.read) / 3:.1f}% ± {100 * stage.error:.1f}%"
        assert recipe.story.count(line) == 1
    assert f"from {100 * shrunk.mean:.1f}%" in recipe.story.replace("\n   ", " ")
    assert f"to {100 * centred.mean:.1f}%" in recipe.story.replace("\n   ", " ")
