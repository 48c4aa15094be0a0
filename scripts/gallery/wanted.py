"""The gallery's list: every recipe, of one network and of many."""

from dataclasses import dataclass

from nnlab.config import Experiment, Sweep
from nnlab.recipes import RECIPES
from nnlab.recipes.sweeps import SWEEPS

QUICK = ("circle", "attention-copy")
"""The recipes of `--quick`."""


@dataclass(frozen=True)
class Wanted:
    """A recipe as the gallery has it."""

    id: str
    title: str
    notice: str
    group: str
    asks: Experiment | Sweep

    @property
    def command(self) -> str:
        """Of `python -m nnlab`, what trains it."""
        return "sweep" if isinstance(self.asks, Sweep) else "train"


def wanted() -> list[Wanted]:
    """All, in the order in which a newcomer might take them."""
    ones = [
        Wanted(recipe.id, recipe.title, recipe.notice, recipe.group, recipe.experiment)
        for recipe in RECIPES.values()
    ]
    many = [
        Wanted(recipe.id, recipe.title, recipe.notice, "many networks at once", recipe.sweep)
        for recipe in SWEEPS.values()
    ]
    return [*ones, *many]
