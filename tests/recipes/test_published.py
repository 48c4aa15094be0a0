"""The recipes of the published tutorials: each network and training as the source has it.

Parameter counts are worked out by hand, figures are those that were published.
"""

from pathlib import Path

import pytest

from nnlab.config import (
    Adam,
    Curve,
    Experiment,
    Flatten,
    Images,
    Linear,
    LogSoftmax,
    Model,
    NormalInit,
    Normalize,
    PlaneClasses,
    Sgd,
    Training,
    mlp,
)
from nnlab.config.data import Data
from nnlab.data.description import describe
from nnlab.data.registry import load
from nnlab.data.splits import Part, Splits
from nnlab.models import build, trace
from nnlab.recipes import RECIPES, Recipe, get, recipe_id
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit
from nnlab.training.metrics import LOSSES, evaluate

PUBLISHED = [recipe for recipe in RECIPES.values() if recipe.group == "published tutorials"]
published = pytest.mark.parametrize("recipe", PUBLISHED, ids=lambda recipe: recipe.id)
NOISE_OF_VARIANCE_1 = 1 / 14
"""The variance of gauss is 0.5 + 7 noise."""


def test_they_are_all_here_under_their_names() -> None:
    assert [recipe.id for recipe in PUBLISHED] == [
        "first-network",
        "curve-fit",
        "two-clouds",
        "save-and-restore",
        "three-layer",
        "three-layer-mended",
        "raw-tensors-sgd",
        "raw-tensors-sgd-zeroed",
        "raw-tensors-adam",
        "deep-mlp",
    ]


@pytest.mark.parametrize(
    ("name", "source", "date"),
    [
        ("first-network", "pytorch神经网络分类", "2020-09-02"),
        ("curve-fit", "pytorch 简易神经网络", "2019-07-13"),
        ("two-clouds", "pytorch 简易神经网络", "2019-07-13"),
        ("save-and-restore", "pytorch 简易神经网络", "2019-07-13"),
        ("three-layer", "神经网络实现-pytorch", "2019-05-18"),
        ("raw-tensors-sgd", "Pytorch基础", ""),
        ("raw-tensors-sgd-zeroed", "Pytorch基础", ""),
        ("raw-tensors-adam", "Pytorch基础", ""),
        ("deep-mlp", "Pytorch Note25 深层神经网络实现 MNIST 手写数字分类", ""),
    ],
)
def test_each_names_its_source(name: str, source: str, date: str) -> None:
    assert (get(name).source, get(name).date) == (source, date)


RAW = tuple(
    layer.model_copy(update={"bias": False, "init": NormalInit(mean=0, std=1)})
    if isinstance(layer, Linear)
    else layer
    for layer in mlp(200, outputs=10)
)
ON_ALL_60_000 = {"batch_size": 256, "epochs": 500, "evaluate_every": 20}
ONE_THREAD = {"threads": 1}
"""So that the figures come out the same whatever the machine's cores."""
RANDOM_BATCHES = {"batch_size": 100, "sampling": "replacement", "steps": 2000} | ONE_THREAD
WHOLE_BATCH = {"batch_size": "all"}


@pytest.mark.parametrize(
    ("name", "parameters", "data", "layers", "training"),
    [
        (
            "first-network",
            784 * 128 + 128 + 128 * 256 + 256 + 256 * 10 + 10,
            Images(kind="mnist", validation=10_000),
            (Flatten(), *mlp(128, 256, outputs=10)),
            {"optimizer": Sgd(lr=0.001), "batch_size": 64, "epochs": 25} | ONE_THREAD,
        ),
        (
            "curve-fit",
            1 * 10 + 10 + 10 * 1 + 1,
            Curve(kind="quadratic", points=100, low=-1, high=1, noise_above=0.2, train_share=1),
            mlp(10, outputs=1),
            {"loss": "mse", "optimizer": Sgd(lr=0.2), "steps": 100, "evaluate_every": 5}
            | WHOLE_BATCH,
        ),
        (
            "two-clouds",
            2 * 10 + 10 + 10 * 2 + 2,
            PlaneClasses(kind="gauss", points=200, noise=NOISE_OF_VARIANCE_1, train_share=1),
            mlp(10, outputs=2),
            {"optimizer": Sgd(lr=0.02), "steps": 100, "evaluate_every": 2} | WHOLE_BATCH,
        ),
        (
            "save-and-restore",
            1 * 10 + 10 + 10 * 1 + 1,
            Curve(kind="parabola", points=200, low=-2, high=2, noise_above=0.5, train_share=1),
            mlp(10, outputs=1, activation="tanh"),
            {"loss": "mse", "optimizer": Sgd(lr=0.05), "steps": 50_000} | WHOLE_BATCH,
        ),
        (
            "three-layer",
            784 * 200 + 200 + 200 * 60 + 60 + 60 * 10 + 10,
            Images(kind="mnist", validation=0, test="at_end"),
            (Normalize(mean=0.5, std=0.5), Flatten(), *mlp(200, 60, outputs=10), LogSoftmax()),
            {"loss": "nll", "optimizer": Sgd(lr=0.001)} | ON_ALL_60_000,
        ),
        (
            "raw-tensors-sgd",
            784 * 200 + 200 * 10,
            Images(kind="mnist"),
            (Flatten(), *RAW),
            {"optimizer": Sgd(lr=0.001), "zero_grad": False} | RANDOM_BATCHES,
        ),
        (
            "raw-tensors-sgd-zeroed",
            784 * 200 + 200 * 10,
            Images(kind="mnist"),
            (Flatten(), *RAW),
            {"optimizer": Sgd(lr=0.001), "zero_grad": True} | RANDOM_BATCHES,
        ),
        (
            "raw-tensors-adam",
            784 * 200 + 200 * 10,
            Images(kind="mnist"),
            (Flatten(), *RAW),
            {"optimizer": Adam(kind="adam", lr=0.001), "zero_grad": True} | RANDOM_BATCHES,
        ),
        (
            "deep-mlp",
            784 * 400 + 400 + 400 * 200 + 200 + 200 * 100 + 100 + 100 * 10 + 10,
            Images(kind="mnist", test="validates"),
            (Normalize(mean=0.5, std=0.5), Flatten(), *mlp(400, 200, 100, outputs=10)),
            {"optimizer": Sgd(lr=0.1), "batch_size": 64, "epochs": 20} | ONE_THREAD,
        ),
    ],
)
def test_network_and_training_are_those_of_the_source(
    name: str, parameters: int, data: Data, layers: tuple, training: dict
) -> None:
    found = get(name).experiment
    expected = Experiment(
        data=data,
        model=Model(layers=layers),
        training=Training.model_validate(training),
    )
    if name == "first-network":
        assert isinstance(found.data, Images)
        assert found.data.held_out == 10_000
        expected = expected.with_set("data.validation", found.data.validation)
    assert found == expected
    rows = trace(found.model.layers, describe(found.data).input_shape)
    assert sum(row.parameters for row in rows) == parameters


