"""A replayable link says what to expect, to the last bit, and a broken one is refused in words."""

import contextlib
import math
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.config.replay_link import (
    Expectation,
    differences,
    from_parameters,
    maker,
    to_parameters,
)
from nnlab.errors import InvalidExperimentError

HERE = maker(nnlab="0.1", torch="2.13.0+cpu", threads=1, device="cpu", processor="AMD EPYC")
finite = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**9), finite, st.integers(1, 4096), st.text(max_size=90))
def test_an_address_gives_back_the_very_step_and_loss(
    step: int, loss: float, threads: int, processor: str
):
    made = maker(
        nnlab="0.1", torch="2.13.0+cpu", threads=threads, device="cpu", processor=processor
    )
    expected = Expectation(step, loss, made)
    address = urlencode(to_parameters(expected), quote_via=quote)
    found = from_parameters(dict(parse_qsl(address)))
    assert found == expected
    assert found is not None
    assert math.copysign(1, found.train_loss) == math.copysign(1, loss)


def test_the_parameters_are_step_loss_and_what_made_them():
    assert to_parameters(Expectation(1200, 0.1 + 0.2, HERE)) == {
        "expect": "1200,0.30000000000000004",
        "made": "0.1,2.13.0+cpu,1,cpu,AMD EPYC",
    }


def test_a_link_without_expectation_expects_nothing():
    assert from_parameters({"x": "1.abc"}) is None


@pytest.mark.parametrize(
    "said",
    ["", "12", "12,", ",0.5", "0,0.5", "-1,0.5", "1e3,0.5", "12,nan", "12,inf", "12,0.5,9", "١,1"],
)
def test_what_is_no_step_and_loss_is_refused(said: str):
    with pytest.raises(InvalidExperimentError, match=r"expect in a link is a step .* got '"):
        from_parameters({"expect": said})


def test_a_loss_beyond_all_numbers_is_refused():
    with pytest.raises(InvalidExperimentError, match="finite train_loss, got '1e999'"):
        from_parameters({"expect": "12,1e999"})


@pytest.mark.parametrize(
    "said", ["", "0.1,2.13", "0.1,2.13,many,cpu,x", "a,b,0,d,e", "a,b,1,d,e,f"]
)
def test_what_does_not_say_by_what_it_was_made_is_refused(said: str):
    with pytest.raises(InvalidExperimentError, match="made in a link is nnlab, PyTorch, threads"):
        from_parameters({"expect": "12,0.5", "made": said})


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_other_text_is_refused_or_read(expect: str, made: str):
    with contextlib.suppress(InvalidExperimentError):
        assert from_parameters({"expect": expect, "made": made}) is not None


def test_a_long_name_is_shortened_alike_on_both_sides():
    long = "Intel(R) Xeon(R) Platinum 8488C, 48 cores; " * 3
    made = maker(nnlab="0.1", torch="2", threads=1, device="cpu", processor=long)
    assert len(made.processor) <= 48
    assert "," not in made.processor
    assert maker(**vars(made)) == made


def test_what_differs_is_named_with_both_values():
    now = maker(nnlab="0.1", torch="2.12.0", threads=2, device="cpu", processor="AMD EPYC")
    assert differences(HERE, HERE) == []
    assert differences(HERE, now) == [
        "PyTorch 2.13.0+cpu then, 2.12.0 now",
        "threads 1 then, 2 now",
    ]
    assert differences(None, HERE) == ["the link does not say by what it was made"]
