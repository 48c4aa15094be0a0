"""What is sent as an experiment is bounded before it is looked at: size, depth, names, numbers."""

import json
import time
from typing import Any

import pytest

from nnlab.config import Experiment, Points, from_link
from nnlab.config.own_data import MAX_INPUTS, MAX_POINTS
from nnlab.errors import MAX_MESSAGE, InvalidExperimentError
from tests.config.experiments import plain
from tests.config.test_link import link_of


def written() -> Any:
    return json.loads(plain().to_json())


def refusal(text: str) -> str:
    with pytest.raises(InvalidExperimentError) as caught:
        Experiment.from_json(text)
    return str(caught.value)


def test_sixty_layers_of_three_hundred_unknown_fields_are_refused_at_once() -> None:
    """It took 29 s: each of 18,000 errors was put into words."""
    layer = {"kind": "relu", **{f"f{i}": 1 for i in range(300)}}
    value = {**written(), "model": {"layers": [layer] * 60}}
    link = link_of(json.dumps(value).encode())
    begun = time.process_time()
    with pytest.raises(InvalidExperimentError, match=r"layers\.\d+: at most 48 names belong"):
        from_link(link)
    assert time.process_time() - begun < 0.5


def test_as_many_unknown_fields_as_may_be_are_told_apart_at_once() -> None:
    layer = {"kind": "linear", "out_features": 2, **{f"out_featur{i}": 1 for i in range(40)}}
    begun = time.process_time()
    text = refusal(json.dumps({**written(), "model": {"layers": [layer] * 60}}))
    assert time.process_time() - begun < 0.5
    assert "Did you mean 'out_features'?" in text
    assert text.endswith("And 2398 more.")


@pytest.mark.parametrize("place", ["data", "training"])
def test_a_short_link_cannot_make_a_long_message(place: str) -> None:
    """One of 481 characters returned 250 kB."""
    value = written()
    value[place] = {"kind": "a" * 60_000, "b" * 190: 1}
    link = link_of(json.dumps(value).encode())
    assert len(link) < 600
    with pytest.raises(InvalidExperimentError) as caught:
        from_link(link)
    assert len(str(caught.value)) <= MAX_MESSAGE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"data": 1, "data": 2}', "'data' is given twice in one object"),
        ("[" * 100_000, "not JSON"),
        ("[" * 20 + "]" * 20, "0.0.0.*: it is nested deeper than 12 levels"),
        ("[" * 13 + "1" + "]" * 13, "it is nested deeper than 12 levels"),
        ('{"data": {"points": 1' + "0" * 40 + "}}", r"data\.points: at most 64 bits"),
        ("9" * 5000, "not JSON"),
        (json.dumps({"data": "x" * 70_000}), r"data: at most 65,536 characters belong here"),
        (json.dumps({"data": {"x" * 300: 1}}), r"data: at most 200 characters belong here"),
        (json.dumps({"data": [0] * 2001}), r"data: at most 2,000 items belong here, got 2,001"),
        (json.dumps({"data": ["a"] * 257}), r"data: at most 256 items belong here, got 257"),
        (json.dumps({"data": [[0] * 100] * 2000}), "at most 136,000 values"),
        (json.dumps({"data": "\ud800"}), r"data: '\\ud800' is no text"),
        (" " * (2 * 2**20 + 1), "may have 2,048 kB, this one has 2,048 kB"),
    ],
)
def test_what_is_too_much_is_named_with_its_place(text: str, said: str) -> None:
    begun = time.process_time()
    with pytest.raises(InvalidExperimentError, match=said):
        Experiment.from_json(text)
    assert time.process_time() - begun < 0.5


def test_the_largest_own_data_are_taken() -> None:
    rows = tuple(
        (*(0.1234567890123456 * i for _ in range(MAX_INPUTS)), i % 2) for i in range(MAX_POINTS)
    )
    experiment = plain().model_copy(update={"data": Points(rows=rows)})
    assert Experiment.from_json(experiment.to_json(indent=1)) == experiment


@pytest.mark.parametrize("path", ["a" * 5000, "data." * 2000, "9" * 201])
def test_a_path_that_is_too_long_leads_nowhere(path: str) -> None:
    with pytest.raises(InvalidExperimentError, match="is no field of an experiment") as caught:
        plain().with_set(path, 1)
    assert len(str(caught.value)) <= MAX_MESSAGE
