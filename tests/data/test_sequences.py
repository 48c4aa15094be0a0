"""The rows of tokens: what they are, what is asked of them, and that none is seen twice."""

import math
from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config import Sequences
from nnlab.data import registry
from nnlab.data.description import describe, token_names
from nnlab.data.sequences.brackets import all_rows, is_balanced, near_misses
from nnlab.data.sequences.make import distinct_rows, make

NOWHERE = Path("/nonexistent")
KINDS = [
    Sequences(task="copy"),
    Sequences(task="reverse", length=5, symbols=3, examples=243),
    Sequences(task="sort", length=16, symbols=16, examples=20_000, seed=3),
    Sequences(task="brackets", length=12),
    Sequences(task="brackets", length=16, examples=2000, seed=1),
]
CATALAN = (1, 1, 2, 5, 14, 42, 132, 429, 1430)
"""OEIS A000108."""


def balanced_by_hand(row: tuple[int, ...]) -> bool:
    """By taking out `()` until nothing is left to take out."""
    text = "".join("()"[token] for token in row)
    while "()" in text:
        text = text.replace("()", "")
    return not text


@pytest.mark.parametrize("data", KINDS, ids=lambda data: f"{data.task}-{data.length}")
def test_no_row_is_twice_in_the_data_so_none_that_validates_has_trained(data):
    splits = registry.load(data, NOWHERE)
    rows = [tuple(row) for part in (splits.train, splits.val) for row in part.x.tolist()]
    assert len(rows) == data.examples == len(set(rows))
    assert len(splits.train) == round(0.8 * data.examples)
    assert {token for row in rows for token in row} == set(range(data.symbols))


@pytest.mark.parametrize("data", KINDS, ids=lambda data: f"{data.task}-{data.length}")
def test_shapes_and_types_are_those_that_are_said_without_loading(data):
    splits, info = registry.load(data, NOWHERE), describe(data)
    assert splits.info == info
    assert registry.sizes(data) == (len(splits.train), len(splits.val), 0)
    for part in (splits.train, splits.val):
        assert part.x.dtype == part.y.dtype == torch.int64
        assert part.x.shape == (len(part), *info.input_shape) == (len(part), data.length)
    if data.task == "brackets":
        assert info.output_shape == (2,)
        assert splits.train.y.shape == (len(splits.train),)
    else:
        assert info.output_shape == (data.length, data.symbols)
        assert splits.train.y.shape == splits.train.x.shape
        assert info.class_names == token_names(data)


@pytest.mark.parametrize(
    ("task", "answer"),
    [("copy", lambda row: row), ("reverse", lambda row: row[::-1]), ("sort", sorted)],
)
def test_the_targets_are_what_python_makes_of_each_row(task, answer):
    x, y = make(Sequences(task=task, length=6, symbols=4, examples=500))
    assert [list(answer(row)) for row in x.tolist()] == y.tolist()


def test_the_same_seed_makes_the_same_rows_and_another_seed_others():
    first, again, other = (make(Sequences(seed=seed))[0] for seed in (4, 4, 5))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_tasks_differ_in_what_is_asked_and_share_their_rows():
    copied, reversed_ = (make(Sequences(task=task))[0] for task in ("copy", "reverse"))
    assert np.array_equal(copied, reversed_)


@pytest.mark.parametrize(("length", "symbols"), [(4, 3), (8, 10), (16, 16)])
def test_each_token_is_as_likely_as_any_other_at_each_place(length, symbols):
    count = min(20_000, symbols**length)
    rows = distinct_rows(count, length, symbols, np.random.default_rng(2))
    assert rows.shape == (count, length)
    shares = np.stack([(rows == token).mean(0) for token in range(symbols)])
    # Five standard deviations of a share among independent rows.
    allowed = 5 * math.sqrt((1 / symbols) * (1 - 1 / symbols) / count)
    assert np.abs(shares - 1 / symbols).max() < allowed


def test_all_rows_that_exist_can_be_asked_for():
    x, _y = make(Sequences(length=7, symbols=2, examples=128))
    assert sorted(map(tuple, x.tolist())) == list(product((0, 1), repeat=7))


@pytest.mark.parametrize("pairs", range(1, 9))
def test_balanced_rows_are_as_many_as_the_numbers_of_catalan(pairs):
    rows = all_rows(2 * pairs)
    assert len(rows) == 4**pairs
    assert int(is_balanced(rows).sum()) == CATALAN[pairs]


def test_what_is_balanced_can_be_taken_out_pair_by_pair():
    rows = all_rows(10)
    by_hand = [balanced_by_hand(tuple(row)) for row in rows.tolist()]
    assert is_balanced(rows).tolist() == by_hand


@pytest.mark.parametrize("length", [12, 14, 16])
def test_half_of_the_brackets_are_balanced_and_all_of_them_at_most(length):
    data = Sequences(task="brackets", length=length)
    assert data.examples == 2 * CATALAN[length // 2]
    x, y = make(data)
    assert y.sum() == data.examples // 2
    assert [balanced_by_hand(tuple(row)) for row in x.tolist()] == (y == 1).tolist()


def test_near_misses_are_one_swap_or_one_turn_away_from_balance():
    rows = all_rows(8)
    balanced = {tuple(row) for row in rows.tolist() if balanced_by_hand(tuple(row))}
    swapped, turned = set(), set()
    for row in balanced:
        for i in range(8):
            turned.add((*row[:i], 1 - row[i], *row[i + 1 :]))
            for j in range(i):
                changed = list(row)
                changed[i], changed[j] = row[j], row[i]
                swapped.add(tuple(changed))
    found = near_misses(rows, is_balanced(rows))
    assert [set(map(tuple, rows[which].tolist())) for which in found] == [
        swapped - balanced,
        turned,
    ]


def test_half_of_the_wrong_brackets_cannot_be_told_by_counting():
    x, y = make(Sequences(task="brackets", length=16, examples=2000))
    wrong = x[y == 0]
    sums = Counter(wrong.sum(1).tolist())
    assert len(wrong) == 1000
    assert sums[8] >= 500  # as many open as close
    assert sums[7] + sums[9] >= 250  # one bracket was turned


def test_brackets_are_written_as_brackets_and_other_tokens_by_their_number():
    assert token_names(Sequences(task="brackets", length=12)) == ("(", ")")
    assert token_names(Sequences(symbols=12))[10:] == ("10", "11")
    assert describe(Sequences(task="brackets", length=12)).class_names == (
        "unbalanced",
        "balanced",
    )
