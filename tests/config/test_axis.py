"""The notation of axes, against NumPy's own ranges, and what each axis does to an experiment."""

import numpy as np
import pytest

from nnlab.config import Experiment, Linear
from nnlab.config.axis import Axis, parse_axis
from nnlab.config.axis_effects import with_value
from nnlab.config.axis_values import read_values
from nnlab.errors import InvalidExperimentError


def experiment() -> Experiment:
    hidden = [{"kind": "linear", "out_features": 4}, {"kind": "tanh"}]
    return Experiment.from_dict(
        {
            "data": {"kind": "circle"},
            "model": {"layers": [*hidden, *hidden, {"kind": "linear", "out_features": 2}]},
            "training": {"epochs": 3, "optimizer": {"kind": "adam", "lr": 0.02}},
        }
    )


def widths(given: Experiment) -> list[int]:
    return [layer.out_features for layer in given.model.layers if isinstance(layer, Linear)]


def test_whole_numbers_are_those_of_range():
    assert read_values("0..7") == tuple(range(8))
    assert read_values("-2..1") == (-2, -1, 0, 1)


def test_a_logarithmic_range_is_numpys_geomspace_to_four_digits():
    found = np.array(read_values("log:0.001..1:8"), dtype=float)
    np.testing.assert_allclose(found, np.geomspace(0.001, 1, 8), rtol=5e-4)
    assert found[0] == 0.001
    assert found[-1] == 1


def test_a_linear_range_is_numpys_linspace():
    found = np.array(read_values("lin:0..0.5:6"), dtype=float)
    np.testing.assert_allclose(found, np.linspace(0, 0.5, 6), atol=1e-12)


def test_powers_of_two_are_whole():
    assert read_values("log:1..64:7") == (1, 2, 4, 8, 16, 32, 64)


def test_a_list_holds_numbers_words_and_null():
    assert read_values("0.1, relu,true,null,3") == (0.1, "relu", True, None, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one value"),
        ("7..1", "empty"),
        ("0..999999", "at most 1,024"),
        ("log:0..1:3", "above 0"),
        ("log:1..2", "how many"),
        ("0.5..2", "whole numbers"),
        ("1,1", "twice"),
        ("lin:a..2:3", "no number"),
        ("log:1..2:99999", "at most 1,024"),
        ('{"a": 1}', "no value"),
        ("1,NaN", "finite"),
        (",".join(["1"] * 5000), "at most 1,024"),
    ],
)
def test_what_cannot_be_read_says_the_mend(text, says):
    with pytest.raises(InvalidExperimentError, match=says):
        read_values(text)


@pytest.mark.parametrize("text", ["a", "=1,2", "x"])
def test_an_axis_is_a_path_and_its_values(text):
    with pytest.raises(InvalidExperimentError, match="path=values"):
        parse_axis(text)


def test_width_changes_all_hidden_layers_and_no_other():
    assert widths(with_value(experiment(), "width", 9)) == [9, 9, 2]


def test_depth_repeats_the_first_hidden_layer():
    assert widths(with_value(experiment(), "depth", 4)) == [4, 4, 4, 4, 2]
    assert widths(with_value(experiment(), "depth", 0)) == [2]


def test_activation_changes_all():
    found = with_value(experiment(), "activation", "relu")
    kinds = [layer.kind for layer in found.model.layers]
    assert kinds == ["linear", "relu", "linear", "relu", "linear"]


def test_an_optimizer_keeps_the_rate():
    found = with_value(experiment(), "optimizer", "sgd").training.optimizer
    assert (found.kind, found.lr) == ("sgd", 0.02)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("foo", 1, "Unknown axis 'foo'"),
        ("training.optimizer.lrr", 1, "Did you mean 'lr'"),
        ("width", 0, "from 1 to 4096"),
        ("width", "wide", "from 1 to 4096"),
        ("depth", 1.5, "from 0 to 4096"),
        ("activation", "rely", "Unknown activation"),
        ("optimizer", "adagrad", "Unknown optimizer"),
    ],
)
def test_a_value_that_is_not_valid_says_the_mend(path, value, says):
    with pytest.raises(InvalidExperimentError, match=says):
        with_value(experiment(), path, value)


def test_an_axis_of_numbers_far_apart_is_logarithmic():
    assert Axis(path="training.optimizer.lr", values="log:0.01..0.1:3").scale == "log"
    assert Axis(path="training.optimizer.lr", values=(0.001, 0.01, 0.1)).scale == "log"
    assert Axis(path="model.seed", values="0..7").scale == "linear"
