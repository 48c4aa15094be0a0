"""From what somebody named to a sweep."""

from pathlib import Path

from nnlab.library.asked.sweep import read_sweep
from nnlab.recipes import RECIPES
from nnlab.recipes.sweeps import SWEEPS

RATES = {"training.optimizer.lr": "log:0.001..1:3"}


def test_a_recipe_of_a_sweep_is_taken_as_it_stands_and_changed_by_options():
    name, recipe = next(iter(SWEEPS.items()))
    asked = read_sweep(name, (), {}, None)
    assert (asked.sweep, asked.name, asked.recipe) == (recipe.sweep, name, name)
    changed = read_sweep(
        name,
        [("training.epochs", 3)],
        {recipe.sweep.axes[0].path: (0.5, 0.25), "data.seed": "3,5"},
        4,
    ).sweep
    assert changed.experiment == recipe.sweep.experiment.with_set("training.epochs", 3)
    assert [axis.path for axis in changed.axes] == [
        *(axis.path for axis in recipe.sweep.axes),
        "data.seed",
    ]
    assert changed.points[0] == (0.5, 0.25)
    assert changed.points[-1] == (3, 5)
    assert changed.count == 4


def test_a_file_holds_a_sweep_or_an_experiment(tmp_path):
    sweep = read_sweep("circle", (), RATES, None).sweep
    file = tmp_path / "mine.json"
    file.write_text(sweep.to_json())
    asked = read_sweep(file, (), {}, None)
    assert (asked.sweep, asked.name, asked.recipe) == (sweep, "mine", None)
    file.write_text(RECIPES["circle"].experiment.to_json())
    assert read_sweep(str(file), (), RATES, None).sweep == sweep
    assert read_sweep(Path("circle"), (), RATES, None).sweep == sweep


def test_pictures_are_searched_with_so_many_trials():
    asked = read_sweep("digits-mlp", (), RATES, 7).sweep
    assert asked.search is not None
    assert (asked.search.trials, asked.sample) == (7, None)


def test_a_sweep_an_experiment_and_a_parsed_object_say_the_same():
    experiment = RECIPES["circle"].experiment
    sweep = read_sweep(experiment, (), RATES, None).sweep
    assert sweep == read_sweep("circle", (), RATES, None).sweep
    assert read_sweep(sweep, (), {}, None).sweep == sweep
    assert read_sweep(sweep.model_dump(), (), {}, None).sweep == sweep
