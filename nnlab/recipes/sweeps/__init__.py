"""Named sweeps, one file each. A new one is a file and a line in `ALL`."""

from nnlab.config import Sweep
from nnlab.recipes.sweeps import (
    activation_depth,
    batch_rate,
    noise_overfit,
    rate_or_seed,
    search_cnn,
    seeds_alone,
    spiral_width,
)
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe

__all__ = ["SWEEPS", "SweepRecipe", "sweep_recipe_id"]

ALL: tuple[SweepRecipe, ...] = (
    rate_or_seed.RECIPE,
    spiral_width.RECIPE,
    activation_depth.RECIPE,
    batch_rate.RECIPE,
    noise_overfit.RECIPE,
    seeds_alone.RECIPE,
    search_cnn.RECIPE,
)
"""All sweep recipes in the order in which a newcomer might take them."""

SWEEPS: dict[str, SweepRecipe] = {recipe.id: recipe for recipe in ALL}


def sweep_recipe_id(sweep: Sweep) -> str | None:
    """The id of the recipe that says this very sweep, None where none does."""
    return next((recipe.id for recipe in ALL if recipe.sweep == sweep), None)
