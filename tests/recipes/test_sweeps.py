"""Named sweeps: each can be trained, and says what it asks and what is seen."""

import pytest

from nnlab.config import Sweep, sweep_from_link, to_link
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.library.asked.sweep import read_sweep
from nnlab.recipes.sweeps import SWEEPS, sweep_recipe_id
from nnlab.runs.search.check import must_be_searchable
from nnlab.training.check import plan

ALL = list(SWEEPS)


def test_there_are_the_six_questions_and_a_search() -> None:
    assert ALL == [
        "rate-or-seed",
        "spiral-width",
        "activation-depth",
        "batch-rate",
        "noise-overfit",
        "seeds-alone",
        "search-cnn",
    ]


@pytest.mark.parametrize("name", ALL)
def test_each_network_can_be_trained(name: str) -> None:
    recipe = SWEEPS[name]
    assert recipe.question.endswith("?")
    assert len(recipe.notice) > 100
    if recipe.sweep.search is not None:
        must_be_searchable(recipe.sweep)
        experiments = [recipe.sweep.experiment]
    else:
        assert 32 <= recipe.sweep.count <= 128
        experiments = [net.experiment for net in recipe.sweep.nets]
    for experiment in experiments:
        data = experiment.data
        assert plan(experiment, describe(data), sizes(data)[0]).total_steps > 0


@pytest.mark.parametrize("name", ALL)
def test_a_recipe_is_known_again_from_its_link(name: str) -> None:
    sweep = sweep_from_link(to_link(SWEEPS[name].sweep))
    assert sweep_recipe_id(sweep) == name
    other = {"search": {"trials": 3}} if sweep.search is not None else {"sample": {"count": 3}}
    another = Sweep.model_validate({**sweep.model_dump(), **other})
    assert sweep_recipe_id(another) is None


def test_a_wrong_name_is_answered_by_the_right_ones() -> None:
    with pytest.raises(NnlabError, match="rate-or-seed"):
        read_sweep("rate-and-seed", (), {}, None)
