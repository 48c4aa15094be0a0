"""A message is short whatever it repeats, and can be shown whatever it holds."""

import time

import pytest

from nnlab.errors import MAX_MESSAGE, MAX_VALUE, NnlabError, one_of, shortened, shown


def test_a_long_message_keeps_its_beginning_and_its_mend() -> None:
    text = str(NnlabError("begins " + "x" * 100_000 + " mend"))
    assert len(text) == MAX_MESSAGE
    assert text.startswith("begins xxx")
    assert " … " in text
    assert text.endswith("x mend")
    assert str(NnlabError("a" * MAX_MESSAGE)) == "a" * MAX_MESSAGE


def test_half_a_character_is_no_trouble_to_whoever_shows_it() -> None:
    assert str(NnlabError("a\ud800b")) == "a?b"


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10**6,
        [0] * 10**6,
        {str(i): i for i in range(10**5)},
        10**5000,
        -(10**90),
        [[[[[[1]]]]]],
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_shown_in_a_few_characters_and_no_time(value: object) -> None:
    begun = time.process_time()
    assert len(shown(value)) <= MAX_VALUE
    assert time.process_time() - begun < 0.1


def test_a_small_value_is_shown_as_python_writes_it() -> None:
    for value in ({"lr": 1}, "a'b", 7, -0.5, None, True, [1, 2], "x" * 50):
        assert shown(value) == repr(value)
    assert shortened("x" * MAX_VALUE) == "x" * MAX_VALUE


def test_a_guess_costs_nothing_however_long_the_name_is() -> None:
    names = ["loss", *["n" * 10**6] * 10_000]
    begun = time.process_time()
    text = one_of("name", "loss" * 10**5, names)
    assert time.process_time() - begun < 0.5
    assert text.startswith(f"Unknown name '{('loss' * 15)[:57]}...'. Valid: loss, nnn")