def test_the_mended_three_layers_differ_in_their_rate_alone() -> None:
    mended, original = get("three-layer-mended").experiment, get("three-layer").experiment
    assert mended.training.optimizer.lr != original.training.optimizer.lr
    assert mended.with_set("training.optimizer.lr", 0.001) == original


def test_the_reported_validation_losses_are_the_published_ones() -> None:
    curve = get("first-network").curves["val_loss"]
    published = """
        2.2796 2.2441 2.1890 2.0985 1.9517 1.7342 1.4720 1.2274 1.0362 0.8964 0.7927 0.7141 0.6529
        0.6042 0.5643 0.5317 0.5048 0.4814 0.4619 0.4443 0.4297 0.4170 0.4063 0.3963 0.3873
    """
    assert [value for _, value in curve] == [float(value) for value in published.split()]
    assert [epoch for epoch, _ in curve] == list(range(1, 26))


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("first-network", {"validation_loss_epoch_25": 0.3873}),
        (
            "three-layer",
            {"training_accuracy_best": 0.99997, "test_accuracy": 0.97959, "time": 71.90 * 60},
        ),
        ("raw-tensors-sgd", {"accuracy": 0.7}),
        ("raw-tensors-sgd-zeroed", {"accuracy": 0.7}),
        ("raw-tensors-adam", {"accuracy": 0.95}),
        (
            "deep-mlp",
            {
                "test_accuracy_epoch_1": 0.9285,
                "test_accuracy_best": 0.9828,
                "test_accuracy_epoch_20": 0.9775,
                "training_loss_epoch_1": 0.5231,
                "training_loss_epoch_20": 0.0118,
            },
        ),
    ],
)
def test_the_reported_figures_are_the_published_ones(name: str, figures: dict) -> None:
    reported = get(name).reported
    assert {key: reported[key] for key in figures} == figures


@published
def test_a_published_recipe_says_what_came_out_here_and_why(recipe: Recipe) -> None:
    assert recipe.compared
    assert any(line.why for line in recipe.compared)
    assert recipe.measured
    assert len({line.key for line in recipe.compared}) == len(recipe.compared)
    for metric, curve in recipe.curves.items():
        epochs = [epoch for epoch, _ in curve]
        assert epochs == sorted(set(epochs)), metric


@published
def test_a_recipe_looks_at_the_test_set_exactly_where_its_source_did(recipe: Recipe) -> None:
    looks = {"three-layer", "three-layer-mended", "deep-mlp"}
    assert recipe.opens_test == (recipe.id in looks)


def test_an_experiment_is_known_by_its_recipe_until_something_is_changed() -> None:
    experiment = get("deep-mlp").experiment
    assert recipe_id(experiment) == "deep-mlp"
    assert recipe_id(experiment.with_set("training.optimizer.lr", 0.05)) is None


# Short runs --------------------------------------------------------------------------------------

FEW = 3000


@pytest.fixture(scope="module")
def few_pictures(datasets_dir: Path) -> Splits:
    """MNIST's first pictures, read once for all recipes."""
    mnist = load(Images(kind="mnist"), datasets_dir)
    assert mnist.test is not None
    few = [Part(part.x[:FEW], part.y[:FEW]) for part in (mnist.train, mnist.val, mnist.test)]
    return Splits(few[0], few[1], few[2], mnist.info)


