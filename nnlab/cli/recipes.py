"""`python -m nnlab recipes`."""

import json

from nnlab.cli.table import table
from nnlab.recipes import RECIPES
from nnlab.recipes.sweeps import SWEEPS
from nnlab.texts import _


def list_recipes(*, as_json: bool) -> int:
    """Print every recipe: as tables, those of sweeps apart; or experiments whole as a JSON list."""
    if not as_json:
        rows = [(recipe.id, _(recipe.title)) for recipe in RECIPES.values()]
        print(table((_("recipe"), _("what it is")), rows))
        print("\n" + _("Train one: python -m nnlab train RECIPE") + "\n")
        sweeps = [(sweep.id, _(sweep.question)) for sweep in SWEEPS.values()]
        print(table((_("sweep"), _("what it asks")), sweeps))
        print("\n" + _("Train one: python -m nnlab sweep SWEEP"))
        return 0
    listed = [
        {
            "id": recipe.id,
            "title": _(recipe.title),
            "source": recipe.source,
            "notice": _(recipe.notice),
            "date": recipe.date,
            "group": recipe.group,
            "reported": recipe.reported,
            "reproduced": recipe.reproduced,
            "opens_test": recipe.opens_test,
            "experiment": json.loads(recipe.experiment.to_json()),
        }
        for recipe in RECIPES.values()
    ]
    print(json.dumps(listed, indent=1, ensure_ascii=False))
    return 0
