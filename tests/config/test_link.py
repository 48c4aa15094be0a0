"""A link holds the whole experiment, and a broken one is refused in words."""

import base64
import contextlib
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.config import Experiment, from_link, to_link
from nnlab.config.link import MAX_JSON_BYTES
from nnlab.errors import InvalidExperimentError
from tests.config.experiments import experiments, plain

LINK = to_link(plain())
ALPHABET = "ABCXYZabcxyz0189-_.=+/ \u00e9"


def link_of(text: bytes) -> str:
    return "1." + base64.urlsafe_b64encode(zlib.compress(text)).decode().rstrip("=")


@settings(max_examples=60, deadline=None)
@given(experiments())
def test_a_link_and_json_give_back_the_experiment(experiment: Experiment):
    assert from_link(to_link(experiment)) == experiment
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert Experiment.from_dict(json.loads(experiment.model_dump_json())) == experiment


def test_a_link_is_its_version_and_the_deflated_json():
    version, payload = LINK.split(".")
    packed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert version == "1"
    assert json.loads(zlib.decompress(packed)) == {
        "data": {"kind": "circle"},
        "model": {
            "layers": [
                {"kind": "linear", "out_features": 4},
                {"kind": "relu"},
                {"kind": "linear", "out_features": 2},
            ]
        },
        "training": {"epochs": 3},
    }


def test_a_link_goes_into_an_address_unescaped():
    assert set(LINK) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_link_that_was_cut_is_refused_wherever_the_cut_is():
    for length in range(len(LINK)):
        with pytest.raises(InvalidExperimentError, match="link"):
            from_link(LINK[:length])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(LINK) - 1), st.sampled_from(ALPHABET))
def test_an_altered_link_is_refused_or_gives_an_experiment(place: int, letter: str):
    altered = LINK[:place] + letter + LINK[place + 1 :]
    with contextlib.suppress(InvalidExperimentError):
        assert isinstance(from_link(altered), Experiment)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_a_link_that_holds_anything_else_is_refused(text: bytes):
    with pytest.raises(InvalidExperimentError):
        from_link(link_of(text))


def test_a_link_of_another_version_says_which():
    with pytest.raises(InvalidExperimentError, match=r"version '7'.*reads version 1"):
        from_link("7" + LINK[1:])


def test_a_link_that_unpacks_to_more_than_the_limit_is_refused_unread():
    bomb = link_of(b" " * (MAX_JSON_BYTES + 1) + plain().to_json().encode())
    assert len(bomb) < 2000
    with pytest.raises(InvalidExperimentError, match="256 kB"):
        from_link(bomb)


def test_a_link_right_at_the_limit_is_read():
    text = plain().to_json().encode()
    assert from_link(link_of(text + b" " * (MAX_JSON_BYTES - len(text)))) == plain()
