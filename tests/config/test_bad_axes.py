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


def test_pictures_among_points_are_refused_by_their_axis():
    kinds = Axis(path="data.kind", values="circle,digits")
    sweep = Sweep(experiment=recipes.get("circle").experiment, axes=(kinds,))
    with pytest.raises(InvalidExperimentError, match=r"Axis data\.kind: 'digits' are pictures"):
        len(sweep.nets)


def test_a_message_of_an_axis_ends_with_one_full_stop():
    with pytest.raises(InvalidExperimentError, match=r"take finite numbers\.(?!\.)"):
        sweep_of(("training.optimizer.lr", "NaN"))
