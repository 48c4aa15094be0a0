"""Named experiments, one file each. A new one is a file and a line in `ALL`."""

from nnlab.errors import NnlabError, one_of
from nnlab.recipes import (
    blobs,
    circle,
    digits_cnn,
    digits_mlp,
    mnist_cnn,
    mnist_mlp,
    moons,
    spiral,
    xor,
)
from nnlab.recipes.recipe import Figure, Recipe

__all__ = ["RECIPES", "Figure", "Recipe", "get"]

ALL = (circle, xor, spiral, moons, blobs, digits_mlp, digits_cnn, mnist_mlp, mnist_cnn)

RECIPES: dict[str, Recipe] = {module.RECIPE.id: module.RECIPE for module in ALL}
"""By id, in the order in which a newcomer might take them."""


def get(recipe_id: str) -> Recipe:
    """The recipe of that id.

    Raises:
        NnlabError: there is none; lists them all and guesses.
    """
    if recipe_id not in RECIPES:
        raise NnlabError(one_of("recipe", recipe_id, RECIPES))
    return RECIPES[recipe_id]