def short_run(recipe: Recipe, steps: int, splits: Splits) -> FitEnded:
    *_, ended = fit(recipe.experiment.with_set("training.steps", steps), splits)
    assert isinstance(ended, FitEnded)
    assert (ended.reason, ended.step) == ("completed", steps)
    return ended


def untrained_loss(recipe: Recipe, splits: Splits) -> float:
    network = build(recipe.experiment.model, splits.info.input_shape)
    loss = evaluate(network, splits.train, LOSSES[recipe.experiment.training.loss]).mean_loss
    assert loss is not None
    return loss


WITH_PICTURES = [recipe for recipe in PUBLISHED if isinstance(recipe.experiment.data, Images)]


@pytest.mark.parametrize("recipe", WITH_PICTURES, ids=lambda recipe: recipe.id)
def test_a_short_run_on_pictures_learns(recipe: Recipe, few_pictures: Splits) -> None:
    ended = short_run(recipe, 40, few_pictures)
    assert ended.train_loss is not None
    assert ended.train_loss < untrained_loss(recipe, few_pictures)
    assert (ended.test_accuracy is None) == (not recipe.id.startswith("three-layer"))


def test_curve_fit_ends_above_its_noise_at_the_figure_that_it_states(data_dir: Path) -> None:
    recipe = get("curve-fit")
    ended = short_run(recipe, 100, load(recipe.experiment.data, data_dir))
    assert ended.train_loss is not None
    assert ended.train_loss > 0.2**2 / 12  # the variance of 0.2 U(0, 1)
    (line,) = (line for line in recipe.compared if line.metric == "train_loss")
    assert ended.train_loss == pytest.approx(line.reproduced, rel=0.02)


def test_two_clouds_are_100_points_each_of_the_normal_distribution_and_parted(data_dir) -> None:
    recipe = get("two-clouds")
    splits = load(recipe.experiment.data, data_dir)
    for centre, label in ((2, 1), (-2, 0)):
        cloud = splits.train.x[splits.train.y == label]
        assert len(cloud) == 100
        assert cloud.mean().item() == pytest.approx(centre, abs=0.25)
        assert cloud.std().item() == pytest.approx(1, abs=0.15)
    ended = short_run(recipe, 100, splits)
    assert ended.train_accuracy is not None
    assert ended.train_accuracy >= 0.99


def test_save_and_restore_has_learned_its_parabola_after_a_tenth_of_its_steps(data_dir) -> None:
    recipe = get("save-and-restore")
    splits = load(recipe.experiment.data, data_dir)
    x, y = splits.train.x, splits.train.y
    rest = y - (x * x + 3 * x - 2)
    assert len(x) == 200
    assert (float(x.min()), float(x.max())) == (-2, 2)
    assert 0 <= float(rest.min()) < float(rest.max()) <= 0.5 + 1e-5
    ended = short_run(recipe, 5000, splits)
    assert ended.train_loss == pytest.approx(0.5**2 / 12, rel=0.2)  # the variance of the noise


# The fast ones -----------------------------------------------------------------------------------


def test_thousandfold_is_the_very_network_of_three_layer_but_for_its_inputs() -> None:
    fast, slow = (get(name).experiment.model for name in ("thousandfold", "three-layer"))
    assert fast.layers[0] == Normalize(mean=0.1307, std=0.3081)  # of MNIST's training pixels
    assert fast.layers[1:] == slow.layers[1:]
    assert fast.seed == slow.seed
    assert get("thousandfold").opens_test


def test_thousandfold_learns_far_more_in_as_many_steps_than_three_layer_does(
    few_pictures: Splits,
) -> None:
    fast, slow = (
        short_run(get(name), 24, few_pictures) for name in ("thousandfold", "three-layer")
    )
    assert fast.train_accuracy is not None
    assert slow.train_accuracy is not None
    assert fast.train_accuracy > slow.train_accuracy + 0.2


def test_mnist_is_normalised_by_its_own_mean_and_deviation(datasets_dir: Path) -> None:
    pixels = load(Images(kind="mnist", validation=0), datasets_dir).train.x
    first = get("thousandfold").experiment.model.layers[0]
    assert isinstance(first, Normalize)
    assert first.mean == pytest.approx(pixels.mean().item(), abs=1e-4)
    assert first.std == pytest.approx(pixels.std().item(), abs=1e-4)


def test_lenet_is_a_small_convolutional_network_with_light_augmentation() -> None:
    experiment = get("lenet").experiment
    rows = trace(experiment.model.layers, (1, 28, 28))
    by_hand = 16 * (25 + 1) + 32 * (16 * 25 + 1) + (512 * 128 + 128) + (128 * 10 + 10)
    assert sum(row.parameters for row in rows) == by_hand
    augment = experiment.training.augment
    assert augment is not None
    assert 0 < augment.shift <= 2
    assert get("lenet").opens_test
    assert get("lenet").reported["test_accuracy"] == 0.993
