"""Sequences that a person types, and what is said of what is none."""

import pytest

from nnlab.config import Sequences
from nnlab.config.data import SequenceTask
from nnlab.errors import NnlabError
from nnlab.learn.attention.answers import answer_of
from nnlab.learn.attention.typed import as_typed, tokens_of

TEN = Sequences(task="copy", length=4)
SIXTEEN = Sequences(task="copy", length=4, symbols=16)
BRACKETS = Sequences(task="brackets", length=12)


@pytest.mark.parametrize("text", ["3 1 4 1", "3141", " 3,1, 4;1 ", "3 14 1"])
def test_single_digits_may_stand_together(text: str) -> None:
    assert tokens_of(text, TEN) == (3, 1, 4, 1)


def test_of_more_than_ten_symbols_there_is_something_between_the_tokens() -> None:
    assert tokens_of("15 0, 3 10", SIXTEEN) == (15, 0, 3, 10)


def test_brackets_are_typed_as_brackets() -> None:
    assert tokens_of("(()) ()(())()", BRACKETS) == (0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1)


@pytest.mark.parametrize(("data", "tokens"), [(TEN, (9, 0, 0, 9)), (SIXTEEN, (15, 1, 10, 0))])
def test_what_stands_in_the_field_is_read_as_the_same(
    data: Sequences, tokens: tuple[int, ...]
) -> None:
    assert tokens_of(as_typed(tokens, data), data) == tokens


@pytest.mark.parametrize(
    ("text", "data", "words"),
    [
        ("3 1 4", TEN, ("got 3", "type 1 more")),
        ("3 1 4 1 5 9", TEN, ("got 6", "leave 2 out")),
        ("", TEN, ("got 0", "type 4 more")),
        ("3 1 4 x", TEN, ("'x'", "numbers from 0 to 9")),
        ("3 1 4 16", SIXTEEN, ("'16'", "numbers from 0 to 15")),
        ("(()))x", BRACKETS, ("'x'", "( or )")),
        ("1" * 81, TEN, ("at most 80 characters",)),
        ("🦆" * 80, TEN, ("is none of the 10 tokens",)),
    ],
)
def test_what_is_no_sequence_is_said_with_the_mend(
    text: str, data: Sequences, words: tuple[str, ...]
) -> None:
    with pytest.raises(NnlabError) as caught:
        tokens_of(text, data)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("task", "typed", "answer"),
    [
        ("copy", "3 1 4 1", (3, 1, 4, 1)),
        ("reverse", "3 1 4 1", (1, 4, 1, 3)),
        ("sort", "3 1 4 1", (1, 1, 3, 4)),
        ("brackets", "(()())(())()", (1,)),
        ("brackets", "(()())))((()", (0,)),
        ("brackets", "(((((((((())", (0,)),
    ],
)
def test_the_right_answer_to_a_sequence(
    task: SequenceTask, typed: str, answer: tuple[int, ...]
) -> None:
    data = Sequences(task=task, length=len(typed.replace(" ", "")))
    assert answer_of(data, tokens_of(typed, data)) == answer
