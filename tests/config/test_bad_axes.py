"""Axes that no sweep can have."""

import pytest

from nnlab import recipes
from nnlab.config.axis import Axis, parse_axis
from nnlab.config.sweep import Sweep
from nnlab.errors import InvalidExperimentError
from tests.runs.sweeps.bench import sweep_of


def test_a_path_longer_than_any_is_no_axis():
    with pytest.raises(InvalidExperimentError, match="is no axis"):
        parse_axis("a" * 100_000 + "=1")


@pytest.mark.parametrize("other", ["digits", "plane"])
def test_data_of_two_sorts_are_refused_by_their_axis(other):
    kinds = Axis(path="data.kind", values=f"circle,{other}")
    experiment = recipes.get("circle").experiment.with_set("data", {"kind": "circle"})
    sweep = Sweep(experiment=experiment, axes=(kinds,))
    with pytest.raises(InvalidExperimentError, match=r"Axis data\.kind: "):
        len(sweep.nets)


def test_points_of_one_sort_may_differ():
    kinds = Axis(path="data.kind", values="circle,xor,spiral")
    experiment = recipes.get("circle").experiment
    assert len(Sweep(experiment=experiment, axes=(kinds,)).nets) == 3


def test_equal_numbers_are_one_value():
    with pytest.raises(InvalidExperimentError, match="twice"):
        sweep_of(("model.seed", "0,0.0"))


def test_a_path_is_one_word():
    with pytest.raises(InvalidExperimentError, match="is no axis"):
        parse_axis("model\n.seed=1")


def test_a_message_of_an_axis_ends_with_one_full_stop():
    with pytest.raises(InvalidExperimentError, match=r"take finite numbers\.(?!\.)"):
        sweep_of(("training.optimizer.lr", "NaN"))
