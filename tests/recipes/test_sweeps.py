"""Named sweeps: each can be trained, and says what it asks and what is seen."""

import pytest

from nnlab.config import Sweep, sweep_from_link, to_link
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.recipes.sweeps import SWEEPS, get_sweep, sweep_recipe_id
from nnlab.training.check import plan

ALL = list(SWEEPS)


def test_there_are_the_six_questions() -> None:
    assert ALL == [
        "rate-or-seed",
        "spiral-width",
        "activation-depth",
        "batch-rate",
        "noise-overfit",
        "seeds-alone",
    ]


@pytest.mark.parametrize("name", ALL)
def test_each_network_can_be_trained(name: str) -> None:
    recipe = SWEEPS[name]
    assert recipe.question.endswith("?")
    assert len(recipe.notice) > 100
    assert 32 <= recipe.sweep.count <= 128
    for net in recipe.sweep.nets:
        data = net.experiment.data
        assert plan(net.experiment, describe(data), sizes(data)[0]).total_steps > 0


@pytest.mark.parametrize("name", ALL)
def test_a_recipe_is_known_again_from_its_link(name: str) -> None:
    sweep = sweep_from_link(to_link(SWEEPS[name].sweep))
    assert sweep_recipe_id(sweep) == name
    another = Sweep.model_validate({**sweep.model_dump(), "sample": {"count": 3}})
    assert sweep_recipe_id(another) is None


def test_a_wrong_name_is_answered_by_the_right_ones() -> None:
    with pytest.raises(NnlabError, match="rate-or-seed"):
        get_sweep("rate-and-seed")
