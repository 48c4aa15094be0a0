"""`python -m nnlab recipes`."""

import json

from nnlab.cli.table import table
from nnlab.recipes import RECIPES


def list_recipes(*, as_json: bool) -> int:
    """Print every recipe: as a table, or whole as a JSON list."""
    if not as_json:
        print(table(("recipe", "what it is"), [(r.id, r.title) for r in RECIPES.values()]))
        print("\nTrain one: python -m nnlab train RECIPE")
        return 0
    listed = [
        {
            "id": recipe.id,
            "title": recipe.title,
            "source": recipe.source,
            "notice": recipe.notice,
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
