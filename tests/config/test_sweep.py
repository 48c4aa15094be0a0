"""Sweeps: their networks, their links, and which networks share a stack."""

import itertools

import pytest

from nnlab.config import Axis, Sweep, sweep_from_link, to_link
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Sample, Search
from nnlab.errors import InvalidExperimentError
from nnlab.recipes import get

RATE = Axis(path="training.optimizer.lr", values="log:0.001..1:4")
SEED = Axis(path="model.seed", values="0..2")


def sweep(*axes: Axis, **more) -> Sweep:
    return Sweep(experiment=get("spiral").experiment, axes=axes or (RATE, SEED), **more)


def test_the_grid_is_the_product_of_the_axes_the_last_one_fastest():
    found = sweep()
    assert [net.values for net in found.nets] == list(itertools.product(*found.points))
    assert [net.number for net in found.nets] == list(range(12))


def test_each_network_is_the_experiment_with_its_values_and_the_engine_of_sweeps():
    net = sweep().nets[7]
    rate, seed = net.values
    own = net.experiment
    assert (own.training.optimizer.lr, own.model.seed, own.engine) == (rate, seed, "stack")
    back = own.with_set("engine", "module").with_set("training.optimizer.lr", 0.002)
    assert back.with_set("model.seed", 0) == get("spiral").experiment


def test_a_random_sample_has_no_network_twice_and_is_the_same_again():
    found = sweep(sample=Sample(count=5, seed=3))
    assert len({net.values for net in found.nets}) == found.count == 5
    assert found.nets == sweep(sample=Sample(count=5, seed=3)).nets
    assert found.nets != sweep(sample=Sample(count=5, seed=4)).nets


def test_a_range_of_whole_numbers_is_rounded_each_once():
    found = sweep(Axis(path="width", values="log:1..8:6"))
    assert found.points == ((1, 2, 3, 5, 8),)


def test_what_differs_by_value_shares_a_stack_what_differs_in_shape_does_not():
    by_value = (
        RATE,
        SEED,
        Axis(path="data.noise", values="0,0.2"),
        Axis(path="training.l1", values="0,0.1"),
    )
    assert len(stacks_of(sweep(*by_value).nets)) == 1
    by_shape = (
        SEED,
        Axis(path="width", values="2,4"),
        Axis(path="training.batch_size", values="5,10"),
    )
    stacks = stacks_of(sweep(*by_shape).nets)
    assert [len(stack.nets) for stack in stacks] == [3, 3, 3, 3]
    assert sorted(net for stack in stacks for net in stack.nets) == list(range(12))


def test_a_link_holds_the_whole_sweep():
    found = sweep(sample=Sample(count=5))
    assert sweep_from_link(to_link(found)) == found


@pytest.mark.parametrize("damage", ["", "1.", "1.x", "2.abc"])
def test_a_damaged_link_says_so(damage):
    with pytest.raises(InvalidExperimentError, match=r"damaged|version"):
        sweep_from_link(damage)


def test_a_million_networks_are_refused_before_one_is_made():
    axes = (Axis(path="model.seed", values="0..999"), Axis(path="training.seed", values="0..999"))
    with pytest.raises(ValueError, match=r"1,000,000 networks.*at most 1,024"):
        sweep(*axes)


def test_pictures_are_searched_and_nothing_else_is():
    pictures = get("digits-mlp").experiment
    with pytest.raises(ValueError, match="search"):
        Sweep(experiment=pictures, axes=(RATE,))
    with pytest.raises(ValueError, match="search"):
        sweep(search=Search())
    found = Sweep(experiment=pictures, axes=(RATE,), search=Search(trials=7))
    assert (found.count, found.nets) == (7, ())


def test_an_axis_twice_is_refused():
    with pytest.raises(ValueError, match="two axes"):
        sweep(RATE, RATE)


def test_an_experiment_of_before_has_the_engine_of_before():
    given = get("spiral").experiment
    assert given.engine == "module"
    assert "engine" not in given.to_json()
