"""Named experiments, mostly one a file. A new one is a file and a line in `ALL`."""

from nnlab.config import Experiment
from nnlab.errors import NnlabError, one_of
from nnlab.recipes import (
    attention,
    blobs,
    circle,
    curve_fit,
    deep_mlp,
    digits_cnn,
    digits_mlp,
    draw_offline,
    draw_ready,
    first_network,
    lenet,
    mnist_cnn,
    mnist_mlp,
    moons,
    ninety_nine,
    raw_tensors_adam,
    raw_tensors_sgd,
    raw_tensors_sgd_zeroed,
    save_and_restore,
    spiral,
    thousandfold,
    three_layer,
    three_layer_mended,
    two_clouds,
    xor,
)
from nnlab.recipes.recipe import Compared, Curve, Group, Metric, Recipe
from nnlab.texts import _

__all__ = ["RECIPES", "Compared", "Curve", "Group", "Metric", "Recipe", "get", "recipe_id"]

ALL: tuple[Recipe, ...] = (
    circle.RECIPE,
    xor.RECIPE,
    spiral.RECIPE,
    moons.RECIPE,
    blobs.RECIPE,
    digits_mlp.RECIPE,
    digits_cnn.RECIPE,
    mnist_mlp.RECIPE,
    mnist_cnn.RECIPE,
    draw_offline.RECIPE,
    draw_ready.RECIPE,
    attention.COPY,
    attention.REVERSE,
    attention.SORT,
    attention.BRACKETS,
    first_network.RECIPE,
    curve_fit.RECIPE,
    two_clouds.RECIPE,
    save_and_restore.RECIPE,
    three_layer.RECIPE,
    three_layer_mended.RECIPE,
    raw_tensors_sgd.RECIPE,
    raw_tensors_sgd_zeroed.RECIPE,
    raw_tensors_adam.RECIPE,
    deep_mlp.RECIPE,
    thousandfold.RECIPE,
    ninety_nine.RECIPE,
    lenet.RECIPE,
)
"""All recipes in the order in which a newcomer might take them."""

RECIPES: dict[str, Recipe] = {recipe.id: recipe for recipe in ALL}


def get(recipe_id: str) -> Recipe:
    """The recipe of that id.

    Raises:
        NnlabError: there is none; lists them all and guesses.
    """
    if recipe_id not in RECIPES:
        raise NnlabError(one_of(_("recipe"), recipe_id, RECIPES))
    return RECIPES[recipe_id]


def recipe_id(experiment: Experiment) -> str | None:
    """The id of the recipe that says this very experiment, None where none does."""
    return next((r.id for r in ALL if r.experiment == experiment), None)
